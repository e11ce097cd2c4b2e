import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findBox } from '../../../src/media/mp4-boxes.ts'
import { captureProcess } from '../../../src/media/process-runner.ts'
import { testFfmpeg } from './tools.ts'

const NTSC_RATE = '30000/1001'
const moving = (size: string, seconds: number, rate: number | string = 30) => [
  '-f',
  'lavfi',
  '-t',
  `${seconds}`,
  '-i',
  `testsrc2=size=${size}:rate=${rate}`,
]
const tone = (seconds: number) => ['-f', 'lavfi', '-t', `${seconds}`, '-i', 'sine=frequency=440:sample_rate=44100']
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '30']
const aac = ['-c:a', 'aac', '-b:a', '64k']

/** Arguments of ffmpeg for each kind of file, without the output. All are small: one to three seconds. */
const RECIPES = {
  /** Two seconds of 320×180 at 30 frames per second with sound. */
  plain: [...moving('320x180', 2), ...tone(2), ...h264, ...aac, '-f', 'mp4'],
  /** As plain, with the index at the start. */
  fastStart: [...moving('320x180', 2), ...tone(2), ...h264, ...aac, '-movflags', '+faststart', '-f', 'mp4'],
  /** As browsers and some cameras record: in fragments, no index of the whole. */
  fragmented: [...moving('320x180', 2), ...h264, '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4'],
  /** 1280×720, for a ladder of four; one second. */
  hd: [...moving('1280x720', 1), ...tone(1), ...h264, ...aac, '-f', 'mp4'],
  /** NTSC's frame rate and more than one segment: nine seconds, all of one colour so that it is quick. */
  long: [
    '-f',
    'lavfi',
    '-t',
    '9',
    '-i',
    'color=c=teal:size=640x360:rate=30000/1001',
    ...tone(9),
    ...h264,
    ...aac,
    '-f',
    'mp4',
  ],
  /** As long, small and moving, its key frames far apart. */
  longAndMoving: [...moving('160x90', 9, NTSC_RATE), ...tone(9), ...h264, '-g', '250', '-bf', '2', ...aac, '-f', 'mp4'],
  mkv: [...moving('320x180', 2), ...tone(2), ...h264, '-c:a', 'ac3', '-f', 'matroska'],
  webm: [
    ...moving('320x180', 2),
    ...tone(2),
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-c:a',
    'libopus',
    '-f',
    'webm',
  ],
  webmVp9: [
    ...moving('320x180', 1),
    ...tone(1),
    '-c:v',
    'libvpx-vp9',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-c:a',
    'libvorbis',
    '-f',
    'webm',
  ],
  /** As MediaRecorder writes it: no duration, and fewer pictures in the first second than in the second one. */
  liveWebm: [
    ...[...moving('320x180', 2), ...tone(2), '-vf', "select='not(mod(n,3))+gt(t,1)'", '-fps_mode', 'vfr'],
    ...['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-f', 'webm', '-live', '1'],
  ],
  /** Bursts of three pictures at 30 per second, then a pause. */
  varyingRate: [...moving('320x180', 3), '-vf', "select='lt(mod(n,10),3)'", '-fps_mode', 'vfr', ...h264, '-f', 'mp4'],
  silent: [...moving('320x180', 1), ...h264, '-f', 'mp4'],
  audioOnly: [...tone(2), ...aac, '-f', 'mp4'],
  mp3: [...tone(2), '-c:a', 'libmp3lame', '-write_xing', '0', '-id3v2_version', '0', '-f', 'mp3'],
  wav: [...tone(1), '-f', 'wav'],
  transportStream: [...moving('320x180', 2), ...tone(2), ...h264, ...aac, '-f', 'mpegts'],
  avi: [...moving('320x180', 2), ...tone(2), '-c:v', 'mpeg4', '-c:a', 'mp2', '-f', 'avi'],
  /** Odd sides, in a codec that allows them. */
  odd: [...moving('322x182', 1), '-vf', 'crop=321:181:0:0:exact=1,format=yuv444p', '-c:v', 'ffv1', '-f', 'matroska'],
  tiny: [...moving('96x54', 1), ...h264, '-f', 'mp4'],
  fast: [...moving('160x90', 1, 120), ...h264, '-f', 'mp4'],
  /** 160×144 pixels that are twice as wide as high. */
  anamorphic: [...moving('160x144', 1), '-vf', 'setsar=2/1', ...h264, '-f', 'mp4'],
  hdr: [
    ...[...moving('320x180', 1, 25), '-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'],
    ...['-x265-params', 'log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc', '-f', 'mp4'],
  ],
  /** Pictures for one second, sound for three. */
  soundGoesOn: [...moving('320x180', 1), ...tone(3), ...h264, ...aac, '-f', 'mp4'],
  soundEndsEarly: [...moving('320x180', 3), ...tone(1), ...h264, ...aac, '-f', 'mp4'],
  /** One second of black, then two of moving pictures. */
  blackStart: [...moving('320x180', 3), '-vf', "drawbox=color=black:t=fill:enable='lt(t,1)'", ...h264, '-f', 'mp4'],
  black: ['-f', 'lavfi', '-t', '1', '-i', 'color=c=black:size=320x180:rate=30', ...h264, '-f', 'mp4'],
  /** Two languages; the second one is the default. */
  twoLanguages: [
    ...[...moving('320x180', 1), ...tone(1), ...tone(1), '-map', '0', '-map', '1', '-map', '2', ...h264, ...aac],
    ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=kor', '-disposition:a:0', '0'],
    ...['-disposition:a:1', 'default', '-f', 'matroska'],
  ],
} as const satisfies Record<string, readonly string[]>

