import { KalturaError } from '../errors.ts'
import { assertMayEdit } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { findThumb } from './thumb-asset.ts'

/** Always refused: an entry has one picture, and the default one cannot be deleted. */
export const thumbAssetDelete: Operation = {
  service: 'thumbAsset',
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'thumbAssetId', type: 'string' }],
  async run(call) {
    const { id, entry } = await findThumb(call, call.text('thumbAssetId'))
    assertMayEdit(call.session, entry)
    throw new KalturaError('THUMB_ASSET_IS_DEFAULT', { ASSET: id })
  },
}
