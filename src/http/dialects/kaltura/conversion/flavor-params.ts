import { SOURCE_PARAMS_ID } from '../asset/flavor-asset.ts'
import type { Call } from '../operation.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { conversionProfiles, flavorParamsIdsOf } from './conversion-profile.ts'

/** A kind of flavour as clients see it; sizes are those of one that was made, where there is one. */
export function toFlavorParams(
  id: number,
  made: Readonly<{ name?: string; widthPx?: number | undefined; heightPx?: number | undefined }> = {},
): KalturaObject {
  const isSource = id === SOURCE_PARAMS_ID
  const name = made.name ?? paramsName(id)
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

/** What a kind of flavour is called here. */
export function paramsName(id: number): string {
  if (id === SOURCE_PARAMS_ID) return 'Source'
  return id === 1 ? 'Audio' : `${id}p`
}

/** All that any of the project's workflows and profiles may make, the original first, then from small to large. */
export async function allParamsIds(call: Call): Promise<readonly number[]> {
  const ids = (await conversionProfiles(call)).flatMap(flavorParamsIdsOf)
  return [...new Set(ids)].toSorted((a, b) => a - b)
}
