import type { Operation } from '../operation.ts'
import { findPage } from './entry-filter.ts'

/** How many entries `list` has with the same filter. */
function countEntries(service: string, filter: string): Operation {
  return {
    service,
    action: 'count',
    admits: 'session',
    parameters: [{ name: 'filter', type: `object:${filter}`, default: null }],
    run: async (call) => (await findPage(call, call.object('filter')?.values ?? {}, undefined)).total,
  }
}

export const mediaCount = countEntries('media', 'KalturaMediaEntryFilter')
export const baseEntryCount = countEntries('baseEntry', 'KalturaBaseEntryFilter')
