import { KalturaError } from '../errors.ts'
import { flavorUrl } from '../media/entry-urls.ts'
import type { Operation } from '../operation.ts'
import { findFlavor, isReady } from './flavor-asset.ts'

/** Where a flavour is delivered: the original as a file, what was made of it as a stream. */
function getUrl(action: string, mode: 'play' | 'download'): Operation {
  return {
    service: 'flavorAsset',
    action,
    admits: 'session',
    parameters: [{ name: 'id', type: 'string' }],
    async run(call) {
      const { flavor } = await findFlavor(call, call.text('id'))
      if (!isReady(flavor)) throw new KalturaError('FLAVOR_ASSET_IS_NOT_READY')
      return flavorUrl(call.services, call.session.content.partnerId, flavor, mode)
    },
  }
}

export const flavorAssetGetUrl = getUrl('getUrl', 'play')
export const flavorAssetGetDownloadUrl = getUrl('getDownloadUrl', 'download')
