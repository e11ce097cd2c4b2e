import { findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { thumbsOf, toThumbAsset } from './thumb-asset.ts'

/** The pictures of an entry. */
export const thumbAssetGetByEntryId: Operation = {
  service: 'thumbAsset',
  action: 'getByEntryId',
  admits: 'session',
  parameters: [{ name: 'entryId', type: 'string' }],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    return thumbsOf(entry).map((thumb) => toThumbAsset(thumb, call.session.content.partnerId))
  },
}
