/** Of a picture as people see it, upright. Whole pixels. */
export type PictureSize = Readonly<{ widthPx: number; heightPx: number }>

export type PictureBox = PictureSize & Readonly<{ leftPx: number; topPx: number }>

export const PICTURE_FORMATS = ['jpeg', 'png', 'webp'] as const
export type PictureFormat = (typeof PICTURE_FORMATS)[number]

/** What is made of one picture, in this order. */
export type PictureRecipe = Readonly<{
  /** What is taken of it; lies within it. */
  part: PictureBox
  /** What that is brought to, whatever its shape. */
  size: PictureSize
  /** The plain ground that it is put on, and where; undefined: it is all there is. */
  ground: PictureBox | undefined
  /** `#rrggbb`: of the ground, and of what is transparent in a JPEG. */
  background: string
  format: PictureFormat
  /** 1…100; of no effect on PNG. */
  quality: number
}>

/** Small pictures of equal size in rows on one picture, and which of them goes where in the strip, counted from 0. */
export type StripSheet = Readonly<{
  picture: Uint8Array
  columns: number
  rows: number
  places: readonly Readonly<{ onSheet: number; inStrip: number }>[]
}>

export type StripOptions = Readonly<{
  /** Of each small picture in the strip. */
  tile: PictureSize
  /** How many there are in the strip. */
  count: number
  /** 1…100 */
  quality: number
}>

/**
 * Makes pictures another size. They are hostile: customers choose posters. Implementation: images/sharp-image-resizer.ts;
 * images/sharp-image-resizer.test.ts proves:
 * - only JPEG, PNG and WebP are looked at, by their bytes, with at most `MAX_INPUT_PIXELS`; all else, and what cannot be
 *   decoded, throws DomainError('media_refused');
 * - nothing that came with a picture goes into what is made of it: no place, no camera, no other text;
 * - the machine's tool may be missing: then `problem` says why, and every call throws DomainError('unavailable').
 */
export interface ImageResizer {
  /** Why this machine can make none; undefined: it can. */
  problem(): Promise<unknown>
  /** `recipeFor` is told how large the picture is. */
  render(picture: Uint8Array, recipeFor: (size: PictureSize) => PictureRecipe): Promise<Buffer>
  /** Small pictures side by side, from left to right, as one JPEG. Places that no sheet fills are black. */
  strip(sheets: readonly StripSheet[], options: StripOptions): Promise<Buffer>
}

/** A photo of today's cameras; decoding one takes at most some 150 MB. */
export const MAX_INPUT_PIXELS = 25_000_000
