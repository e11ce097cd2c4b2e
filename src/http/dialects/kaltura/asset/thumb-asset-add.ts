import { assertMayEdit, findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { thumbOf, toThumbAsset } from './thumb-asset.ts'

/** Announces a picture, which `setContent` brings: an entry has one, so that nothing is made here. */
export const thumbAssetAdd: Operation = {
  service: 'thumbAsset',
  action: 'add',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'thumbAsset', type: 'object:KalturaThumbAsset', purpose: 'add' },
  ],
  async run(call) {
    const { services, session } = call
    const entry = await findEntry(services, session, call.text('entryId'))
    assertMayEdit(session, entry)
    return toThumbAsset(thumbOf(entry), session.content.partnerId)
  },
}
