import type { Rendition } from '../library/asset.ts'
import type { EncodePlan, VideoStep } from './encode-plan.ts'
import { planEncode } from './ladder.ts'
import type { MediaInfo } from './media-info.ts'
import type { ProfileSettings, VideoCodec } from './profile.ts'

/** Renditions by another profile, asked for once the source played. Kept with its treatment. Plain data. */
export type FurtherProfile = Readonly<{
  profileKey: string
  /** As it was when they were asked for. */
  profile: ProfileSettings
  /** Of the renditions that were made; undefined: they are still to be. */
  made?: readonly string[] | undefined
}>

/** What there is already. */
type Known = Readonly<{
  segmentDurationMs: number
  renditions: readonly (Pick<Rendition, 'name'> & Partial<Pick<Rendition, 'frameRate'>>)[]
}>

/** What is to be made; `names` says whose wish each of its steps is, by profile key. */
export type FurtherPlan = Readonly<{ plan: EncodePlan; names: ReadonlyMap<string, readonly string[]> }>

/**
 * The sizes and codecs that these profiles add to what a source plays already: pictures alone, since its sounds go with
 * all of them, in segments as long as those it has and with as many pictures a second, so that players change between
 * them. What it has is not made again.
 */
export function planFurther(
  info: MediaInfo,
  wanted: readonly FurtherProfile[],
  known: Known,
  encoders: readonly VideoCodec[],
): FurtherPlan {
  const taken = new Set(known.renditions.map(({ name }) => name))
  const names = new Map<string, readonly string[]>()
  const video: VideoStep[] = []
  const { segmentDurationMs } = known
  const frameRate = known.renditions.find((rendition) => rendition.frameRate !== undefined)?.frameRate
  let base = planEncode(info, undefined, encoders)
  for (const { profileKey, profile } of wanted) {
    const plan = planEncode(info, { ...profile, delivery: 'adaptive', segmentDurationMs }, encoders)
    const added = plan.video.filter(({ name }) => !taken.has(name))
    for (const { name } of added) taken.add(name)
    names.set(
      profileKey,
      added.map(({ name }) => name),
    )
    if (video.length === 0) base = plan
    video.push(...added.map((step) => ({ ...step, frameRate: frameRate ?? step.frameRate })))
  }
  return { plan: { ...base, video: largestFirst(video), audio: [], segmentDurationMs }, names }
}

/** As the encoder needs them, which makes the smaller pictures from the first. */
export function largestFirst(steps: readonly VideoStep[]): readonly VideoStep[] {
  return steps.toSorted((a, b) => b.widthPx * b.heightPx - a.widthPx * a.heightPx)
}

/** From the largest picture to the smallest, codec by codec as they came, and sounds behind the pictures. */
export function inPlayingOrder(renditions: readonly Rendition[]): readonly Rendition[] {
  const codecs = [...new Set(renditions.map(codecOf))]
  const group = (rendition: Rendition) =>
    rendition.heightPx === undefined ? codecs.length : codecs.indexOf(codecOf(rendition))
  return renditions.toSorted((a, b) => group(a) - group(b) || sizeOf(b) - sizeOf(a))
}

/** As names say it: `720p-hevc`. */
function codecOf({ name }: Rendition): string {
  return name.replace(/^\d+p/, '')
}

function sizeOf({ widthPx = 0, heightPx = 0 }: Rendition): number {
  return widthPx * heightPx
}
