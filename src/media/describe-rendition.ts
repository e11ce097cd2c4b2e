import type { AudioStep, AudioTrack, EncodedRendition, EncodePlan, VideoStep } from '../core/transcoding/encode-plan.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { type MeasuredSegment, measureBandwidth } from './bandwidth.ts'
import { PLAYLIST_NAME } from './hls-arguments.ts'
import { shortfallToleranceMs } from './shortfall.ts'

/**
 * A finished rendition of the whole film, measured. Throws DomainError('media_refused', damaged) when it is clearly
 * shorter than planned (see `shortfallToleranceMs`), so that nobody publishes half a film unawares.
 */
export function describeRendition(
  plan: EncodePlan,
  step: VideoStep | AudioStep,
  made: Readonly<{
    codecs: string
    initBytes: number
    /** Relative to the package, the init segment first. */
    files: readonly string[]
    segments: readonly MeasuredSegment[]
  }>,
): EncodedRendition {
  const { name } = step
  const { codecs, initBytes, files, segments } = made
  const durationMs = Math.round(segments.reduce((sum, segment) => sum + segment.durationMs, 0))
  if (durationMs < plan.durationMs - shortfallToleranceMs(plan.durationMs)) {
    const found = (durationMs / 1000).toFixed(1)
    throw mediaRefused('damaged', `Only ${found} of ${(plan.durationMs / 1000).toFixed(1)} seconds could be decoded.`)
  }
  const bandwidth = measureBandwidth(segments)
  const picture = 'widthPx' in step ? step : undefined
  return {
    name,
    track: picture !== undefined || plan.video.length === 0 ? undefined : trackOf(step as AudioStep, plan),
    playlist: `${name}/${PLAYLIST_NAME}`,
    files,
    widthPx: picture?.widthPx,
    heightPx: picture?.heightPx,
    frameRate: picture?.frameRate,
    codecs,
    bandwidth: bandwidth.peak,
    averageBandwidth: bandwidth.average,
    durationMs,
    sizeBytes: initBytes + segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }
}

/** Viewers choose by the label, so no two are the same. */
function trackOf(step: AudioStep, { audio }: EncodePlan): AudioTrack {
  const { language, isDefault, channels } = step
  const isAlone = audio.filter((other) => other.language === language).length === 1
  const label = isAlone && language !== undefined ? language : `${language ?? 'Track'} ${audio.indexOf(step) + 1}`
  return { language, isDefault, channels, label }
}

/** All picture sizes come from the same pictures; were they cut apart, a player could not switch between them. */
export function assertAligned(renditions: readonly Pick<EncodedRendition, 'name' | 'files' | 'durationMs'>[]): void {
  const [first, ...others] = renditions
  for (const other of others) {
    if (other.files.length !== first?.files.length || other.durationMs !== first.durationMs) {
      throw new Error(`renditions ${first?.name} and ${other.name} are not cut at the same places`)
    }
  }
}
