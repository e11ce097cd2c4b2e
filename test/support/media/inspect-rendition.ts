import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EncodedRendition } from '../../../src/core/transcoding/encode-plan.ts'
import { captureProcess } from '../../../src/media/process-runner.ts'
import { runFfmpeg } from './make-media.ts'
import { testFfmpeg } from './tools.ts'

export type InspectedStream = Readonly<{
  codec_type: string
  codec_name: string
  width?: number
  height?: number
  pix_fmt?: string
  profile?: string
  avg_frame_rate: string
  channels?: number
}>

/** What an independent reader says about a finished rendition. */
export type InspectedRendition = Readonly<{
  streams: readonly InspectedStream[]
  video: InspectedStream | undefined
  audio: InspectedStream | undefined
  /** Pictures and sound frames as decoded, and how long they play. */
  pictures: number
  playSeconds: number
  /** Start times of the pictures a player may begin at. */
  keyframeSeconds: readonly number[]
  playlist: string
  sizeBytes: number
}>

/** Reads a rendition through its playlist and decodes all of it; throws an Error for anything that cannot be decoded. */
export async function inspectRendition(root: string, rendition: EncodedRendition): Promise<InspectedRendition> {
  const playlist = join(root, rendition.playlist)
  await runFfmpeg(['-xerror', '-i', playlist, '-map', '0', '-f', 'null', '-'])
  const described = JSON.parse(await ffprobe(['-show_streams', '-count_frames', '-of', 'json', playlist])) as {
    streams: (InspectedStream & { nb_read_frames: string })[]
  }
  const video = described.streams.find((stream) => stream.codec_type === 'video')
  const packets = ['-show_entries', 'packet=pts_time,duration_time,flags', '-of', 'csv=p=0', playlist]
  const lines = (await ffprobe(['-select_streams', video === undefined ? 'a:0' : 'v:0', ...packets])).split('\n')
  const times = lines.map((line) => line.split(',')).filter((fields) => fields.length > 2)
  const ends = times.map(([start, duration]) => Number(start) + Number(duration))
  const starts = times.map(([start]) => Number(start))
  const sizes = await Promise.all(rendition.files.map(async (file) => (await stat(join(root, file))).size))
  return {
    streams: described.streams,
    video,
    audio: described.streams.find((stream) => stream.codec_type === 'audio'),
    pictures: Number(video?.nb_read_frames ?? 0),
    playSeconds: Math.max(...ends) - Math.min(...starts),
    keyframeSeconds: times.filter((fields) => fields[2]?.startsWith('K')).map(([start]) => Number(start)),
    playlist: await readFile(playlist, 'utf8'),
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

async function ffprobe(args: readonly string[]): Promise<string> {
  const { ffprobePath } = await testFfmpeg()
  const outcome = await captureProcess({
    command: ffprobePath,
    args: ['-hide_banner', '-loglevel', 'error', ...args],
    signal: AbortSignal.timeout(60_000),
    timeLimitMs: 60_000,
    limits: { niceness: 0 },
  })
  if (outcome.exitCode !== 0 || outcome.stderrTail !== '') throw new Error(`ffprobe: ${outcome.stderrTail}`)
  return outcome.stdout
}
