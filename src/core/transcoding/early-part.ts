import type { EncodePlan, VideoStep } from './encode-plan.ts'
import { planEncode } from './ladder.ts'
import type { MediaInfo } from './media-info.ts'
import type { Treatment } from './treatment.ts'

/**
 * Whether a film's smallest size is made before the others, so that it plays early. That costs a second decode, which
 * only films of `fromMs` or more are worth; undefined: none are. Texts that are drawn into the pictures could be changed
 * between the two, and then would be in some sizes and not in others.
 */
export function playsEarly(info: MediaInfo, treatment: Treatment, fromMs: number | undefined): boolean {
  if (fromMs === undefined || info.video === undefined || info.durationMs < fromMs) return false
  if (treatment.delivery !== 'adaptive' || treatment.burnInLanguage !== undefined) return false
  const { video } = planEncode(info, treatment.profile)
  return new Set(video.map(({ widthPx, heightPx }) => `${widthPx}x${heightPx}`)).size > 1
}

/** Of the plan for a film what plays first: its smallest picture, in the codec that most can play, and all sounds. */
export function earlyPart(plan: EncodePlan): EncodePlan {
  const plain = plan.video.filter(({ codec }) => codec === 'h264')
  const candidates = plain.length > 0 ? plain : plan.video
  return { ...plan, video: candidates.toSorted((a, b) => area(a) - area(b)).slice(0, 1) }
}

function area({ widthPx, heightPx }: VideoStep): number {
  return widthPx * heightPx
}
