import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { anAsset, aProject, aSource } from '../../../test/support/rows.ts'
import { DomainError } from '../errors.ts'
import type { Source } from '../library/asset.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { ImageResizer } from '../ports/image-resizer.ts'
import { mediaRefused } from '../transcoding/refusal.ts'
import type { PictureRequest } from './picture-plan.ts'
import { type Picture, PictureService } from './picture-service.ts'

const MIB = 1024 * 1024
const SOURCE = aSource(anAsset(aProject().id), { posterKey: 'posters/1.jpg' })
const SPRITES = {
  prefix: 'sprites/',
  sheets: 2,
  columns: 2,
  rows: 2,
  widthPx: 160,
  heightPx: 90,
  intervalMs: 1000,
  count: 6,
}

const wish = (widthPx: number, own: Partial<PictureRequest> = {}): PictureRequest => ({
  widthPx,
  heightPx: 0,
  fit: 'inside',
  enlarges: true,
  background: '#000000',
  quality: 80,
  format: 'jpeg',
  ...own,
})

/** Nothing here waits for time or for the system: after these rounds of the event loop all that can go on has done so. */
async function settled(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets the test say when each piece of work ends. */
function open(own: Partial<ImageResizer> = {}, limits = { atOnce: 2, mayWait: 3, shelfBytes: 8 * MIB }) {
  const reads: string[] = []
  const working: (() => void)[] = []
  const blobs = {
    open: async (key: string) => {
      reads.push(key)
      return { info: { sizeBytes: 1, modifiedAtMs: 0 }, body: Readable.from([Buffer.from(key)]) }
    },
  } as unknown as BlobStore
  const resizer: ImageResizer = {
    problem: async () => undefined,
    async render() {
      await new Promise<void>((resolve) => working.push(resolve))
      return Buffer.alloc(MIB)
    },
    strip: async () => Buffer.from('strip'),
    ...own,
  }
  const pictures = new PictureService({ blobs, resizer, limits })
  const make = (widthPx: number, source: Source = SOURCE): Promise<Picture | undefined> => {
    const offer = pictures.offer(source, wish(widthPx))
    if (offer === undefined) throw new Error('there is no picture')
    return offer.make()
  }
  /** Ends all work until none is left, also what begins meanwhile. */
  const finish = async (): Promise<void> => {
    for (;;) {
      await settled()
      const ending = working.splice(0)
      if (ending.length === 0) return
      for (const end of ending) end()
    }
  }
  const begun = async (): Promise<number> => {
    await settled()
    return working.length
  }
  return { pictures, make, finish, begun, reads, working }
}

const codeOf = (outcome: PromiseSettledResult<unknown>): string =>
  outcome.status === 'fulfilled' ? 'made' : outcome.reason instanceof DomainError ? outcome.reason.code : 'bug'

describe('a picture that many ask for', () => {
  it('is made once, for those who ask meanwhile and for those who ask later', async () => {
    const { make, finish, reads } = open()
    const asked = [make(320), make(320), make(320)]
    await finish()
    const [first, ...others] = await Promise.all(asked)
    for (const other of others) expect(other?.bytes).toBe(first?.bytes)
    expect((await make(320))?.bytes).toBe(first?.bytes)
    expect(reads).toEqual(['posters/1.jpg'])
  })

  it('is another one, of another tag, for another wish or another poster', async () => {
    const { pictures } = open()
    const other = { ...SOURCE, posterKey: 'posters/2.jpg' }
    const tags = [
      pictures.offer(SOURCE, wish(320)),
      pictures.offer(SOURCE, wish(321)),
      pictures.offer(SOURCE, wish(320, { quality: 79 })),
      pictures.offer(other, wish(320)),
    ].map((offer) => offer?.tag)
    expect(new Set(tags).size).toBe(4)
    expect(pictures.offer(SOURCE, wish(320))?.tag).toBe(tags[0])
    expect(tags[0]).toMatch(/^[\w-]{22}$/)
  })
})

describe('a flood of wishes', () => {
  it('has a few at work, a few in line without reading anything, and refuses the rest at once', async () => {
    const { make, finish, begun, reads } = open()
    const flood = Promise.allSettled(Array.from({ length: 100 }, (_, i) => make(i + 1)))
    expect(await begun()).toBe(2)
    expect(reads).toHaveLength(2)
    await finish()
    const codes = (await flood).map(codeOf)
    expect(codes.filter((code) => code === 'made')).toHaveLength(5)
    expect(codes.filter((code) => code === 'unavailable')).toHaveLength(95)
  })

  it('never holds more than its memory, and forgets what was not asked for longest', async () => {
    const { pictures, make, finish, reads } = open()
    for (let widthPx = 1; widthPx <= 50; widthPx += 1) {
      const made = make(widthPx)
      await finish()
      ;(await made)?.giveBack()
      expect(pictures.heldBytes).toBeLessThanOrEqual(8 * MIB)
      // This one is asked for again and again.
      if (widthPx > 1) (await make(1))?.giveBack()
    }
    expect(pictures.heldBytes).toBe(8 * MIB)
    expect(reads).toHaveLength(50)
  })

  it('counts what slow readers have not taken yet, and makes no more until they have', async () => {
    const { pictures, make, finish } = open()
    const lent: (Picture | undefined)[] = []
    for (let widthPx = 1; widthPx <= 8; widthPx += 1) {
      const made = make(widthPx)
      await finish()
      lent.push(await made)
    }
    const refused = Promise.allSettled([make(9)])
    await finish()
    expect((await refused).map(codeOf)).toEqual(['unavailable'])
    expect(pictures.heldBytes).toBe(8 * MIB)
    // Read by somebody else by now: it needs no further room.
    expect((await make(8))?.bytes).toBe(lent[7]?.bytes)
    lent[0]?.giveBack()
    lent[0]?.giveBack()
    const made = make(9)
    await finish()
    expect((await made)?.bytes).toHaveLength(MIB)
    expect(pictures.heldBytes).toBe(8 * MIB)
  })

  it('goes on after work that failed', async () => {
    let count = 0
    const { make } = open({
      async render() {
        count += 1
        throw new Error(`bug ${count}`)
      },
    })
    for (let widthPx = 1; widthPx <= 10; widthPx += 1) await expect(make(widthPx)).rejects.toThrow(`bug ${widthPx}`)
  })
})

describe('a picture that cannot be made', () => {
  it('is known from then on, whatever its size', async () => {
    const { make, reads } = open({ render: () => Promise.reject(mediaRefused('damaged', 'No picture.')) })
    expect(await make(1)).toBeUndefined()
    expect(await make(2)).toBeUndefined()
    expect(reads).toHaveLength(1)
  })

  it('is none where there is nothing to make it with', async () => {
    const { make, reads } = open({ problem: async () => new Error('no binary') })
    expect(await make(1)).toBeUndefined()
    expect(reads).toEqual([])
  })
})

describe('the picture of a moment', () => {
  const film = { ...SOURCE, sprites: SPRITES }
  const from = async (source: Source, own: Partial<PictureRequest>, widthPx = 160): Promise<string> => {
    const taken: string[] = []
    const { pictures } = open({
      async render(picture, recipeFor) {
        const { leftPx, topPx } = recipeFor({ widthPx: 1280, heightPx: 720 }).part
        taken.push(`${Buffer.from(picture).toString()} ${leftPx},${topPx}`)
        return Buffer.alloc(1)
      },
    })
    await pictures.offer(source, wish(widthPx, own))?.make()
    return taken.join()
  }

  it('is the small one of that moment, or the last', async () => {
    expect(await from(film, { atMs: 0 })).toBe('sprites/sheet-1.jpg 0,0')
    expect(await from(film, { atMs: 3_999 })).toBe('sprites/sheet-1.jpg 160,90')
    expect(await from(film, { atMs: 4_000 })).toBe('sprites/sheet-2.jpg 0,0')
    expect(await from(film, { atMs: 999_000 })).toBe('sprites/sheet-2.jpg 160,0')
  })

  it('is the poster where the small one would become more than twice as large, or where there is none', async () => {
    expect(await from(film, { atMs: 1_000 }, 320)).toBe('sprites/sheet-1.jpg 160,0')
    expect(await from(film, { atMs: 1_000 }, 321)).toBe('posters/1.jpg 0,0')
    expect(await from(film, { atMs: 1_000, heightPx: 200 }, 10)).toBe('posters/1.jpg 0,0')
    expect(await from(film, { atMs: 1_000 }, 0)).toBe('posters/1.jpg 0,0')
    expect(await from(SOURCE, { atMs: 1_000 })).toBe('posters/1.jpg 0,0')
    expect(await from(film, {})).toBe('posters/1.jpg 0,0')
  })

  it('is none where there is no picture at all', () => {
    const { pictures } = open()
    const bare = { ...SOURCE, posterKey: undefined }
    expect(pictures.offer(bare, wish(10, { atMs: 0 }))).toBeUndefined()
    expect(pictures.offerStrip(bare, { ...wish(10), slices: 3 })).toBeUndefined()
  })
})

describe('a strip', () => {
  it('has its small pictures equally far apart, from as many sheets as it takes', async () => {
    const strips: unknown[] = []
    const { pictures } = open({
      async strip(sheets, options) {
        strips.push(
          sheets.map(({ picture, places }) => [
            Buffer.from(picture).toString(),
            ...places.map(({ onSheet, inStrip }) => `${onSheet}->${inStrip}`),
          ]),
          options,
        )
        return Buffer.alloc(1)
      },
    })
    const film = { ...SOURCE, sprites: SPRITES, media: undefined }
    const made = await pictures.offerStrip(film, { ...wish(80), slices: 3, fromMs: 0, untilMs: 6_000 })?.make()
    expect(made?.contentType).toBe('image/jpeg')
    expect(strips).toEqual([
      [
        ['sprites/sheet-1.jpg', '0->0', '2->1'],
        ['sprites/sheet-2.jpg', '0->2'],
      ],
      { tile: { widthPx: 80, heightPx: 45 }, count: 3, quality: 80 },
    ])
  })
})
