import type { Call, Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { categoryFacts, type Numbered, numberedCategories, toCategories } from './category.ts'

async function found(call: Call): Promise<readonly Numbered[]> {
  const filter = call.object('filter')?.values ?? {}
  const { freeText, ...asked } = filter
  const words = typeof freeText === 'string' ? { ...asked, freeTextLike: freeText } : asked
  const all = [...(await numberedCategories(call)).values()].filter((one) => matchesFilter(categoryFacts(one), words))
  return ordered(all, filter['orderBy'], categoryFacts)
}

/** The categories that a filter lets through, parents before their children unless ordered; `totalCount` of all pages. */
export const categoryList: Operation = {
  service: 'category',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaCategoryFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const all = await found(call)
    const objects = await toCategories(call, pageOf(all, call.object('pager')))
    return { type: 'KalturaCategoryListResponse', values: { objects, totalCount: all.length } }
  },
}

/** How many `list` has with the same filter. */
export const categoryCount: Operation = {
  service: 'category',
  action: 'count',
  admits: 'session',
  parameters: [{ name: 'filter', type: 'object:KalturaCategoryFilter', default: null }],
  run: async (call) => (await found(call)).length,
}
