import type { Rendition } from '../library/asset.ts'
import { type FurtherPlan, largestFirst, planFurther } from './further-renditions.ts'
import { planEncode } from './ladder.ts'
import type { MediaInfo } from './media-info.ts'
import { DEFAULT_PROFILE, type VideoCodec } from './profile.ts'
import type { Treatment } from './treatment.ts'

/**
 * Everything that is to be made of a source, in one decode: by its own profile and by those that were asked for besides
 * and not made yet. Sources of older versions have no treatment: they were never asked about.
 */
export function planSource(
  info: MediaInfo,
  treatment: Treatment | undefined,
  encoders: readonly VideoCodec[],
): FurtherPlan {
  if (treatment === undefined) return { plan: planEncode(info, DEFAULT_PROFILE, encoders), names: new Map() }
  const { profile, delivery } = treatment
  const own = planEncode(info, { ...profile, delivery }, encoders)
  const wanted = (treatment.further ?? []).filter(({ made }) => made === undefined)
  if (own.video.length === 0 || wanted.length === 0) return { plan: own, names: new Map() }
  const known = { segmentDurationMs: own.segmentDurationMs, renditions: own.video }
  const { plan, names } = planFurther(info, wanted, known, encoders)
  return { plan: { ...own, video: largestFirst([...own.video, ...plan.video]) }, names }
}

/**
 * What is to be added to a package: for a source that is ready what was asked for since, for one that plays early all
 * that it was promised and has not yet. Its sounds are there.
 */
export function planMissing(
  source: Readonly<{ media: MediaInfo; treatment: Treatment; readyAtMs: number | undefined }>,
  renditions: readonly Rendition[],
  encoders: readonly VideoCodec[],
): FurtherPlan {
  const { media, treatment } = source
  if (source.readyAtMs !== undefined) {
    const wanted = (treatment.further ?? []).filter(({ made }) => made === undefined)
    const { segmentDurationMs } = treatment.profile
    return planFurther(media, wanted, { segmentDurationMs, renditions }, encoders)
  }
  const { plan, names } = planSource(media, treatment, encoders)
  const known = new Set(renditions.map(({ name }) => name))
  return { plan: { ...plan, video: plan.video.filter(({ name }) => !known.has(name)), audio: [] }, names }
}
