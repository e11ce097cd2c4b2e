import type { BlobKey } from '../ports/blob-store.ts'
import type { PictureBox, StripSheet } from '../ports/image-resizer.ts'
import type { Sprites } from '../transcoding/package-extras.ts'
import { sheetName } from '../transcoding/sprite-plan.ts'
import type { PictureRequest } from './picture-plan.ts'

/** Small pictures that become much larger than this are worse than a sharp one of another moment. */
const MOST_ENLARGED = 2

/** Where the small picture of a moment lies. */
export type SpriteTile = Readonly<{ key: BlobKey; box: PictureBox }>

/** The small picture of that moment; undefined where there is none, or none large enough for what is asked for. */
export function tileAt(
  sprites: Sprites | undefined,
  atMs: number,
  { widthPx, heightPx }: Pick<PictureRequest, 'widthPx' | 'heightPx'>,
): SpriteTile | undefined {
  if (sprites === undefined) return undefined
  const isTooLarge = widthPx > MOST_ENLARGED * sprites.widthPx || heightPx > MOST_ENLARGED * sprites.heightPx
  // In its own size, the poster is meant.
  if (isTooLarge || (widthPx === 0 && heightPx === 0)) return undefined
  const { columns, rows, widthPx: width, heightPx: height } = sprites
  const index = indexAt(sprites, atMs)
  const place = index % (columns * rows)
  const box = {
    leftPx: (place % columns) * width,
    topPx: Math.floor(place / columns) * height,
    widthPx: width,
    heightPx: height,
  }
  return { key: keyOf(sprites, index), box }
}

/** The sheets on which the small pictures of these moments lie, and which of them go where in a strip. */
export function tilesFor(
  sprites: Sprites,
  timesMs: readonly number[],
): readonly (Omit<StripSheet, 'picture'> & Readonly<{ key: BlobKey }>)[] {
  const { columns, rows } = sprites
  const sheets = new Map<BlobKey, { onSheet: number; inStrip: number }[]>()
  for (const [inStrip, atMs] of timesMs.entries()) {
    const index = indexAt(sprites, atMs)
    const key = keyOf(sprites, index)
    const places = sheets.get(key) ?? []
    sheets.set(key, places)
    places.push({ onSheet: index % (columns * rows), inStrip })
  }
  return [...sheets].map(([key, places]) => ({ key, columns, rows, places }))
}

function indexAt({ intervalMs, count }: Sprites, atMs: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(atMs / intervalMs)))
}

function keyOf({ prefix, columns, rows }: Sprites, index: number): BlobKey {
  return `${prefix}${sheetName(Math.floor(index / (columns * rows)) + 1)}`
}
