import type { PictureFit, PicturePart, PictureRequest } from '../../../../core/playback/picture-plan.ts'
import { MAX_STRIP_PICTURES, type StripRequest } from '../../../../core/playback/strip-plan.ts'
import type { PictureFormat, PictureSize } from '../../../../core/ports/image-resizer.ts'

/**
 * What stands in the address of a thumbnail, and what it asks for. Source: the vendor's server, its thumbnail action
 * (22.x) and its "Kaltura Thumbnail API" guide, read 2026-11-21: docs/dialects/kaltura.md#thumbnails.
 */
export type Words = ReadonlyMap<string, string>

/** Of the film, as its entry shows them. */
export type Film = PictureSize & Readonly<{ durationMs: number }>

export type Thumbnail =
  | Readonly<{ kind: 'stored' }>
  | Readonly<{ kind: 'picture'; request: PictureRequest }>
  | Readonly<{ kind: 'strip'; request: StripRequest }>

/** The vendor refuses with this what it does not set right by itself. */
export class BadThumbnail extends Error {
  override readonly name = 'BadThumbnail'
}

const DEFAULT_WIDTH = 120
const DEFAULT_HEIGHT = 90
const DEFAULT_QUALITY = 75
/** Of widths, heights and corners. */
const LARGEST = 10_000

/** KalturaThumbCropType, from 1. The sixth is what `nearest_aspect_ratio` makes of any. */
const FITS = ['inside', 'pad', 'cover', 'cover-top', 'fill'] as const satisfies readonly PictureFit[]
/** These two make a square of one side; the others keep the picture's shape. */
const SQUARES: readonly PictureFit[] = ['cover', 'cover-top']

const FORMATS: Readonly<Record<string, PictureFormat>> = { png: 'png', webp: 'webp' }
/** Some put a file's ending behind the address, whatever stands there. */
const ENDING = /\.(?:jpe?g|gif|png|webp)$/i

/** Names and values alternate in the path; the query adds what the path does not say. */
export function thumbnailWords(path: string, query: Readonly<Record<string, unknown>>): Words {
  const words = new Map<string, string>()
  for (const [name, value] of Object.entries(query)) if (typeof value === 'string') words.set(name, value)
  const segments = path.split('/')
  for (let i = 0; i + 1 < segments.length; i += 2) words.set(segments[i] ?? '', segments[i + 1] ?? '')
  return new Map([...words].map(([name, value]) => [name, value.replace(ENDING, '')]))
}

/** Numbers that are none, or too large, are set right as the vendor does. Throws BadThumbnail for colors and slices. */
export function readThumbnail(words: Words, film: Film): Thumbnail {
  const background = words.get('bgcolor') ?? 'ffffff'
  if (!/^[0-9a-f]{1,6}$/i.test(background)) throw new BadThumbnail('bgcolor must be six hexadecimal characters')
  const slices = slicesOf(words)
  const { fit, ...size } = shapeOf(words)
  const quality = Math.trunc(numberOf(words, 'quality', 0, 0, 100)) || DEFAULT_QUALITY
  if (slices !== undefined && !words.has('vid_slice')) {
    return { kind: 'strip', request: { ...size, fit, quality, slices, ...stretchOf(words, film) } }
  }
  const part = partOf(words, film)
  const format = FORMATS[words.get('format')?.toLowerCase() ?? '']
  const atMs = momentOf(words, film, slices)
  const isWhole = size.widthPx === 0 && size.heightPx === 0 && part === undefined
  if (isWhole && format === undefined && !words.has('quality')) return { kind: 'stored' }
  const color = `#${background.toLowerCase().padStart(6, '0')}`
  const request = { ...size, fit, part, quality, atMs, enlarges: true, background: color, format: format ?? 'jpeg' }
  return { kind: 'picture', request }
}

function shapeOf(words: Words): Pick<PictureRequest, 'widthPx' | 'heightPx' | 'fit'> {
  const isForced = ['width', 'height'].some((name) => (words.get(name) ?? '').indexOf('!') > 0)
  const type = isForced ? 5 : Math.trunc(numberOf(words, 'type', 1, 1, FITS.length))
  const isNearest = numberOf(words, 'nearest_aspect_ratio', 0, 0, 1) >= 1
  const fit: PictureFit = isNearest ? 'cover' : (FITS[type - 1] ?? 'inside')
  const [width, height] = sidesOf(words)
  const isSquare = SQUARES.includes(fit) && !isNearest
  return { fit, widthPx: width || (isSquare ? height : 0), heightPx: height || (isSquare ? width : 0) }
}

/** 0: not said. Where neither is, there is a default. */
function sidesOf(words: Words): readonly [width: number, height: number] {
  const width = numberOf(words, 'width', -1, -1, LARGEST)
  const height = numberOf(words, 'height', -1, -1, LARGEST)
  if (width === -1 && height === -1) {
    const side = (name: string, otherwise: number): number => {
      const stated = numberOf(words, name, -1, -1, LARGEST)
      return stated === -1 ? otherwise : Math.round(stated)
    }
    return [side('def_width', DEFAULT_WIDTH), side('def_height', DEFAULT_HEIGHT)]
  }
  return [Math.round(Math.max(0, width)), Math.round(Math.max(0, height))]
}

/** Corners are in pixels of the film, or of a picture of `rel_width` and `rel_height`. */
function partOf(words: Words, film: PictureSize): PicturePart | undefined {
  const of = (name: string): number => numberOf(words, name, 0, 0, LARGEST)
  const [x, y, w, h] = [of('src_x'), of('src_y'), of('src_w'), of('src_h')]
  const width = of('rel_width') || film.widthPx
  const height = of('rel_height') || film.heightPx
  if (x + y + w + h === 0 || width === 0 || height === 0) return undefined
  return { left: x / width, top: y / height, width: w / width, height: h / height }
}

/** `vid_sec`, or slice `vid_slice` of `vid_slices`. */
function momentOf(words: Words, film: Film, slices: number | undefined): number | undefined {
  const second = numberOf(words, 'vid_sec', -1, -1)
  if (second >= 0) return Math.round(second * 1000)
  if (slices === undefined) return undefined
  const { fromMs = 0, untilMs = film.durationMs } = stretchOf(words, film)
  return Math.round(fromMs + ((untilMs - fromMs) / slices) * numberOf(words, 'vid_slice', 0, 0, slices))
}

function slicesOf(words: Words): number | undefined {
  const stated = words.get('vid_slices')
  if (stated === undefined || Number(stated) === -1) return undefined
  if (stated.trim() === '' || !(Number(stated) > 0)) throw new BadThumbnail('vid_slices must be positive')
  return Math.min(MAX_STRIP_PICTURES, Math.ceil(Number(stated)))
}

function stretchOf(words: Words, { durationMs }: Film): Pick<StripRequest, 'fromMs' | 'untilMs'> {
  const of = (name: string): number => numberOf(words, name, -1, -1) * 1000
  const [from, until] = [of('start_sec'), of('end_sec')]
  if (from < 0 || until < 0) return {}
  return { fromMs: Math.min(from, durationMs), untilMs: Math.min(until, durationMs) }
}

/** The number that a word begins with; 0 for what begins otherwise. */
function numberOf(words: Words, name: string, absent: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const word = words.get(name)
  if (word === undefined || word === '') return absent
  const value = Number(/^\s*[+-]?(?:\d+\.?\d*|\.\d+)/.exec(word)?.[0] ?? 0)
  return Math.min(most, Math.max(least, value))
}
