import { runProcess } from './process-runner.ts'

const TIME_LIMIT_MS = 60_000
const NEVER = new AbortController().signal

/**
 * Writes a few seconds of moving test picture and sound to `file`, for people who have no video at hand. Throws when
 * ffmpeg fails; what is in `file` is then of no use.
 */
export async function makeSampleVideo(ffmpegPath: string, file: string): Promise<void> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30:duration=8']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=4:duration=8']
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '30', '-pix_fmt', 'yuv420p']
  const { ending, exitCode, stderrTail } = await runProcess({
    command: ffmpegPath,
    args: ['-nostdin', '-v', 'error', '-y', ...picture, ...sound, ...video, '-c:a', 'aac', '-f', 'mp4', file],
    signal: NEVER,
    timeLimitMs: TIME_LIMIT_MS,
    onLine: () => false,
    limits: { niceness: 10 },
  })
  if (ending !== 'exited' || exitCode !== 0) throw new Error(`the sample could not be made: ${stderrTail}`)
}
