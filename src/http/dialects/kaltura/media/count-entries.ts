import type { Operation } from '../operation.ts'
import { filterEntries } from './entry-filter.ts'

/** How many entries `list` has with the same filter. */
function countEntries(service: string, filter: string): Operation {
  return {
    service,
    action: 'count',
    admits: 'session',
    parameters: [{ name: 'filter', type: `object:${filter}`, default: null }],
    run: async (call) => (await filterEntries(call, call.object('filter')?.values ?? {})).length,
  }
}

export const mediaCount = countEntries('media', 'KalturaMediaEntryFilter')
export const baseEntryCount = countEntries('baseEntry', 'KalturaBaseEntryFilter')
