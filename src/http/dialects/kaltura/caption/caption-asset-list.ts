import { assertNamesEntries } from '../asset/asset-filter.ts'
import { entriesNamed } from '../media/entry-filter.ts'
import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { captionFacts, captionsOf, toCaptionAsset } from './caption-asset.ts'

/** The captions of the entries that the filter names; `totalCount` is that of all pages. */
export const captionAssetList: Operation = {
  service: 'caption_captionAsset',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaCaptionAssetFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const entries = await entriesNamed(call, assertNamesEntries(filter))
    const all = (await Promise.all(entries.map((entry) => captionsOf(call.services, entry)))).flat()
    const matching = all.filter((caption) => matchesFilter(captionFacts(caption), filter))
    const found = ordered(matching, filter['orderBy'], captionFacts)
    const objects = pageOf(found, call.object('pager')).map((caption) =>
      toCaptionAsset(caption, call.session.content.partnerId),
    )
    return { type: 'KalturaCaptionAssetListResponse', values: { objects, totalCount: found.length } }
  },
}
