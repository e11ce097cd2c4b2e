import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runFfmpeg } from '../media/make-media.ts'
import { checkPackage } from './check-package.ts'

/** A good package in two sizes, made by ffmpeg alone; each test spoils a copy of it in memory. */
const files = new Map<string, Buffer>()
const BASE = 'https://test.invalid/film/'

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-hls-check-'))
  const input = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-f', 'lavfi', '-i', 'sine=sample_rate=48000']
  const names = ['large', 'small']
  for (const name of names) await mkdir(join(directory, name))
  await runFfmpeg([
    ...[...input, '-t', '4', '-filter_complex', '[0:v]split[l][t];[t]scale=160:90[s];[1:a]asplit[b][c]'],
    ...['-map', '[l]', '-map', '[b]', '-map', '[s]', '-map', '[c]', '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-pix_fmt', 'yuv420p', '-force_key_frames', 'expr:gte(t,n_forced*2)', '-g', '50', '-sc_threshold', '0'],
    ...['-c:a', 'aac', '-avoid_negative_ts', 'disabled', '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', 'fmp4', '-hls_segment_filename', join(directory, '%v/%d.m4s')],
    ...['-var_stream_map', 'v:0,a:0,name:large v:1,a:1,name:small', join(directory, '%v/index.m3u8')],
  ])
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const [i, name] of names.entries()) {
    const sizes: number[] = []
    for (const file of ['index.m3u8', `init_${i}.mp4`, '0.m4s', '1.m4s']) {
      const bytes = await readFile(join(directory, name, file))
      files.set(`${name}/${file}`, bytes)
      if (file.endsWith('.m4s')) sizes.push(bytes.length)
    }
    const rate = (bytes: number, seconds: number) => Math.ceil((bytes * 8) / seconds)
    const [a = 0, b = 0] = sizes
    const size = i === 0 ? '320x180' : '160x90'
    const peak = Math.max(rate(a, 2), rate(b, 2))
    const rates = `BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${rate(a + b, 4)}`
    lines.push(`#EXT-X-STREAM-INF:${rates},CODECS="avc1.42c01e,mp4a.40.2",RESOLUTION=${size},FRAME-RATE=25.000`)
    lines.push(`${name}/index.m3u8`)
  }
  files.set('master.m3u8', Buffer.from(`${lines.join('\n')}\n`))
  await rm(directory, { recursive: true })
})

afterAll(() => files.clear())

async function problemsOf(spoiled: ReadonlyMap<string, Buffer>, seconds = 4): Promise<readonly string[]> {
  const load = async (url: string): Promise<Buffer> => {
    const found = spoiled.get(url.slice(BASE.length))
    if (found === undefined) throw new Error(`nothing at ${url}`)
    return found
  }
  return (await checkPackage(`${BASE}master.m3u8`, load, { seconds, toleranceSeconds: 0.1 })).problems
}

const text = (name: string, change: (text: string) => string): [string, (bytes: Buffer) => Buffer] => [
  name,
  (bytes) => Buffer.from(change(bytes.toString('utf8'))),
]

it('finds nothing wrong with a good package', async () => {
  expect(await problemsOf(files)).toEqual([])
})

it('finds a package that is shorter than its source', async () => {
  expect(await problemsOf(files, 6)).toEqual([
    expect.stringMatching(/lasts 4\.\d+ s, the source 6\.000 s/),
    expect.stringMatching(/lasts 4\.\d+ s, the source 6\.000 s/),
  ])
})

it.each<[what: string, spoil: [string, (bytes: Buffer) => Buffer], expected: RegExp]>([
  ['no header', text('master.m3u8', (t) => t.replace('#EXTM3U\n', '')), /does not begin with #EXTM3U/],
  ['a tag nobody knows', text('large/index.m3u8', (t) => t.replace('#EXTINF', '#EXT-X-FOO:1\n#EXTINF')), /not a tag/],
  [
    'a broken attribute list',
    text('master.m3u8', (t) => t.replace('CODECS="', 'CODECS=')),
    /not an attribute list|no CODECS/,
  ],
  ['a sound group that is not there', text('master.m3u8', (t) => t.replace('CODECS', 'AUDIO="a",CODECS')), /AUDIO="a"/],
  ['an open end', text('small/index.m3u8', (t) => t.replace('#EXT-X-ENDLIST', '')), /does not end/],
  [
    'a target that is too short',
    text('large/index.m3u8', (t) => t.replace('TARGETDURATION:2', 'TARGETDURATION:1')),
    /longer than the target/,
  ],
  [
    'a wrong duration',
    text('large/index.m3u8', (t) => t.replace('#EXTINF:2.000000', '#EXTINF:1.900000')),
    /the playlist says/,
  ],
  [
    'too little bandwidth',
    text('master.m3u8', (t) => t.replace(/:BANDWIDTH=\d+/, ':BANDWIDTH=9000')),
    /needs \d+ bit\/s/,
  ],
  ['too much bandwidth', text('master.m3u8', (t) => t.replace(/:BANDWIDTH=\d+/, ':BANDWIDTH=99000000')), /needs only/],
  ['a wrong average', text('master.m3u8', (t) => t.replace(/AVERAGE-BANDWIDTH=\d+/, 'AVERAGE-BANDWIDTH=9')), /AVERAGE/],
  ['a wrong size', text('master.m3u8', (t) => t.replace('320x180', '640x360')), /RESOLUTION/],
  ['a wrong rate', text('master.m3u8', (t) => t.replace('FRAME-RATE=25', 'FRAME-RATE=30')), /FRAME-RATE/],
  ['a wrong codec', text('master.m3u8', (t) => t.replace('avc1.42c01e', 'hvc1.1.6.L93.B0')), /h264 is not among/],
  ['a segment of noise', ['small/1.m4s', (bytes) => Buffer.alloc(bytes.length, 7)], /small.*1\.m4s/],
  ['a segment that is cut', ['large/0.m4s', (bytes) => bytes.subarray(0, bytes.length / 2)], /large.*0\.m4s/],
  ['the first segment once more', ['small/1.m4s', () => files.get('small/0.m4s') as Buffer], /begins at 0/],
  [
    'renditions cut apart',
    text('small/index.m3u8', (t) => t.replace(/#EXTINF:[\d.]+,\n1\.m4s\n/, '')),
    /has 1 segments, .* has 2/,
  ],
])('finds %s', async (_, [name, spoil], expected) => {
  const good = files.get(name)
  if (good === undefined) throw new Error(`no ${name}`)
  const bad = spoil(good)
  expect(bad.equals(good)).toBe(false)
  const problems = await problemsOf(new Map([...files, [name, bad]]))
  expect(problems.join('\n')).toMatch(expected)
})
