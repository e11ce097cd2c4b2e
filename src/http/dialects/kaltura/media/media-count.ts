import type { Operation } from '../operation.ts'
import { filterEntries } from './entry-filter.ts'

/** How many entries `media.list` has with the same filter. */
export const mediaCount: Operation = {
  service: 'media',
  action: 'count',
  admits: 'session',
  parameters: [{ name: 'filter', type: 'object:KalturaMediaEntryFilter', default: null }],
  run: async (call) => (await filterEntries(call, call.object('filter')?.values ?? {})).length,
}
