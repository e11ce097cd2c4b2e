import { assertHasText, findCaption } from '../caption/caption-asset.ts'
import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import { findFlavor, isReady } from './flavor-asset.ts'

/** Nothing is kept in storages of others, so that there is no such path. */
function getRemotePaths(service: string, assertReady: (call: Call, id: string) => Promise<void>): Operation {
  return {
    service,
    action: 'getRemotePaths',
    admits: 'session',
    parameters: [{ name: 'id', type: 'string' }],
    async run(call) {
      await assertReady(call, call.text('id'))
      return { type: 'KalturaRemotePathListResponse', values: { objects: [], totalCount: 0 } }
    },
  }
}

export const flavorAssetGetRemotePaths = getRemotePaths('flavorAsset', async (call, id) => {
  if (!isReady((await findFlavor(call, id)).flavor)) throw new KalturaError('FLAVOR_ASSET_IS_NOT_READY')
})
export const captionAssetGetRemotePaths = getRemotePaths('caption_captionAsset', async (call, id) => {
  assertHasText((await findCaption(call, id)).caption)
})
