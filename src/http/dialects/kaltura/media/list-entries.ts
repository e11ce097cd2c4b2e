import type { Operation } from '../operation.ts'
import { findPage } from './entry-filter.ts'
import { toMediaEntries } from './media-entry.ts'

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
      const { entries, total } = await findPage(call, call.object('filter')?.values ?? {}, call.object('pager'))
      return { type, values: { objects: await toMediaEntries(call, entries), totalCount: total } }
    },
  }
}

export const mediaList = listEntries('media', 'KalturaMediaEntryFilter', 'KalturaMediaListResponse')
export const baseEntryList = listEntries('baseEntry', 'KalturaBaseEntryFilter', 'KalturaBaseEntryListResponse')