export type ClipKind = keyof typeof RECIPES

/** Makes a real media file in `directory`; the name has no extension, as those of uploads have none. */
export async function makeClip(directory: string, kind: ClipKind): Promise<string> {
  const path = join(directory, `clip-${kind}`)
  await runFfmpeg([...RECIPES[kind], path])
  return path
}

/** Where the matrix stands in a version 0 track header, and the matrix for a quarter turn clockwise. */
const TRACK_MATRIX_OFFSET = 40
const QUARTER_TURN = Buffer.from(
  '00000000 00010000 00000000 ffff0000 00000000 00000000 00000000 00000000 40000000'.replaceAll(' ', ''),
  'hex',
)

/** As a phone films: held sideways (a quarter turn to be made by the player), index at the end, sound. */
export async function makePhoneClip(directory: string): Promise<string> {
  const path = join(directory, 'clip-phone')
  await runFfmpeg(['-i', await makeClip(directory, 'plain'), '-c', 'copy', '-f', 'mov', path])
  const bytes = await readFile(path)
  const header = findBox(bytes, ['moov', 'trak', 'tkhd'])
  if (header === undefined) throw new Error('the clip has no track header')
  QUARTER_TURN.copy(bytes, header.start + TRACK_MATRIX_OFFSET)
  await writeFile(path, bytes)
  return path
}

/** A song with a cover picture of 120×120. */
export async function makeSongWithCover(directory: string): Promise<string> {
  const cover = join(directory, 'cover.png')
  await runFfmpeg(['-f', 'lavfi', '-i', 'color=c=red:size=120x120', '-frames:v', '1', cover])
  const path = join(directory, 'clip-song')
  const attach = ['-map', '0', '-map', '1', '-c:v', 'copy', '-disposition:v', 'attached_pic']
  await runFfmpeg([...tone(1), '-i', cover, ...attach, '-c:a', 'libmp3lame', '-f', 'mp3', path])
  return path
}

/** A Matroska file that holds a subtitle and nothing else. */
export async function makeSubtitlesOnly(directory: string): Promise<string> {
  const path = join(directory, 'clip-subtitles')
  const text = join(directory, 'text.srt')
  await writeFile(text, '1\n00:00:00,000 --> 00:00:01,000\nhello\n')
  await runFfmpeg(['-f', 'srt', '-i', text, '-c:s', 'srt', '-f', 'matroska', path])
  return path
}

/** Runs ffmpeg, quietly, overwriting; throws an Error with what it said when it fails. */
export async function runFfmpeg(args: readonly string[]): Promise<string> {
  const { ffmpegPath } = await testFfmpeg()
  const outcome = await captureProcess({
    command: ffmpegPath,
    args: ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args],
    signal: AbortSignal.timeout(60_000),
    timeLimitMs: 60_000,
    limits: { niceness: 0 },
  })
  if (outcome.exitCode !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${outcome.stderrTail}`)
  return outcome.stdout
}
