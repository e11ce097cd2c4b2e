import type { MediaInfo } from './media-info.ts'

const LATEST_POSTER_MS = 10_000

/**
 * Where to take the poster: a tenth into the video, past most titles and fades, and never later than ten seconds, so
 * that a long file needs no long search.
 */
export function posterTimeMs(info: Pick<MediaInfo, 'durationMs'>): number {
  return Math.min(Math.floor(info.durationMs / 10), LATEST_POSTER_MS)
}
