import type { EncodeOptions } from '../core/ports/media-tools.ts'
import type { EncodePlan } from '../core/transcoding/encode-plan.ts'
import { encodeFailure } from './encode-failure.ts'
import { EncodeProgress } from './encode-progress.ts'
import { type HlsSettings, hlsArguments } from './hls-arguments.ts'
import type { InputFile } from './input-arguments.ts'
import type { MediaLimits } from './media-limits.ts'
import { type ProcessLimits, runProcess } from './process-runner.ts'

export type EncodeTools = Readonly<{
  ffmpegPath: string
  settings: HlsSettings
  limits: MediaLimits
  processLimits: ProcessLimits
}>

/**
 * Runs the one command of `hlsArguments`, which writes into `outputDirectory`; the folders of the renditions are there.
 * `lastsMs` is how long the output will be. Failures are those of `encodeFailure`.
 */
export async function runHls(
  tools: EncodeTools,
  input: InputFile,
  plan: EncodePlan,
  outputDirectory: string,
  { signal, onProgress, lastsMs }: Pick<EncodeOptions, 'signal' | 'onProgress'> & Readonly<{ lastsMs: number }>,
): Promise<void> {
  const progress = new EncodeProgress()
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: hlsArguments(input, plan, tools.settings),
    workingDirectory: outputDirectory,
    signal,
    timeLimitMs: tools.limits.encodeTimeBaseMs + plan.durationMs * tools.limits.encodeTimePerDuration,
    stallLimitMs: tools.limits.encodeStallMs,
    onLine: (line) => {
      const gotFurther = progress.add(line)
      if (gotFurther) onProgress(Math.min(1, progress.outTimeMs / lastsMs))
      return gotFurther
    },
    limits: tools.processLimits,
  })
  const failure = encodeFailure(outcome)
  if (failure !== undefined) throw failure
}
