import type { EncodeOptions } from '../core/ports/media-tools.ts'
import type { EncodePlan } from '../core/transcoding/encode-plan.ts'
import { encodeFailure } from './encode-failure.ts'
import { EncodeProgress } from './encode-progress.ts'
import type { Font } from './font.ts'
import { type HlsSettings, hlsArguments } from './hls-arguments.ts'
import type { InputFile } from './input-arguments.ts'
import type { MediaLimits } from './media-limits.ts'
import { type DrawingAbilities, prepareDrawing, removeDrawing } from './prepare-drawing.ts'
import { type ProcessLimits, runProcess } from './process-runner.ts'

export type EncodeTools = Readonly<{
  ffmpegPath: string
  settings: HlsSettings
  abilities: DrawingAbilities
  /** For what is drawn. */
  font: Font
  limits: MediaLimits
  processLimits: ProcessLimits
}>

/**
 * Runs the one command of `hlsArguments`, which writes into `outputDirectory`; the folders of the renditions are there.
 * `lastsMs` is how long the output will be. Failures are those of `encodeFailure` and `prepareDrawing`.
 */
export async function runHls(
  tools: EncodeTools,
  input: InputFile,
  plan: EncodePlan,
  outputDirectory: string,
  options: Pick<EncodeOptions, 'signal' | 'onProgress' | 'drawing'> & Readonly<{ lastsMs: number }>,
): Promise<void> {
  const { signal, onProgress, lastsMs } = options
  const [largest] = plan.video
  const drawing = largest && options.drawing && { ...options.drawing, fontName: tools.font.name }
  if (largest !== undefined && drawing !== undefined) {
    await prepareDrawing(tools, drawing, largest, { directory: outputDirectory, signal })
  }
  const progress = new EncodeProgress()
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: hlsArguments(input, plan, { ...tools.settings, drawing }),
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
  if (drawing !== undefined) await removeDrawing(outputDirectory)
}
