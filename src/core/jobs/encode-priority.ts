import type { MediaInfo } from '../transcoding/media-info.ts'

/** What a job has without further ado. */
const USUAL_PRIORITY = 100
/** No film waits longer than this behind shorter ones that come after it. */
const LATEST_MINUTES = 60
const REFERENCE_PIXELS = 1920 * 1080

/**
 * Short files first: each step of priority is worth a minute of waiting (AGEING_MS), and a file has as many steps as
 * it has minutes of 1080p pictures, so that nobody waits for somebody else's film with a clip, and yet every film gets
 * its turn. Sound costs next to nothing.
 */
export function encodePriority({ durationMs, video }: Pick<MediaInfo, 'durationMs' | 'video'>): number {
  const area = video === undefined ? 0 : (video.widthPx * video.heightPx) / REFERENCE_PIXELS
  const minutes = (durationMs / 60_000) * area
  return USUAL_PRIORITY + Math.min(LATEST_MINUTES, Math.floor(minutes))
}
