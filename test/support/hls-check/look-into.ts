import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { TOOL_ENVIRONMENT, testFfmpeg } from '../media/tools.ts'

const run = promisify(execFile)

export type SeenTrack = Readonly<{
  kind: 'video' | 'audio'
  codec: string
  widthPx: number | undefined
  heightPx: number | undefined
  /** Of the packets, in seconds of the presentation. */
  startSeconds: number
  endSeconds: number
  packets: number
  beginsWithKeyframe: boolean
}>

export type SeenSegment = Readonly<{
  tracks: readonly SeenTrack[] /** What the decoder complained about. */
  complaints: string
}>

type Probed = Readonly<{
  streams: readonly Readonly<{
    index: number
    codec_type: string
    codec_name: string
    width?: number
    height?: number
  }>[]
  packets: readonly Readonly<{ stream_index: number; pts_time?: string; duration_time?: string; flags: string }>[]
}>

/** Has ffprobe describe and ffmpeg decode these bytes: an init segment and the media that belongs to it. */
export async function lookInto(bytes: Buffer): Promise<SeenSegment> {
  const { ffmpegPath, ffprobePath } = await testFfmpeg()
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-look-'))
  try {
    const file = join(directory, 'media.mp4')
    await writeFile(file, bytes)
    const fields = [
      'stream=index,codec_type,codec_name,width,height',
      'packet=stream_index,pts_time,duration_time,flags',
    ]
    const args = ['-v', 'error', '-show_entries', fields.join(':'), '-of', 'json', file]
    const [probed, decoded] = await Promise.all([
      run(ffprobePath, args, { maxBuffer: 1 << 26, env: TOOL_ENVIRONMENT }),
      run(ffmpegPath, ['-v', 'error', '-xerror', '-i', file, '-map', '0', '-f', 'null', '-']).then(
        ({ stderr }) => stderr,
        (error: Error & { stderr?: string }) => error.stderr || error.message,
      ),
    ])
    return { tracks: tracksOf(JSON.parse(probed.stdout) as Probed), complaints: decoded.trim() }
  } catch (error) {
    return { tracks: [], complaints: error instanceof Error ? error.message : String(error) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function tracksOf({ streams, packets }: Probed): SeenTrack[] {
  return streams.flatMap((stream) => {
    const own = packets.filter((packet) => packet.stream_index === stream.index)
    // Priming samples of sound (flag D) are outside the presentation.
    const shown = own.filter(({ flags, pts_time }) => pts_time !== undefined && flags[1] !== 'D')
    if (stream.codec_type !== 'video' && stream.codec_type !== 'audio') return []
    const starts = shown.map((packet) => Number(packet.pts_time))
    const ends = shown.map((packet, i) => (starts[i] ?? 0) + Number(packet.duration_time ?? 0))
    return [
      {
        kind: stream.codec_type,
        codec: stream.codec_name,
        widthPx: stream.width,
        heightPx: stream.height,
        startSeconds: Math.min(...starts),
        endSeconds: Math.max(...ends),
        packets: shown.length,
        beginsWithKeyframe: own[0]?.flags.startsWith('K') ?? false,
      },
    ]
  })
}
