import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import { conversionProfileFacts, conversionProfiles, toConversionProfile } from './conversion-profile.ts'

/** The ways files may be treated: our workflows and profiles. `totalCount` is that of all pages. */
export const conversionProfileList: Operation = {
  service: 'conversionProfile',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaConversionProfileFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const all = (await conversionProfiles(call)).filter((own) => matchesFilter(conversionProfileFacts(own), filter))
    const found = ordered(all, filter['orderBy'], conversionProfileFacts)
    const objects = pageOf(found, call.object('pager')).map((own) =>
      toConversionProfile(own, call.session.content.partnerId),
    )
    return { type: 'KalturaConversionProfileListResponse', values: { objects, totalCount: found.length } }
  },
}
