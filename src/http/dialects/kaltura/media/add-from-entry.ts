import { findFlavor } from '../asset/flavor-asset.ts'
import type { Call, Operation } from '../operation.ts'
import { attachAsset, attachEntry } from './copied-content.ts'
import { createEntryWith } from './create-entry.ts'
import { type Entry, findEntry, mediaTypeOf } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'

/** Makes an entry of another one's file; what is said of it is the caller's to say. */
export const mediaAddFromEntry: Operation = {
  service: 'media',
  action: 'addFromEntry',
  admits: 'user',
  parameters: [
    { name: 'sourceEntryId', type: 'string' },
    // What it is, is known.
    { name: 'mediaEntry', type: 'object:KalturaMediaEntry', purpose: 'update', default: null },
    { name: 'sourceFlavorParamsId', type: 'int', default: null },
  ],
  async run(call) {
    const source = await findEntry(call.services, call.session, call.text('sourceEntryId'))
    const from = { entryId: source.id, flavorParamsId: call.number('sourceFlavorParamsId') }
    return addFrom(call, source, (entry) => attachEntry(call, entry, from))
  },
}

/** Makes an entry of one flavour of another one. */
export const mediaAddFromFlavorAsset: Operation = {
  service: 'media',
  action: 'addFromFlavorAsset',
  admits: 'user',
  parameters: [
    { name: 'sourceFlavorAssetId', type: 'string' },
    { name: 'mediaEntry', type: 'object:KalturaMediaEntry', purpose: 'update', default: null },
  ],
  async run(call) {
    const id = call.text('sourceFlavorAssetId')
    const { entry: source } = await findFlavor(call, id)
    return addFrom(call, source, (entry) => attachAsset(call, entry, id))
  },
}

async function addFrom(call: Call, source: Entry, attach: (entry: Entry) => Promise<unknown>) {
  const { services, session } = call
  const sent = call.object('mediaEntry')
  const values = { ...sent?.values, mediaType: mediaTypeOf(source.view) }
  const { id } = await createEntryWith(call, { objectType: 'KalturaMediaEntry', values, fixed: [] }, attach)
  return toMediaEntry(call, await findEntry(services, session, id))
}
