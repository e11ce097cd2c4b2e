import type { Operation } from '../operation.ts'
import { createEntry } from './create-entry.ts'
import { toMediaEntry } from './media-entry.ts'

/** Makes an entry without content (status 7). */
export const mediaAdd: Operation = {
  service: 'media',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'entry', type: 'object:KalturaMediaEntry', purpose: 'add' }],
  run: async (call) => toMediaEntry(call, await createEntry(call, call.object('entry'))),
}

/** The same; the entry may be of the general type. */
export const baseEntryAdd: Operation = {
  service: 'baseEntry',
  action: 'add',
  admits: 'user',
  parameters: [
    { name: 'entry', type: 'object:KalturaBaseEntry', purpose: 'add' },
    { name: 'type', type: 'int', default: -1 },
  ],
  async run(call) {
    const entry = await createEntry(call, call.object('entry'), call.number('type'))
    return toMediaEntry(call, entry)
  },
}
