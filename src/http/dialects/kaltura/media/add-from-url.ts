import type { Operation } from '../operation.ts'
import { createEntryWith } from './create-entry.ts'
import { findEntry } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'
import { attachUrl } from './resource.ts'

/** Makes an entry of a file that the server gets by itself. */
export const mediaAddFromUrl: Operation = {
  service: 'media',
  action: 'addFromUrl',
  admits: 'user',
  parameters: [
    { name: 'mediaEntry', type: 'object:KalturaMediaEntry', purpose: 'add' },
    { name: 'url', type: 'string' },
  ],
  async run(call) {
    const { services, session } = call
    const url = call.text('url')
    const { id } = await createEntryWith(call, call.object('mediaEntry'), (entry) => attachUrl(call, entry, url))
    return toMediaEntry(call, await findEntry(services, session, id))
  },
}
