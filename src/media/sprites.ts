import { join } from 'node:path'
import type { VideoStream } from '../core/transcoding/media-info.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { type SpritePlan, sheetName } from '../core/transcoding/sprite-plan.ts'
import { encodeFailure } from './encode-failure.ts'
import type { InputFile } from './input-arguments.ts'
import { assertCompleteJpeg } from './output-check.ts'
import type { PosterTools } from './poster.ts'
import { runProcess } from './process-runner.ts'
import { spriteArguments } from './sprite-arguments.ts'

/**
 * Writes the planned sheets into `directory` and gives their names. Throws DomainError('media_refused', damaged) when no
 * picture can be decoded; other failures are those of `encodeFailure`.
 */
export async function makeSprites(
  tools: PosterTools,
  input: InputFile,
  film: Readonly<{ video: VideoStream; durationMs: number; plan: SpritePlan }>,
  options: Readonly<{ directory: string; signal: AbortSignal }>,
): Promise<readonly string[]> {
  const { video, durationMs, plan } = film
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: spriteArguments(input, video, plan, tools.settings),
    workingDirectory: options.directory,
    signal: options.signal,
    timeLimitMs: tools.limits.posterTimeMs + durationMs,
    onLine: () => true,
    limits: tools.processLimits,
  })
  const failure = encodeFailure(outcome)
  if (failure !== undefined) throw failure
  const names = Array.from({ length: plan.sheets }, (_, i) => sheetName(i + 1))
  for (const name of names) {
    await assertCompleteJpeg(join(options.directory, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      throw mediaRefused('damaged', 'No picture of the file can be decoded.', { cause: error })
    })
  }
  return names
}
