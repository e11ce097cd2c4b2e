import type { MediaInfo, VideoStream } from './media-info.ts'
import type { Sprites } from './package-extras.ts'

/** What the small pictures of a film will be. Plain data. */
export type SpritePlan = Omit<Sprites, 'prefix'> &
  Readonly<{
    /** Only pictures that stand for themselves are decoded: that is many times faster, and near enough in a long film. */
    keyframesOnly: boolean
  }>

/** From one picture to the next, in seconds: the first one with which a film has no more than `MAX_PICTURES`. */
const INTERVALS = [1, 2, 5, 10, 20, 30, 60, 120, 300] as const
const MAX_PICTURES = 400
const LONGER_SIDE_PX = 160
const COLUMNS = 5
const ROWS = 5
/** With this interval (a film of a few minutes) every picture is decoded: some have one key frame in ten seconds. */
const EXACT_INTERVAL_MS = 1000

/** How many small pictures of which size a film gets, on how many sheets. Never enlarged; sides are even. */
export function planSprites(info: Pick<MediaInfo, 'durationMs'>, video: VideoStream): SpritePlan {
  const seconds = info.durationMs / 1000
  const interval = INTERVALS.find((each) => seconds / each <= MAX_PICTURES) ?? Math.ceil(seconds / MAX_PICTURES)
  const count = Math.max(1, Math.round(seconds / interval))
  const columns = Math.min(COLUMNS, count)
  const rows = Math.min(ROWS, Math.ceil(count / columns))
  const scale = Math.min(1, LONGER_SIDE_PX / Math.max(video.widthPx, video.heightPx))
  const even = (px: number): number => Math.max(2, 2 * Math.round((px * scale) / 2))
  return {
    sheets: Math.ceil(count / (columns * rows)),
    columns,
    rows,
    widthPx: even(video.widthPx),
    heightPx: even(video.heightPx),
    intervalMs: interval * 1000,
    count,
    keyframesOnly: interval * 1000 > EXACT_INTERVAL_MS,
  }
}

/** Name of a sheet in its folder; the first one is 1. */
export function sheetName(number: number): string {
  return `sheet-${number}.jpg`
}
