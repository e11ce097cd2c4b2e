import type { CategoryId } from '../../../../core/ids.ts'
import { KalturaError } from '../errors.ts'
import { type Entry, entriesOf } from '../media/entry.ts'
import { entriesNamed } from '../media/entry-filter.ts'
import type { Call, Operation } from '../operation.ts'
import { type FilterValues, matchesFilter, ordered } from '../schema/filter.ts'
import { itemsOf, pageOf } from '../schema/pager.ts'
import { numberedCategories } from './category.ts'
import { filingFacts, filingsOf, toCategoryEntry } from './category-entry.ts'

const PAGE = 500
const MAX_LISTED = 10_000

/** What is filed where; the filter has to name entries or categories. `totalCount` is that of all pages. */
export const categoryEntryList: Operation = {
  service: 'categoryEntry',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaCategoryEntryFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const filings = await filingsOf(call, await entriesAskedFor(call, filter))
    const all = filings.filter((filing) => matchesFilter(filingFacts(filing), filter))
    const found = ordered(all, filter['orderBy'], filingFacts)
    const objects = pageOf(found, call.object('pager')).map(toCategoryEntry)
    return { type: 'KalturaCategoryEntryListResponse', values: { objects, totalCount: found.length } }
  },
}

async function entriesAskedFor(call: Call, filter: FilterValues): Promise<readonly Entry[]> {
  const entryIds = itemsOf(filter['entryIdEqual']) ?? itemsOf(filter['entryIdIn'])
  if (entryIds !== undefined) return entriesNamed(call, entryIds)
  const numbers = itemsOf(filter['categoryIdEqual']?.toString()) ?? itemsOf(filter['categoryIdIn'])
  if (numbers === undefined) throw new KalturaError('MUST_FILTER_ON_ENTRY_OR_CATEGORY')
  const categories = [...(await numberedCategories(call)).values()].filter(({ id }) => numbers.includes(String(id)))
  return entriesIn(
    call,
    categories.map(({ category }) => category.id),
  )
}

async function entriesIn(call: Call, categoryIds: readonly CategoryId[]): Promise<readonly Entry[]> {
  const { services, session } = call
  if (categoryIds.length === 0) return []
  const filter = { categoryIds, states: ['waiting', 'processing', 'ready', 'failed'] } as const
  const entries: Entry[] = []
  for (let offset = 0; offset < MAX_LISTED; offset += PAGE) {
    const { items } = await services.library.search(session.projectId, filter, { offset, limit: PAGE })
    entries.push(...(await entriesOf(services, session.projectId, items)))
    if (items.length < PAGE) break
  }
  return entries.filter(({ id }) => session.onlyEntries?.includes(id) !== false)
}
