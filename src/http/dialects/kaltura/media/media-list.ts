import type { Operation } from '../operation.ts'
import { pageOf } from '../schema/pager.ts'
import { toMediaEntry } from './entry.ts'
import { filterEntries } from './entry-filter.ts'

/** The library as a filter asks for it. `totalCount` is that of all pages. */
export const mediaList: Operation = {
  service: 'media',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaMediaEntryFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const { services, session } = call
    const found = await filterEntries(call, call.object('filter')?.values ?? {})
    const objects = pageOf(found, call.object('pager')).map((entry) => toMediaEntry(services, session, entry))
    return { type: 'KalturaMediaListResponse', values: { objects, totalCount: found.length } }
  },
}
