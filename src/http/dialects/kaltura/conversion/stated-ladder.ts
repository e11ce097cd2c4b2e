import { DEFAULT_PROFILE, type ProfileSettings } from '../../../../core/transcoding/profile.ts'
import { SOUND_PARAMS_ID, SOURCE_PARAMS_ID } from '../asset/flavor-asset.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import { itemsOf } from '../schema/pager.ts'
import { allParamsIds } from './flavor-params.ts'

/**
 * What these flavours are made by: pictures of those sizes, else sound alone, else nothing but the original. Other settings
 * are those of `before`. Throws FLAVOR_PARAMS_ID_NOT_FOUND, FLAVOR_PARAMS_DUPLICATE.
 */
export async function statedLadder(
  call: Call,
  flavorParamsIds: string,
  before: ProfileSettings = DEFAULT_PROFILE,
): Promise<ProfileSettings> {
  const stated = itemsOf(flavorParamsIds) ?? []
  const doubled = stated.find((id, i) => stated.indexOf(id) !== i)
  if (doubled !== undefined) throw new KalturaError('FLAVOR_PARAMS_DUPLICATE', { PARAMS: doubled })
  const known = await allParamsIds(call)
  const unknown = stated.find((id) => !known.includes(Number(id)))
  if (unknown !== undefined) throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: unknown })
  const ids = stated.map(Number)
  const sides = ids.filter((id) => id !== SOURCE_PARAMS_ID && id !== SOUND_PARAMS_ID).toSorted((a, b) => b - a)
  const steps = sides.map(
    (shorterSidePx) => before.video.steps.find((step) => step.shorterSidePx === shorterSidePx) ?? { shorterSidePx },
  )
  const [largest = before.video.maxShorterSidePx] = sides
  const hasSound = ids.includes(SOUND_PARAMS_ID)
  return {
    ...before,
    delivery: sides.length > 0 ? 'adaptive' : hasSound ? 'audio' : 'passthrough',
    video: { ...before.video, steps, maxShorterSidePx: largest },
  }
}
