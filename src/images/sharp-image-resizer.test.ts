import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { QUARTERS, quarters, seen, tiles } from '../../test/support/media/pictures.ts'
import { type PictureRequest, planPicture } from '../core/playback/picture-plan.ts'
import { SharpImageResizer } from './sharp-image-resizer.ts'

const images = new SharpImageResizer()

const PLAIN: PictureRequest = {
  widthPx: 0,
  heightPx: 0,
  fit: 'inside',
  enlarges: true,
  background: '#ffffff',
  quality: 80,
  format: 'jpeg',
}
const render = (picture: Buffer, own: Partial<PictureRequest>): Promise<Buffer> =>
  images.render(picture, (size) => planPicture(size, { ...PLAIN, ...own }))

describe('a picture in another size', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('is made of %s', async (format) => {
    const made = await render(await quarters(400, 200, format), { widthPx: 100 })
    expect(await seen(made, ...QUARTERS)).toBe('jpeg 100x50 red green blue yellow')
  })

  it.each<[string, Partial<PictureRequest>, readonly (readonly [number, number])[], string]>([
    ['keeps its shape', { widthPx: 100, heightPx: 100 }, QUARTERS, 'jpeg 100x50 red green blue yellow'],
    ['is squeezed', { widthPx: 50, heightPx: 100, fit: 'fill' }, QUARTERS, 'jpeg 50x100 red green blue yellow'],
    [
      'stands on a ground',
      { widthPx: 100, heightPx: 100, fit: 'pad' },
      [
        [0.5, 0.1],
        [0.25, 0.4],
        [0.75, 0.6],
        [0.5, 0.95],
      ],
      'jpeg 100x100 white red yellow white',
    ],
    [
      'loses its sides',
      { widthPx: 100, heightPx: 100, fit: 'cover' },
      [
        [0.02, 0.02],
        [0.98, 0.02],
        [0.02, 0.98],
        [0.98, 0.98],
      ],
      'jpeg 100x100 red green blue yellow',
    ],
    [
      'loses what is below',
      { widthPx: 400, heightPx: 100, fit: 'cover-top' },
      [
        [0.25, 0.9],
        [0.75, 0.9],
      ],
      'jpeg 400x100 red green',
    ],
    [
      'is a part of it',
      { widthPx: 20, part: { left: 0.5, top: 0.5, width: 0.5, height: 0.5 } },
      [
        [0.05, 0.1],
        [0.95, 0.9],
      ],
      'jpeg 20x10 yellow yellow',
    ],
    ['becomes larger', { widthPx: 800 }, QUARTERS, 'jpeg 800x400 red green blue yellow'],
    ['is written as PNG', { widthPx: 100, format: 'png' }, QUARTERS, 'png 100x50 red green blue yellow'],
    ['is written as WebP', { widthPx: 100, format: 'webp' }, QUARTERS, 'webp 100x50 red green blue yellow'],
  ])('%s', async (_, own, places, expected) => {
    expect(await seen(await render(await quarters(400, 200), own), ...places)).toBe(expected)
  })

  it('is upright, and says nothing of where it was taken', async () => {
    // Turned by 90 degrees, to be turned back by who shows it.
    const turned = await sharp(await quarters(400, 200))
      .withExif({ IFD0: { Orientation: '6', Artist: 'somebody' }, IFD3: { GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const made = await render(turned, { widthPx: 100 })
    expect(await seen(made, ...QUARTERS)).toBe('jpeg 100x200 blue red yellow green')
    expect(await sharp(made).metadata()).not.toHaveProperty('exif')
  })

  it('has more bytes the better it is to be', async () => {
    const pixels = Buffer.from(Array.from({ length: 200 * 200 * 3 }, (_, i) => (i * 7919) % 251))
    const noise = await sharp(pixels, { raw: { width: 200, height: 200, channels: 3 } })
      .png()
      .toBuffer()
    const sizes = await Promise.all([10, 50, 95].map(async (quality) => (await render(noise, { quality })).length))
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    expect(sizes[0]).toBeLessThan((sizes[2] ?? 0) / 2)
  })

  it('shows its ground where it was transparent', async () => {
    const clear = await sharp({ create: { width: 10, height: 10, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer()
    expect(await seen(await render(clear, { background: '#0000ff' }), [0.5, 0.5])).toBe('jpeg 10x10 blue')
  })
})

describe('a strip', () => {
  it('has small pictures side by side, of any sheets, in any order', async () => {
    const size = { widthPx: 16, heightPx: 8 }
    const first = await tiles(['red', 'green', 'blue', 'yellow'], 2, size)
    const second = await tiles(['white'], 2, size)
    const strip = await images.strip(
      [
        {
          picture: first,
          columns: 2,
          rows: 2,
          places: [
            { onSheet: 3, inStrip: 0 },
            { onSheet: 0, inStrip: 2 },
          ],
        },
        { picture: second, columns: 2, rows: 1, places: [{ onSheet: 0, inStrip: 1 }] },
      ],
      { tile: { widthPx: 32, heightPx: 16 }, count: 4, quality: 90 },
    )
    const middles = [0.125, 0.375, 0.625, 0.875].map((x) => [x, 0.5] as const)
    expect(await seen(strip, ...middles)).toBe('jpeg 128x16 yellow white red black')
  })
})

describe('what is no picture', () => {
  const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'

  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('picture')],
    ['a drawing that may name other files', () => Buffer.from(SVG)],
    ['the beginning of a JPEG', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])],
    ['half a JPEG', async () => (await quarters(400, 200)).subarray(0, 1_500)],
    ['a PNG of noise', () => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500, 7)])],
    ['a GIF', () => quarters(20, 20, 'gif')],
    ['a TIFF', () => quarters(20, 20, 'tiff')],
    ['a drawing that says it is a JPEG', () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(SVG)])],
    [
      'a GIF inside WebP',
      async () => Buffer.concat([Buffer.from('RIFF\x10\0\0\0WEBP', 'latin1'), await quarters(9, 9, 'gif')]),
    ],
  ])('is refused: %s', async (_, content) => {
    const picture = await content()
    await expect(render(picture, { widthPx: 10 })).rejects.toMatchObject({ code: 'media_refused' })
    const sheet = { picture, columns: 1, rows: 1, places: [{ onSheet: 0, inStrip: 0 }] }
    const options = { tile: { widthPx: 1, heightPx: 1 }, count: 1, quality: 50 }
    await expect(images.strip([sheet], options)).rejects.toMatchObject({ code: 'media_refused' })
  })

  it('is refused: few bytes that would become a picture of many pixels', async () => {
    const bomb = Buffer.from(await quarters(20, 20, 'png'))
    // The header says so: its width and height, and its own checksum.
    bomb.writeUInt32BE(6_000, 16)
    bomb.writeUInt32BE(6_000, 20)
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
    await expect(render(bomb, { widthPx: 10 })).rejects.toMatchObject({
      code: 'media_refused',
      details: { reason: 'too_many_pixels' },
    })
  })
})

describe('a machine without the tool', () => {
  it('says so, and makes nothing', async () => {
    const missing = new SharpImageResizer(() => Promise.reject(new Error('no binary for this platform')))
    expect(await missing.problem()).toMatchObject({ message: 'no binary for this platform' })
    await expect(missing.render(await quarters(10, 10), () => never())).rejects.toMatchObject({ code: 'unavailable' })
    expect(await images.problem()).toBeUndefined()
  })
})

function never(): never {
  throw new Error('it is not asked for')
}
