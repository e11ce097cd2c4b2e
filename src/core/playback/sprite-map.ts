import type { Sprites } from '../transcoding/package-extras.ts'
import { sheetName } from '../transcoding/sprite-plan.ts'
import { clockText } from '../transcoding/subtitle-text.ts'

/** One small picture: when it is shown, and where it is. */
type Tile = Readonly<{ startMs: number; endMs: number; sheet: string; x: number; y: number }>

/** `sheetUri` makes the address of a sheet, relative to what names it. */
type SheetUri = (name: string) => string

/** What a page needs to draw all of it by itself. */
export type Storyboard = Readonly<{
  durationMs: number
  /** Of one small picture. */
  widthPx: number
  heightPx: number
  tiles: readonly Readonly<{ startMs: number; url: string; x: number; y: number }>[]
}>

/** The WebVTT map that players read for their seek bar: a cue for each picture, naming a part of a sheet (`#xywh=`). */
export function spriteMap(sprites: Sprites, durationMs: number, sheetUri: SheetUri): string {
  const { widthPx, heightPx } = sprites
  const cues = tilesOf(sprites, durationMs).map(({ startMs, endMs, sheet, x, y }) => {
    const times = `${clockText(startMs)} --> ${clockText(endMs)}`
    return `${times}\n${sheetUri(sheet)}#xywh=${x},${y},${widthPx},${heightPx}`
  })
  return `${['WEBVTT', ...cues].join('\n\n')}\n`
}

export function storyboard(sprites: Sprites, durationMs: number, sheetUri: SheetUri): Storyboard {
  const { widthPx, heightPx } = sprites
  const tiles = tilesOf(sprites, durationMs).map(({ startMs, sheet, x, y }) => ({
    startMs,
    url: sheetUri(sheet),
    x,
    y,
  }))
  return { durationMs, widthPx, heightPx, tiles }
}

function tilesOf({ count, columns, rows, widthPx, heightPx, intervalMs }: Sprites, durationMs: number): Tile[] {
  return Array.from({ length: count }, (_, i) => {
    const place = i % (columns * rows)
    return {
      startMs: i * intervalMs,
      endMs: i === count - 1 ? Math.max(durationMs, i * intervalMs + 1) : (i + 1) * intervalMs,
      sheet: sheetName(Math.floor(i / (columns * rows)) + 1),
      x: (place % columns) * widthPx,
      y: Math.floor(place / columns) * heightPx,
    }
  })
}
