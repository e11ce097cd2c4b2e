import { SOURCE_PARAMS_ID } from '../asset/flavor-asset.ts'
import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import { matchesFilter, ordered } from '../schema/filter.ts'
import { pageOf } from '../schema/pager.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { conversionProfiles, findConversionProfile, flavorParamsIdsOf } from './conversion-profile.ts'

/** A kind of flavour as clients see it; sizes are those of one that was made, where there is one. */
export function toFlavorParams(
  id: number,
  made: Readonly<{ name?: string; widthPx?: number | undefined; heightPx?: number | undefined }> = {},
): KalturaObject {
  const isSource = id === SOURCE_PARAMS_ID
  const name = made.name ?? nameOf(id)
  return {
    type: 'KalturaFlavorParams',
    values: {
      id,
      partnerId: 0,
      name,
      systemName: name,
      isSystemDefault: true,
      tags: isSource ? 'source' : 'mobile,web,mbr,iphone,ipad',
      format: 'mp4',
      width: made.widthPx ?? 0,
      height: made.heightPx ?? (isSource || id === 1 ? 0 : id),
    },
  }
}

function nameOf(id: number): string {
  if (id === SOURCE_PARAMS_ID) return 'Source'
  return id === 1 ? 'Audio' : `${id}p`
}

/** All that any of the project's workflows and profiles may make, the original first, then from small to large. */
async function allParamsIds(call: Call): Promise<readonly number[]> {
  const ids = (await conversionProfiles(call)).flatMap(flavorParamsIdsOf)
  return [...new Set(ids)].toSorted((a, b) => a - b)
}

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
    const facts = (id: number) => ({ id, name: nameOf(id), systemName: nameOf(id), isSystemDefault: 1 })
    const all = (await allParamsIds(call)).filter((id) => matchesFilter(facts(id), filter))
    const found = ordered(all, filter['orderBy'], facts)
    const objects = pageOf(found, call.object('pager')).map((id) => toFlavorParams(id))
    return { type: 'KalturaFlavorParamsListResponse', values: { objects, totalCount: found.length } }
  },
}

/** One of them. */
export const flavorParamsGet: Operation = {
  service: 'flavorParams',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    const id = call.number('id')
    if ((await allParamsIds(call)).includes(id)) return toFlavorParams(id)
    throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(id) })
  },
}

/** Those that one conversion profile may make. */
export const flavorParamsGetByConversionProfileId: Operation = {
  service: 'flavorParams',
  action: 'getByConversionProfileId',
  admits: 'session',
  parameters: [{ name: 'conversionProfileId', type: 'int' }],
  async run(call) {
    const profile = await findConversionProfile(call, call.number('conversionProfileId'))
    return flavorParamsIdsOf(profile).map((id) => toFlavorParams(id))
  },
}
