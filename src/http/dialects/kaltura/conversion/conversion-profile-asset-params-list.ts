import type { Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { conversionProfiles, flavorParamsIdsOf } from './conversion-profile.ts'
import { paramsName } from './flavor-params.ts'

/** Which flavours each conversion profile may make. `totalCount` is that of all pages. */
export const conversionProfileAssetParamsList: Operation = {
  service: 'conversionProfileAssetParams',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaConversionProfileAssetParamsFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const all = (await conversionProfiles(call)).flatMap((profile) =>
      flavorParamsIdsOf(profile).map((assetParamsId) => ({
        conversionProfileId: profile.id,
        assetParamsId,
        systemName: paramsName(assetParamsId),
        ...AS_THE_PARAMS_SAY,
      })),
    )
    const found = ordered(
      all.filter((one) => matchesFilter(one, filter)),
      filter['orderBy'],
      (one) => one,
    )
    const objects = pageOf(found, call.object('pager')).map(
      (values): KalturaObject => ({ type: 'KalturaConversionProfileAssetParams', values }),
    )
    return { type: 'KalturaConversionProfileAssetParamsListResponse', values: { objects, totalCount: found.length } }
  },
}

/** KalturaFlavorReadyBehaviorType: as the flavour params say. KalturaAssetParamsOrigin: made here. */
const AS_THE_PARAMS_SAY = { readyBehavior: 0, origin: 0 } as const
