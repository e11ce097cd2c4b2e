import { entriesNamed } from '../media/entry-filter.ts'
import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { assertNamesEntries } from './asset-filter.ts'
import { thumbFacts, thumbsOf, toThumbAsset } from './thumb-asset.ts'

/** The pictures of the entries that the filter names; `totalCount` is that of all pages. */
export const thumbAssetList: Operation = {
  service: 'thumbAsset',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaThumbAssetFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const entries = await entriesNamed(call, assertNamesEntries(filter))
    const all = entries.flatMap(thumbsOf).filter((thumb) => matchesFilter(thumbFacts(thumb), filter))
    const found = ordered(all, filter['orderBy'], thumbFacts)
    const objects = pageOf(found, call.object('pager')).map((thumb) =>
      toThumbAsset(thumb, call.session.content.partnerId),
    )
    return { type: 'KalturaThumbAssetListResponse', values: { objects, totalCount: found.length } }
  },
}
