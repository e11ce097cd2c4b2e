import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { framesOf, withBrokenPictures } from '../../test/support/media/broken-pictures.ts'
import { runFfmpeg } from '../../test/support/media/make-media.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import type { Drawing } from '../core/transcoding/drawing.ts'
import type { EncodePlan } from '../core/transcoding/encode-plan.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import { planOfPiece, planPieces } from '../core/transcoding/piece.ts'
import { DEFAULT_PROFILE } from '../core/transcoding/profile.ts'
import { FfmpegMediaTools } from './ffmpeg-media-tools.ts'

const signal = new AbortController().signal
const RATE = 10

let directory: string
let tools: FfmpegMediaTools
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-piece-'))
  tools = new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 2, niceness: 0 })
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Twelve seconds, ten pictures a second, each a key frame; black, and white from the sixth second on. */
async function makeFilm(): Promise<string> {
  const path = join(directory, 'film')
  const pictures = "color=c=black:size=160x90:rate=10,drawbox=color=white:t=fill:enable='gte(t,6)'"
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '1', '-bf', '0', '-pix_fmt', 'yuv420p']
  await runFfmpeg(['-f', 'lavfi', '-t', '12', '-i', pictures, ...codec, '-f', 'mp4', path])
  return path
}

/** In segments of two seconds, of which each piece has three. */
async function planOf(film: string): Promise<EncodePlan> {
  return planEncode(await tools.probe(film, { signal }), { ...DEFAULT_PROFILE, segmentDurationMs: 2_000 })
}

type Made = Readonly<{ segmentsMs: readonly number[]; upper: readonly number[]; lower: readonly number[] }>

/** What each piece of the film has become: how long its segments last, and how bright its pictures' halves are at most. */
async function encodePieces(film: string, plan: EncodePlan, drawing?: Drawing): Promise<Made[]> {
  const made: Made[] = []
  for (const piece of planPieces(plan, 6_000)) {
    const path = await mkdtemp(join(directory, 'out-'))
    const options = { signal, onProgress: () => undefined, attempt: '1', drawing }
    const { renditions } = await tools.encodePiece(film, planOfPiece(plan, piece), path, options)
    const [rendition] = renditions
    if (rendition === undefined) throw new Error('the piece has no rendition')
    const files = [rendition.initFile, ...rendition.segments.map(({ file }) => file)]
    const joined = join(path, 'joined.mp4')
    await writeFile(joined, Buffer.concat(await Promise.all(files.map((file) => readFile(join(path, file))))))
    made.push({
      segmentsMs: rendition.segments.map(({ durationMs }) => durationMs),
      upper: await framesOf(joined, 160 * 90, (pixels) => Math.max(...pixels.subarray(0, 160 * 45))),
      lower: await framesOf(joined, 160 * 90, (pixels) => Math.max(...pixels.subarray(160 * 45))),
    })
  }
  return made
}

const isWhite = (value: number): boolean => value > 200
/** Small letters are not quite white. */
const isDrawn = (value: number): boolean => value > 100

describe('a piece of a film', () => {
  it('whose border cannot be decoded, on both sides of it, has all its pictures, the nearest ones in their place', async () => {
    const film = await makeFilm()
    const plan = await planOf(film)
    // Also what is read before the second piece begins: there is no picture that could be held.
    await withBrokenPictures(film, { fromSeconds: 4.85, toSeconds: 6.15 })
    const [first, second] = await encodePieces(film, plan)
    expect(first?.segmentsMs).toEqual([2_000, 2_000, 2_000])
    expect(second?.segmentsMs).toEqual([2_000, 2_000, 2_000])
    expect(first?.lower.map(isWhite)).toEqual(Array.from({ length: 6 * RATE }, () => false))
    expect(second?.lower.map(isWhite)).toEqual(Array.from({ length: 6 * RATE }, () => true))
  })

  it('of which nothing can be decoded makes a damaged film', async () => {
    const film = await makeFilm()
    const plan = await planOf(film)
    await withBrokenPictures(film, { fromSeconds: 4.85, toSeconds: 12 })
    await expect(encodePieces(film, plan)).rejects.toMatchObject({
      code: 'media_refused',
      details: { reason: 'damaged' },
    })
  })

  it('has the texts and the watermark that fall into it, at their time in the film', async () => {
    const film = join(directory, 'dark')
    const black = ['-f', 'lavfi', '-t', '12', '-i', 'color=c=black:size=160x90:rate=10', '-c:v', 'libx264']
    await runFfmpeg([...black, '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p', '-f', 'mp4', film])
    const plan = await planOf(film)
    const subtitles = 'WEBVTT\n\n00:00:07.000 --> 00:00:08.500\nHello there\n'
    const text = { kind: 'text', text: 'X', position: 'top-left', opacity: 1, marginPercent: 5 } as const
    const watermark = { ...text, sizePercent: 40, color: 'ffffff' } as const
    const [before, after] = await encodePieces(film, plan, { watermark, subtitles })
    for (const made of [before, after]) {
      expect(made?.upper.map(isWhite)).toEqual(Array.from({ length: 6 * RATE }, () => true))
    }
    expect(before?.lower.filter(isDrawn)).toEqual([])
    const drawn = after?.lower.flatMap((value, picture) => (isDrawn(value) ? [picture] : []))
    expect(drawn).toEqual(Array.from({ length: 15 }, (_, i) => 10 + i))
  })
})
