import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { resolveFfmpeg } from '../../src/media/resolve-ffmpeg.ts'

/** The ffmpeg that the server would use. */
async function benchFfmpeg(): Promise<string> {
  const { FFMPEG_PATH, FFPROBE_PATH, PATH = '' } = process.env
  const found = await resolveFfmpeg({ ffmpegPath: FFMPEG_PATH, ffprobePath: FFPROBE_PATH, searchPath: PATH })
  if (!found.found) throw new Error(found.problems.join('\n'))
  return found.tools.ffmpegPath
}

/** Runs it; throws with what it said when it fails. `niceness` is added to our own. */
export async function ffmpeg(args: readonly string[], { niceness = 0, cwd = '.' } = {}): Promise<void> {
  const command = ['-n', String(niceness), await benchFfmpeg(), '-hide_banner', '-loglevel', 'error', '-y', '-nostdin']
  await promisify(execFile)('nice', [...command, ...args], { cwd })
}

/** Makes a film that is about as hard to encode as one of a camera: moving, with grain, and a tone. */
export async function makeFilm(path: string, film: Readonly<{ size: string; seconds: number }>): Promise<void> {
  const picture = `testsrc2=size=${film.size}:rate=30,noise=alls=12:allf=t`
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000'],
    ...['-t', String(film.seconds), '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-g', '60'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', path],
  ])
}
