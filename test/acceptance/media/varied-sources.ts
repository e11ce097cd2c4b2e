import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type ClipKind, makeClip, makePhoneClip, runFfmpeg } from '../../support/media/make-media.ts'

export type VariedSource = Readonly<{
  what: string
  make: (directory: string) => Promise<Buffer>
  /** Its package is to be encrypted. */
  encrypt?: boolean
}>

const PACKAGES = join(import.meta.dirname, '..', '..', '..', 'node_modules')
/** Files of cameras, for whoever has some: their paths, separated by colons. None comes with the project. */
const RECORDINGS = (process.env['TEST_RECORDINGS'] ?? '').split(':').filter((path) => path !== '')

const picture = (size: string, seconds: number, rate = 25) => [
  ...['-f', 'lavfi', '-t', `${seconds}`, '-i', `testsrc2=size=${size}:rate=${rate}`],
]
const sound = (seconds: number, layout = 'mono') => [
  ...[
    '-f',
    'lavfi',
    '-t',
    `${seconds}`,
    '-i',
    `anoisesrc=amplitude=0.1:sample_rate=48000,aformat=channel_layouts=${layout}`,
  ],
]
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

function clip(what: string, kind: ClipKind): VariedSource {
  return { what, make: async (directory) => readFile(await makeClip(directory, kind)) }
}

function made(what: string, args: readonly string[]): VariedSource {
  const make = async (directory: string): Promise<Buffer> => {
    const file = join(directory, what.replaceAll(/\W+/g, '-'))
    await runFfmpeg([...args, file])
    return readFile(file)
  }
  return { what, make }
}

/** Files as people send them: each small, each different in one respect. */
export const VARIED_SOURCES: readonly VariedSource[] = [
  { what: 'a phone film held sideways (MOV)', make: async (directory) => readFile(await makePhoneClip(directory)) },
  {
    what: 'a film that others made in 2010, its sound longer than its pictures',
    make: () => readFile(join(PACKAGES, 'kaltura-client', 'test', 'DemoVideo.mp4')),
  },
  ...RECORDINGS.map((file) => ({ what: `the recording ${basename(file)}`, make: () => readFile(file) })),
  clip('odd sides', 'odd'),
  clip('a varying rate of pictures', 'varyingRate'),
  clip('no sound', 'silent'),
  made('mono', [...picture('320x180', 1.5), ...sound(1.5), ...h264, '-c:a', 'aac', '-f', 'mp4']),
  made('surround', [...picture('320x180', 1.5), ...sound(1.5, '5.1'), ...h264, '-c:a', 'aac', '-f', 'mp4']),
  clip('two languages (MKV)', 'twoLanguages'),
  made('60 pictures a second, two sizes', [
    ...picture('640x360', 2, 60),
    ...sound(2),
    ...h264,
    '-c:a',
    'aac',
    '-f',
    'mp4',
  ]),
  clip('HEVC of ten bits, high dynamic range', 'hdr'),
  made('five pictures long', [...picture('320x180', 0.2), ...h264, '-f', 'mp4']),
  clip('MKV', 'mkv'),
  clip('WebM', 'webm'),
  clip('a transport stream', 'transportStream'),
  clip('AVI', 'avi'),
  made('interlaced', [
    ...[...picture('360x288', 1.6, 50), ...sound(1.6), '-vf', 'interlace=scan=tff', ...h264, '-flags', '+ildct+ilme'],
    ...['-x264-params', 'tff=1', '-c:a', 'aac', '-f', 'mp4'],
  ]),
  clip('sound alone', 'audioOnly'),
  { ...clip('several segments in two sizes, 29.97 pictures a second, encrypted', 'long'), encrypt: true },
]

export const ENCRYPTED = VARIED_SOURCES.filter(({ encrypt }) => encrypt === true).map(({ what }) => what)
