import { KalturaError } from '../errors.ts'
import { assertMayEdit } from '../media/entry.ts'
import { giveContent } from '../media/update-content.ts'
import type { Operation } from '../operation.ts'
import { findFlavor, SOURCE_PARAMS_ID, toFlavorAsset } from './flavor-asset.ts'

/**
 * Brings the file of an entry's original, or another one, as `media.updateContent` does: what plays goes on until the
 * other is ready. Of what is made of the original there is no other file (ASSET_NOT_ALLOWED).
 */
export const flavorAssetSetContent: Operation = {
  service: 'flavorAsset',
  action: 'setContent',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'contentResource', type: 'object:KalturaContentResource' },
  ],
  async run(call) {
    const { flavor, entry } = await findFlavor(call, call.text('id'))
    assertMayEdit(call.session, entry)
    if (flavor.paramsId !== SOURCE_PARAMS_ID) throw new KalturaError('ASSET_NOT_ALLOWED', { ID: flavor.id })
    const resource = call.object('contentResource')
    if (resource === undefined) throw new KalturaError('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: 'contentResource' })
    await giveContent(call, entry, resource)
    return toFlavorAsset((await findFlavor(call, call.text('id'))).flavor, call.session.content.partnerId)
  },
}
