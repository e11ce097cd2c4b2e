import type { Sharp, SharpOptions } from 'sharp'
import { DomainError } from '../core/errors.ts'
import {
  type ImageResizer,
  MAX_INPUT_PIXELS,
  type PictureFormat,
  type PictureRecipe,
  type PictureSize,
  type StripOptions,
  type StripSheet,
} from '../core/ports/image-resizer.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'

type SharpModule = typeof import('sharp').default

/** Longer than any picture within the limit takes, even on a busy machine. */
const MAX_SECONDS = 20
/** What a JPEG is made of. */
const CHANNELS = 3

/** The libraries that read these, and no others, are asked; what a file says it is does not count. */
const FIRST_BYTES: readonly (readonly [offset: number, bytes: string])[][] = [
  [[0, '\xff\xd8\xff']],
  [[0, '\x89PNG\r\n\x1a\n']],
  [
    [0, 'RIFF'],
    [8, 'WEBP'],
  ],
]

/** Pictures by libvips, in its own threads, each on one. The module is loaded when the first picture is asked for. */
export class SharpImageResizer implements ImageResizer {
  readonly #load: () => Promise<SharpModule>
  #loading: Promise<SharpModule> | undefined

  /** `load` is for tests. */
  constructor(load: () => Promise<SharpModule> = loadSharp) {
    this.#load = load
  }

  async problem(): Promise<unknown> {
    return this.#module().then(
      () => undefined,
      (error: unknown) => error,
    )
  }

  async render(picture: Uint8Array, recipeFor: (size: PictureSize) => PictureRecipe): Promise<Buffer> {
    const open = await this.#opener(picture)
    try {
      const { autoOrient } = await open().metadata()
      const recipe = recipeFor({ widthPx: autoOrient.width, heightPx: autoOrient.height })
      return await inFormat(drawn(open(), recipe), recipe).toBuffer()
    } catch (error) {
      throw refused(error)
    }
  }

  async strip(sheets: readonly StripSheet[], { tile, count, quality }: StripOptions): Promise<Buffer> {
    const widthPx = tile.widthPx * count
    const strip = Buffer.alloc(widthPx * tile.heightPx * CHANNELS)
    for (const sheet of sheets) await this.#layOut(sheet, tile, { pixels: strip, widthPx })
    const sharp = await this.#module()
    const raw = { width: widthPx, height: tile.heightPx, channels: CHANNELS } as const
    return sharp(strip, { raw }).jpeg({ quality }).toBuffer()
  }

  /** Copies the sheet's small pictures to where they belong. */
  async #layOut(
    { picture, columns, rows, places }: StripSheet,
    tile: PictureSize,
    strip: Readonly<{ pixels: Buffer; widthPx: number }>,
  ): Promise<void> {
    const open = await this.#opener(picture)
    const size = { width: columns * tile.widthPx, height: rows * tile.heightPx, fit: 'fill' } as const
    const sheet = await open()
      .resize(size)
      .flatten()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
      .catch((error: unknown) => {
        throw refused(error)
      })
    if (sheet.info.channels !== CHANNELS) throw mediaRefused('damaged', 'A sheet of small pictures is not in color.')
    const rowBytes = tile.widthPx * CHANNELS
    for (const { onSheet, inStrip } of places) {
      const left = (onSheet % columns) * rowBytes
      const top = Math.floor(onSheet / columns) * tile.heightPx
      for (let row = 0; row < tile.heightPx; row += 1) {
        const from = (top + row) * size.width * CHANNELS + left
        sheet.data.copy(strip.pixels, (row * strip.widthPx + inStrip * tile.widthPx) * CHANNELS, from, from + rowBytes)
      }
    }
  }

  /** Opens the picture anew at each call, upright. Throws media_refused for what is not one by its first bytes. */
  async #opener(picture: Uint8Array): Promise<() => Sharp> {
    const sharp = await this.#module().catch((cause: unknown) => {
      throw new DomainError('unavailable', 'This machine has nothing to change pictures with.', { cause })
    })
    const head = Buffer.from(picture.subarray(0, 16)).toString('latin1')
    const isKnown = FIRST_BYTES.some((places) => places.every(([offset, bytes]) => head.startsWith(bytes, offset)))
    if (!isKnown) throw mediaRefused('format_not_allowed', 'The picture is not JPEG, PNG or WebP.')
    const options: SharpOptions = {
      autoOrient: true,
      failOn: 'error',
      limitInputPixels: MAX_INPUT_PIXELS,
      sequentialRead: true,
      pages: 1,
    }
    return () => sharp(picture, options).timeout({ seconds: MAX_SECONDS })
  }

  #module(): Promise<SharpModule> {
    this.#loading ??= this.#load()
    return this.#loading
  }
}

async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await import('sharp')
  // Each picture is another one; and two of them at a time shall take two processors, not all of them.
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] })
  return sharp
}

function drawn(image: Sharp, { part, size, ground, background }: PictureRecipe): Sharp {
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = part
  const sized = image
    .extract({ left, top, width, height })
    .resize({ width: size.widthPx, height: size.heightPx, fit: 'fill' })
  if (ground === undefined) return sized
  return sized.extend({
    left: ground.leftPx,
    top: ground.topPx,
    right: ground.widthPx - ground.leftPx - size.widthPx,
    bottom: ground.heightPx - ground.topPx - size.heightPx,
    background,
  })
}

const WRITERS: Readonly<Record<PictureFormat, (image: Sharp, recipe: PictureRecipe) => Sharp>> = {
  jpeg: (image, { quality, background }) => image.flatten({ background }).jpeg({ quality }),
  png: (image) => image.png(),
  webp: (image, { quality }) => image.webp({ quality }),
}

function inFormat(image: Sharp, recipe: PictureRecipe): Sharp {
  return WRITERS[recipe.format](image, recipe)
}

/** What the library says of a picture is the picture's fault, for it got nothing else, unless the machine was too slow. */
function refused(error: unknown): unknown {
  if (error instanceof DomainError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/timeout/i.test(message)) {
    return new DomainError('unavailable', 'The picture took too long; ask again soon.', { cause: error })
  }
  const isTooLarge = /pixel limit/i.test(message)
  return mediaRefused(isTooLarge ? 'too_many_pixels' : 'damaged', 'The picture cannot be read.', { cause: error })
}
