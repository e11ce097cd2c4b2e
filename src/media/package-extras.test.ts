import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFfmpeg } from '../../test/support/media/make-media.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import type { EncodedRendition } from '../core/transcoding/encode-plan.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import type { MediaInfo, VideoStream } from '../core/transcoding/media-info.ts'
import { DEFAULT_PROFILE } from '../core/transcoding/profile.ts'
import { planSprites } from '../core/transcoding/sprite-plan.ts'
import { FfmpegMediaTools } from './ffmpeg-media-tools.ts'

const signal = new AbortController().signal
const RED = [254, 0, 0] as const
const BLUE = [0, 0, 254] as const

let directory: string
let tools: FfmpegMediaTools
let film: string
let info: MediaInfo

/** Three seconds: red, red, blue; a sound; two texts. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-extras-'))
  tools = new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 2, niceness: 0 })
  film = join(directory, 'film')
  const srt = join(directory, 'a.srt')
  const ass = join(directory, 'b.ass')
  await writeFile(srt, '1\n00:00:00,500 --> 00:00:01,500\nHello & <i>goodbye</i>\n')
  await writeFile(ass, ASS)
  const pictures = "color=c=red:size=320x180:rate=25,drawbox=color=blue:t=fill:enable='gte(t,2)'"
  await runFfmpeg([
    ...['-f', 'lavfi', '-t', '3', '-i', pictures, '-f', 'lavfi', '-t', '3', '-i', 'sine', '-i', srt, '-i', ass],
    ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-c:s:0', 'subrip', '-c:s:1', 'ass', '-metadata:s:s:0', 'language=kor'],
    ...['-metadata:s:s:1', 'title=Signs', '-disposition:s:1', 'forced', '-f', 'matroska', film],
  ])
  info = await tools.probe(film, { signal })
}, 60_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

const ASS = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\b1}Exit{\\b0}
`

async function folder(name: string): Promise<string> {
  const path = join(directory, name)
  await mkdir(path)
  return path
}

/** The colour of one pixel of a picture, 0…255 each. */
async function pixel(file: string, x: number, y: number): Promise<readonly number[]> {
  const raw = join(directory, 'pixel.rgb')
  await runFfmpeg([
    '-i',
    file,
    '-vf',
    `crop=1:1:${x}:${y}:exact=1`,
    '-frames:v',
    '1',
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    raw,
  ])
  return [...(await readFile(raw))]
}

function near(seen: readonly number[], wanted: readonly number[]): boolean {
  return wanted.every((value, i) => Math.abs(value - (seen[i] ?? -255)) < 60)
}

describe('the small pictures of a film', () => {
  it('show what is to be seen at their time', async () => {
    const path = await folder('sprites')
    const video = info.video as VideoStream
    const plan = planSprites(info, video)
    expect(plan).toMatchObject({ count: 3, columns: 3, rows: 1, widthPx: 160, heightPx: 90 })
    expect(await tools.sprites(film, { video, durationMs: 3000, plan }, { directory: path, signal })).toEqual([
      'sheet-1.jpg',
    ])
    const sheet = join(path, 'sheet-1.jpg')
    for (const [column, color] of [RED, RED, BLUE].entries()) {
      expect(near(await pixel(sheet, column * 160 + 80, 45), color), `picture ${column}`).toBe(true)
    }
  })

  it('are as many as planned where the film ends early', async () => {
    const path = await folder('more')
    const video = info.video as VideoStream
    const plan = { ...planSprites(info, video), count: 7, columns: 2, rows: 2, sheets: 2, keyframesOnly: true }
    const names = await tools.sprites(film, { video, durationMs: 7000, plan }, { directory: path, signal })
    expect(names).toEqual(['sheet-1.jpg', 'sheet-2.jpg'])
  })
})

describe('the texts inside a film', () => {
  it('are found with what is said of them, and read', async () => {
    expect(info.texts).toMatchObject([
      { streamIndex: 2, codec: 'subrip', language: 'kor', isForced: false },
      { streamIndex: 3, codec: 'ass', title: 'Signs', isForced: true },
    ])
    const texts = await tools.texts(film, info.texts ?? [], { directory: await folder('texts'), signal })
    const read = [...texts].map(([index, bytes]) => [index, Buffer.from(bytes).toString('utf8')])
    expect(read).toEqual([
      [2, expect.stringMatching(/00:00\.5\d\d --> 00:01\.5\d\d\nHello &(amp;)? <i>goodbye<\/i>/)],
      [3, expect.stringMatching(/00:01\.0\d\d --> 00:02\.0\d\d\n(<b>)?Exit/)],
    ])
  })
})

describe('a download', () => {
  it('is one file of a rendition and its sound, as long as the film, and nothing of it is encoded again', async () => {
    const path = await folder('package')
    const video = { ...DEFAULT_PROFILE.video, steps: [{ shorterSidePx: 180 }] }
    const plan = planEncode(info, { ...DEFAULT_PROFILE, video, segmentDurationMs: 1000 })
    const { renditions } = await tools.encode(film, plan, path, { signal, onProgress: () => undefined })
    const [picture, sound] = await Promise.all(renditions.map((rendition) => gathered(path, rendition)))
    const outputFile = join(path, 'film.mp4')
    const content = { picture, sounds: [{ path: sound ?? '', language: 'kor' }], durationMs: 3000, outputFile }
    const sizeBytes = await tools.download(content, { signal })
    const bytes = await readFile(outputFile)
    expect(sizeBytes).toBe(bytes.length)
    // The index comes first, so that playing can begin before all has arrived.
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
    const made = await tools.probe(outputFile, { signal })
    expect(made.durationMs).toBeGreaterThanOrEqual(3000)
    expect(made.durationMs).toBeLessThan(3050)
    expect(made.video).toMatchObject({ codec: 'h264', widthPx: 320, heightPx: 180, frameRate: 25 })
    expect(made.audio).toMatchObject([{ codec: 'aac', language: 'kor', isDefault: true }])
    await runFfmpeg(['-xerror', '-i', outputFile, '-f', 'null', '-'])
  })

  it('that cannot be made says so, and blames nobody’s file', async () => {
    const outputFile = join(directory, 'none.mp4')
    const content = { picture: join(directory, 'a.srt'), sounds: [], durationMs: 3000, outputFile }
    await expect(tools.download(content, { signal })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

async function gathered(root: string, { name, files }: EncodedRendition): Promise<string> {
  const path = join(root, `${name}.fragments`)
  await writeFile(path, Buffer.concat(await Promise.all(files.map((file) => readFile(join(root, file))))))
  return path
}
