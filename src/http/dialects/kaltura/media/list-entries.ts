import type { Operation } from '../operation.ts'
import { pageOf } from '../schema/pager.ts'
import { toMediaEntry } from './entry.ts'
import { filterEntries } from './entry-filter.ts'

/** The library as a filter asks for it. `totalCount` is that of all pages. */
function listEntries(
  service: string,
  filter: string,
  type: 'KalturaMediaListResponse' | 'KalturaBaseEntryListResponse',
): Operation {
  return {
    service,
    action: 'list',
    admits: 'session',
    parameters: [
      { name: 'filter', type: `object:${filter}`, default: null },
      { name: 'pager', type: 'object:KalturaFilterPager', default: null },
    ],
    async run(call) {
      const { services, session } = call
      const found = await filterEntries(call, call.object('filter')?.values ?? {})
      const objects = pageOf(found, call.object('pager')).map((entry) => toMediaEntry(services, session, entry))
      return { type, values: { objects, totalCount: found.length } }
    },
  }
}

export const mediaList = listEntries('media', 'KalturaMediaEntryFilter', 'KalturaMediaListResponse')
export const baseEntryList = listEntries('baseEntry', 'KalturaBaseEntryFilter', 'KalturaBaseEntryListResponse')
