import type { Operation } from '../operation.ts'
import { itemsOf } from '../schema/pager.ts'
import { entriesNamed } from './entry-filter.ts'
import { toMediaEntries } from './media-entry.ts'

/** Entries by their ids, separated by commas; ids there are not are passed over. */
export const baseEntryGetByIds: Operation = {
  service: 'baseEntry',
  action: 'getByIds',
  admits: 'session',
  parameters: [{ name: 'entryIds', type: 'string' }],
  async run(call) {
    const found = await entriesNamed(call, itemsOf(call.text('entryIds')) ?? [])
    return toMediaEntries(call, found)
  },
}
