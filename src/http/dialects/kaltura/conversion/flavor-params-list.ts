import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { allParamsIds, paramsName, toFlavorParams } from './flavor-params.ts'

/** The kinds of flavours there are here: the original, sound alone, and pictures by their lines. */
export const flavorParamsList: Operation = {
  service: 'flavorParams',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaFlavorParamsFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const facts = (id: number) => ({ id, name: paramsName(id), systemName: paramsName(id), isSystemDefault: 1 })
    const all = (await allParamsIds(call)).filter((id) => matchesFilter(facts(id), filter))
    const found = ordered(all, filter['orderBy'], facts)
    const objects = pageOf(found, call.object('pager')).map((id) => toFlavorParams(id))
    return { type: 'KalturaFlavorParamsListResponse', values: { objects, totalCount: found.length } }
  },
}
