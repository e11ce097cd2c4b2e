import { createHash } from 'node:crypto'
import { DomainError, isDomainError } from '../errors.ts'
import type { Source } from '../library/asset.ts'
import { MAX_POSTER_BYTES } from '../library/poster-service.ts'
import type { BlobKey, BlobStore } from '../ports/blob-store.ts'
import type { ImageResizer, PictureBox, PictureFormat } from '../ports/image-resizer.ts'
import type { Sprites } from '../transcoding/package-extras.ts'
import { readAtMost } from '../uploads/read-at-most.ts'
import { type PictureRequest, planPicture, planPictureWithin } from './picture-plan.ts'
import { PictureShelf } from './picture-shelf.ts'
import { tileAt, tilesFor } from './sprite-tile.ts'
import { planStrip, type StripRequest } from './strip-plan.ts'
import { Turns } from './turns.ts'

/** A picture on its way to somebody. `giveBack` once it is sent, or not wanted any more. */
export type Picture = Readonly<{ bytes: Buffer; contentType: string; giveBack: () => void }>

/** A picture that can be had. */
export type PictureOffer = Readonly<{
  /** Which one it is, before it is made: another poster or another wish has another tag. 22 characters for an ETag. */
  tag: string
  /**
   * Undefined: it cannot be made, because there is nothing on this machine to make it with, or because what was stored
   * cannot be read; what is stored is all there is to show. Throws unavailable while too many are being made.
   */
  make(): Promise<Picture | undefined>
}>

/** How much may go on at a time. */
export type PictureLimits = Readonly<{
  /** Pictures being made; each may take a processor and, of a large photo, some 150 MB. */
  atOnce: number
  /** Wishes that wait for that. They hold no picture. */
  mayWait: number
  /** Memory for what was made, until it is sent and in case it is asked for again. */
  shelfBytes: number
}>

const PICTURE_LIMITS: PictureLimits = { atOnce: 2, mayWait: 100, shelfBytes: 64 * 1024 * 1024 }

/** For a picture from the store. */
const READ_TIME_MS = 30_000
/** Stored pictures known to be none; enough for any number that somebody would set on purpose in one go. */
const MAX_KNOWN_UNREADABLE = 1_000

const CONTENT_TYPES: Readonly<Record<PictureFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
}

type Parts = Readonly<{ blobs: BlobStore; resizer: ImageResizer; limits?: PictureLimits }>

/** What is made: from which stored pictures, and how. */
type Making = Readonly<{ from: readonly BlobKey[]; wish: unknown; make: (stored: Buffer[]) => Promise<Buffer> }>

/**
 * Posters, and small pictures of any moment, in the size and shape somebody asks for. Made when they are asked for,
 * each once, however many ask, and kept in memory as long as there is room. What is stored never changes under its key,
 * so that nothing kept is ever wrong.
 */
export class PictureService {
  readonly #blobs: BlobStore
  readonly #resizer: ImageResizer
  readonly #turns: Turns
  readonly #shelf: PictureShelf
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #unreadable = new Set<BlobKey>()

  constructor({ blobs, resizer, limits = PICTURE_LIMITS }: Parts) {
    this.#blobs = blobs
    this.#resizer = resizer
    this.#turns = new Turns(limits)
    this.#shelf = new PictureShelf(limits.shelfBytes)
  }

  /** Of everything made and kept. */
  get heldBytes(): number {
    return this.#shelf.heldBytes
  }

  /**
   * The picture of a source. Of a moment, one of the small pictures for the seek bar, where that is not to become more
   * than twice as large; else the poster. Undefined while there is none.
   */
  offer({ posterKey, sprites }: Source, request: PictureRequest): PictureOffer | undefined {
    const tile = request.atMs === undefined ? undefined : tileAt(sprites, request.atMs, request)
    const { atMs: _, ...wish } = request
    if (tile !== undefined) return this.#offerTile(tile, wish)
    if (posterKey === undefined) return undefined
    const make = ([poster = Buffer.alloc(0)]: Buffer[]): Promise<Buffer> =>
      this.#resizer.render(poster, (size) => planPicture(size, wish))
    return this.#offer({ from: [posterKey], wish, make }, wish.format)
  }

  #offerTile({ key, box }: Readonly<{ key: BlobKey; box: PictureBox }>, wish: PictureRequest): PictureOffer {
    const make = ([sheet = Buffer.alloc(0)]: Buffer[]): Promise<Buffer> =>
      this.#resizer.render(sheet, () => planPictureWithin(box, wish))
    return this.#offer({ from: [key], wish: { ...wish, box }, make }, wish.format)
  }

  /** Small pictures of a film side by side, as one JPEG. Undefined while there are none. */
  offerStrip({ sprites, media }: Source, request: StripRequest): PictureOffer | undefined {
    if (sprites === undefined) return undefined
    const { tile, times } = planStrip(sprites, media?.durationMs ?? 0, request)
    const sheets = tilesFor(sprites as Sprites, times)
    const options = { tile, count: times.length, quality: request.quality }
    const make = (stored: Buffer[]): Promise<Buffer> =>
      this.#resizer.strip(
        sheets.map(({ columns, rows, places }, i) => {
          return { picture: stored[i] ?? Buffer.alloc(0), columns, rows, places }
        }),
        options,
      )
    return this.#offer({ from: sheets.map(({ key }) => key), wish: { ...options, times }, make }, 'jpeg')
  }

  #offer(making: Making, format: PictureFormat): PictureOffer {
    const name = JSON.stringify([making.from, making.wish])
    const tag = createHash('sha256').update(name).digest('base64url').slice(0, 22)
    return { tag, make: () => this.#make(tag, making, CONTENT_TYPES[format]) }
  }

  async #make(tag: string, making: Making, contentType: string): Promise<Picture | undefined> {
    if (making.from.some((key) => this.#unreadable.has(key))) return undefined
    const kept = this.#shelf.lend(tag)
    if (kept !== undefined) return { ...kept, contentType }
    if ((await this.#resizer.problem()) !== undefined) return undefined
    try {
      await this.#made(tag, making)
    } catch (error) {
      if (!isDomainError(error, 'media_refused')) throw error
      this.#noteUnreadable(making.from)
      return undefined
    }
    const made = this.#shelf.lend(tag)
    if (made === undefined) throw new DomainError('unavailable', 'Too many pictures are being made; ask again soon.')
    return { ...made, contentType }
  }

  /** Whoever asks for the same picture meanwhile waits for the same work. It does not end when one of them leaves. */
  #made(tag: string, { from, make }: Making): Promise<void> {
    const underWay = this.#underWay.get(tag)
    if (underWay !== undefined) return underWay
    const work = this.#turns.take(async () => {
      const stored: Buffer[] = []
      for (const key of from) stored.push(await this.#read(key))
      this.#shelf.put(tag, await make(stored))
    })
    const settled = work.finally(() => this.#underWay.delete(tag))
    this.#underWay.set(tag, settled)
    return settled
  }

  async #read(key: BlobKey): Promise<Buffer> {
    const { body } = await this.#blobs.open(key, { signal: AbortSignal.timeout(READ_TIME_MS) })
    return readAtMost(body, MAX_POSTER_BYTES)
  }

  /** Each try to read a bad picture costs as much as reading a good one. */
  #noteUnreadable(keys: readonly BlobKey[]): void {
    if (this.#unreadable.size >= MAX_KNOWN_UNREADABLE) this.#unreadable.clear()
    for (const key of keys) this.#unreadable.add(key)
  }
}
