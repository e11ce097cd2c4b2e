import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFfmpeg } from '../../test/support/media/make-media.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import type { ImageId } from '../core/ids.ts'
import type { Drawing, DrawnMark } from '../core/transcoding/drawing.ts'
import type { EncodedRendition } from '../core/transcoding/encode-plan.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import { type Piece, planOfPiece, planPieces } from '../core/transcoding/piece.ts'
import { DEFAULT_PROFILE } from '../core/transcoding/profile.ts'
import { FfmpegMediaTools } from './ffmpeg-media-tools.ts'
import { openFont } from './font.ts'

const signal = new AbortController().signal
const TIMEOUT = { timeout: 60_000 }
const PLACE = { opacity: 1, marginPercent: 10 }
const TEXT = { ...PLACE, kind: 'text', position: 'top-left', sizePercent: 20, color: 'ffffff' } as const

const IMAGE = {
  ...PLACE,
  kind: 'image',
  position: 'top-right',
  opacity: 0.5,
  widthPercent: 25,
  imageId: 'img_x' as ImageId,
} as const

let directory: string
let tools: FfmpegMediaTools
/** Three seconds of black, 640×360. */
let film: string
let white: Uint8Array

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-drawing-'))
  tools = new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 2, niceness: 0 })
  film = join(directory, 'film')
  const black = ['-f', 'lavfi', '-t', '3', '-i', 'color=c=black:size=640x360:rate=10']
  await runFfmpeg([...black, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-f', 'mp4', film])
  const picture = join(directory, 'white.png')
  await runFfmpeg(['-f', 'lavfi', '-i', 'color=c=white:size=40x20', '-frames:v', '1', picture])
  white = await readFile(picture)
}, 60_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

type Made = Readonly<{ path: string; renditions: readonly EncodedRendition[] }>

/** In two sizes, the smaller one half as large. */
async function encode(drawing: Drawing, able = tools): Promise<Made> {
  const video = { ...DEFAULT_PROFILE.video, steps: [{ shorterSidePx: 360 }, { shorterSidePx: 180 }] }
  const plan = planEncode(await tools.probe(film, { signal }), { ...DEFAULT_PROFILE, video })
  const path = await mkdtemp(join(directory, 'out-'))
  const { renditions } = await able.encode(film, plan, path, { signal, onProgress: () => undefined, drawing })
  expect((await readdir(path)).toSorted()).toEqual(['180p', '360p'])
  return { path, renditions }
}

/** How bright a part of the picture is on average, and at most, 0…255. The part is in hundredths of the picture. */
async function look({ path, renditions }: Made, size: number, seconds: number, part: readonly number[]) {
  const rendition = renditions[size]
  const raw = join(path, 'frame.gray')
  const at = ['-i', join(path, rendition?.playlist ?? ''), '-ss', String(seconds)]
  await runFfmpeg([...at, '-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo', raw])
  const pixels = await readFile(raw)
  const [width = 0, height = 0] = [rendition?.widthPx, rendition?.heightPx]
  expect(pixels).toHaveLength(width * height)
  const [left = 0, top = 0, right = 0, bottom = 0] = part
  const seen: number[] = []
  for (let y = Math.ceil((top * height) / 100); y < (bottom * height) / 100; y++) {
    for (let x = Math.ceil((left * width) / 100); x < (right * width) / 100; x++) seen.push(pixels[y * width + x] ?? 0)
  }
  return {
    mean: seen.reduce((sum, value) => sum + value, 0) / seen.length,
    most: seen.reduce((most, value) => Math.max(most, value), 0),
  }
}

describe('a watermark', () => {
  it('that is a picture stands at its place, in its share and as faint as asked, in every size', TIMEOUT, async () => {
    const mark = { ...IMAGE, contentType: 'image/png', bytes: white } as const
    const made = await encode({ watermark: mark, subtitles: undefined })
    for (const size of [0, 1]) {
      // 25 % wide and thus 22 % high; 36 pixels from the edges of 640 × 360.
      const inside = await look(made, size, 1, [72, 13, 92, 30])
      expect(inside.mean, `size ${size}`).toBeGreaterThan(110)
      expect(inside.mean, `size ${size}`).toBeLessThan(150)
      for (const outside of [
        [0, 0, 65, 100],
        [72, 40, 100, 100],
        [96, 0, 100, 100],
      ]) {
        expect((await look(made, size, 1, outside)).most, `size ${size}: ${outside}`).toBeLessThan(24)
      }
    }
  })

  it(
    'that is a text stands at its place, whatever it says, and subtitles are there at their time',
    TIMEOUT,
    async () => {
      const text = "it's 100% [a]: %{pts};\\n,'movie=x'"
      const subtitles = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello there\n'
      const made = await encode({ watermark: { ...TEXT, text }, subtitles })
      expect((await look(made, 0, 1, [4, 5, 96, 50])).most).toBeGreaterThan(200)
      const lower: number[] = []
      for (const seconds of [0.5, 1.5, 2.5]) lower.push((await look(made, 0, seconds, [0, 60, 100, 100])).most)
      expect(lower.map((most) => most > 150)).toEqual([false, true, false])
    },
  )

  it('takes no picture from a piece of a film', TIMEOUT, async () => {
    const info = await tools.probe(film, { signal })
    const plan = planEncode(info, { ...DEFAULT_PROFILE, segmentDurationMs: 1000 })
    const [, middle, last] = planPieces(plan, 1000)
    const mark = { ...IMAGE, contentType: 'image/png', bytes: white } as const
    const options = { signal, onProgress: () => undefined, drawing: { watermark: mark, subtitles: undefined } }
    for (const piece of [middle, last]) {
      const path = await mkdtemp(join(directory, 'out-'))
      const made = await tools.encodePiece(film, planOfPiece(plan, piece as Piece), path, { ...options, attempt: '1' })
      const lasts = made.renditions.map(({ segments }) => segments.map(({ durationMs }) => durationMs))
      expect(lasts).toEqual([[1000], [1000]])
    }
  })

  it('and subtitles are in the font that was chosen', TIMEOUT, async () => {
    const { resolve } = createRequire(import.meta.url)
    const font = await openFont(resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'))
    const drawing = {
      watermark: { ...TEXT, text: 'iiii' },
      subtitles: 'WEBVTT\n\n00:00:00.000 --> 00:00:03.000\niiiiiiiiiiiiiiiiiiii\n',
    }
    const made = await encode(drawing, new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 2, niceness: 0, font }))
    // In the shipped font each of these letters is less than half as wide, and nothing would be there.
    expect((await look(made, 0, 1, [24, 0, 100, 50])).most).toBeGreaterThan(150)
    expect((await look(made, 0, 1, [0, 60, 37, 100])).most).toBeGreaterThan(150)
  })

  it('that cannot be read is told of, and the file is not blamed', TIMEOUT, async () => {
    const mark: DrawnMark = { ...IMAGE, contentType: 'image/png', bytes: white.slice(0, 60) }
    const encoding = encode({ watermark: mark, subtitles: undefined })
    await expect(encoding).rejects.toMatchObject({
      code: 'state_conflict',
      details: { reason: 'watermark_unreadable' },
    })
  })

  it('of letters is refused by an ffmpeg that cannot draw them', TIMEOUT, async () => {
    const { ffmpegPath, ffprobePath } = await testFfmpeg()
    const poor = new FfmpegMediaTools({ ffmpegPath, ffprobePath, canTonemap: false, threads: 1 })
    const plan = planEncode(await tools.probe(film, { signal }))
    const path = await mkdtemp(join(directory, 'out-'))
    const options = { signal, onProgress: () => undefined }
    for (const drawing of [
      { watermark: { ...TEXT, text: 'x' }, subtitles: undefined },
      { watermark: undefined, subtitles: 'WEBVTT\n' },
    ]) {
      const encoding = poor.encode(film, plan, path, { ...options, drawing })
      await expect(encoding).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'no_text_filter' } })
    }
  })
})
