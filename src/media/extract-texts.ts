import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_SUBTITLE_BYTES } from '../core/transcoding/subtitle-text.ts'
import { encodeFailure } from './encode-failure.ts'
import type { InputFile } from './input-arguments.ts'
import type { MediaLimits } from './media-limits.ts'
import { type ProcessLimits, runProcess } from './process-runner.ts'
import { textArguments, textFileName } from './text-arguments.ts'

export type TextTools = Readonly<{ ffmpegPath: string; limits: MediaLimits; processLimits: ProcessLimits }>

/**
 * The texts of these streams as WebVTT, by stream; streams without one, and texts too large, are missing. Failures are
 * those of `encodeFailure`. What was written stays in `directory`.
 */
export async function extractTexts(
  tools: TextTools,
  input: InputFile,
  streamIndexes: readonly number[],
  options: Readonly<{ directory: string; signal: AbortSignal }>,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const { directory, signal } = options
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: textArguments(input, streamIndexes),
    workingDirectory: directory,
    signal,
    timeLimitMs: tools.limits.scanTimeMs,
    onLine: () => true,
    limits: tools.processLimits,
  })
  const failure = encodeFailure(outcome)
  if (failure !== undefined) throw failure
  const texts = new Map<number, Uint8Array>()
  for (const index of streamIndexes) {
    const path = join(directory, textFileName(index))
    const sizeBytes = (await stat(path).catch(() => undefined))?.size ?? 0
    if (sizeBytes > 0 && sizeBytes <= MAX_SUBTITLE_BYTES) texts.set(index, await readFile(path))
  }
  return texts
}
