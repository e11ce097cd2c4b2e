import { open, stat } from 'node:fs/promises'
import { DomainError } from '../core/errors.ts'
import { ToolFailure } from '../core/ports/media-tools.ts'
import { type DownloadContent, downloadArguments } from './download-arguments.ts'
import { encodeFailure } from './encode-failure.ts'
import type { MediaLimits } from './media-limits.ts'
import { readMp4Layout } from './mp4-boxes.ts'
import { incompleteOutput } from './output-check.ts'
import { type ProcessLimits, runProcess } from './process-runner.ts'

export type DownloadTools = Readonly<{ ffmpegPath: string; limits: MediaLimits; processLimits: ProcessLimits }>

/** One index costs no more than those of the fragments, give or take. */
const OVERHEAD = { factor: 1.1, bytes: 16 * 1024 * 1024 }

/**
 * Writes `outputFile` and gives its size. Throws DomainError('unavailable') when the tool fails, for what it reads is our
 * own and the fault never the file's; and storage_full.
 */
export async function makeDownload(
  tools: DownloadTools,
  content: DownloadContent & Readonly<{ durationMs: number; outputFile: string }>,
  signal: AbortSignal,
): Promise<number> {
  const { picture, sounds, durationMs, outputFile } = content
  const paths = [...(picture === undefined ? [] : [picture]), ...sounds.map(({ path }) => path)]
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: downloadArguments(content, outputFile),
    signal,
    timeLimitMs: tools.limits.encodeTimeBaseMs + durationMs,
    onLine: () => true,
    limits: {
      ...tools.processLimits,
      fileBytes: sizes.reduce((sum, size) => sum + size, 0) * OVERHEAD.factor + OVERHEAD.bytes,
    },
  })
  const failure = encodeFailure(outcome)
  if (failure?.code === 'media_refused') {
    const cause = new ToolFailure(`ffmpeg exit ${outcome.exitCode}`, outcome.stderrTail)
    const message = 'The renditions could not be put into one file.'
    throw new DomainError('unavailable', message, { cause, details: { reason: 'download_failed' } })
  }
  if (failure !== undefined) throw failure
  return wholeSize(outputFile)
}

async function wholeSize(path: string): Promise<number> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { hasIndex, isCut } = await readMp4Layout(file, size)
    if (!hasIndex || isCut) throw incompleteOutput()
    return size
  } finally {
    await file.close()
  }
}
