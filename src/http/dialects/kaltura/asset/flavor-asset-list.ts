import { entriesNamed } from '../media/entry-filter.ts'
import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { assertNamesEntries } from './asset-filter.ts'
import { allFlavors, flavorFacts, toFlavorAsset } from './flavor-asset.ts'

/** The flavours of the entries that the filter names; `totalCount` is that of all pages. */
export const flavorAssetList: Operation = {
  service: 'flavorAsset',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaFlavorAssetFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const entries = await entriesNamed(call, assertNamesEntries(filter))
    const flavors = (await Promise.all(entries.map((entry) => allFlavors(call, entry)))).flat()
    const all = flavors.filter((flavor) => matchesFilter(flavorFacts(flavor), filter))
    const found = ordered(all, filter['orderBy'], flavorFacts)
    const objects = pageOf(found, call.object('pager')).map((flavor) =>
      toFlavorAsset(flavor, call.session.content.partnerId),
    )
    return { type: 'KalturaFlavorAssetListResponse', values: { objects, totalCount: found.length } }
  },
}
