import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { captionParamsFacts, listCaptionParams, toCaptionParams } from './caption-params.ts'

/** The partner's templates of captions; `totalCount` is that of all pages. */
export const captionParamsList: Operation = {
  service: 'caption_captionParams',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaCaptionParamsFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const all = await listCaptionParams(call.services, call.session)
    const matching = all.filter((params) => matchesFilter(captionParamsFacts(params), filter))
    const found = ordered(matching, filter['orderBy'], captionParamsFacts)
    const objects = pageOf(found, call.object('pager')).map(toCaptionParams)
    return { type: 'KalturaCaptionParamsListResponse', values: { objects, totalCount: found.length } }
  },
}
