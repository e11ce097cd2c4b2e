import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../core/errors.ts'
import { ToolFailure } from '../core/ports/media-tools.ts'
import type { Drawing } from '../core/transcoding/drawing.ts'
import type { VideoStep } from '../core/transcoding/encode-plan.ts'
import {
  DRAWN_FOLDER,
  FONT_FILE,
  FONT_FOLDER,
  markArguments,
  PICTURE_FILE,
  SUBTITLE_FILE,
  TEXT_FILE,
} from './drawing-filters.ts'
import { encodeFailure } from './encode-failure.ts'
import { runProcess } from './process-runner.ts'
import type { EncodeTools } from './run-hls.ts'

/** Whether this ffmpeg can draw; as `resolveFfmpeg` found out. */
export type DrawingAbilities = Readonly<{ canDrawText: boolean; canDrawSubtitles: boolean }>

/**
 * Puts what `drawOn` names into the encoder's working directory. Throws DomainError('unavailable', no_text_filter) where
 * this ffmpeg cannot draw letters, and state_conflict (watermark_unreadable) for a picture that cannot be decoded.
 */
export async function prepareDrawing(
  tools: EncodeTools,
  { watermark, subtitles }: Drawing,
  size: Pick<VideoStep, 'widthPx' | 'heightPx'>,
  options: Readonly<{ directory: string; signal: AbortSignal }>,
): Promise<void> {
  const { directory, signal } = options
  const at = (file: string): string => join(directory, file)
  await removeDrawing(directory)
  await mkdir(at(FONT_FOLDER), { recursive: true })
  if (watermark?.kind === 'text' || subtitles !== undefined) await symlink(tools.font.file, at(FONT_FILE))
  if (subtitles !== undefined) {
    if (!tools.abilities.canDrawSubtitles) throw cannotDraw('subtitles')
    await writeFile(at(SUBTITLE_FILE), subtitles)
  }
  if (watermark?.kind === 'text') {
    if (!tools.abilities.canDrawText) throw cannotDraw('drawtext')
    await writeFile(at(TEXT_FILE), watermark.text)
  }
  if (watermark?.kind !== 'image') return
  await writeFile(at(PICTURE_FILE), watermark.bytes)
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: markArguments(watermark, size, tools.settings.maxPixels),
    workingDirectory: directory,
    signal,
    timeLimitMs: tools.limits.posterTimeMs,
    onLine: () => true,
    limits: tools.processLimits,
  })
  const failure = encodeFailure(outcome)
  if (failure === undefined) return
  if (failure.code !== 'media_refused') throw failure
  throw new DomainError('state_conflict', "The workflow's watermark picture cannot be read.", {
    cause: new ToolFailure(`ffmpeg exit ${outcome.exitCode}`, outcome.stderrTail),
    details: { reason: 'watermark_unreadable' },
  })
}

export async function removeDrawing(directory: string): Promise<void> {
  await rm(join(directory, DRAWN_FOLDER), { recursive: true, force: true })
}

function cannotDraw(filter: string): DomainError {
  const message = `The workflow draws letters, and this server's ffmpeg cannot: it lacks the filter ${filter}.`
  return new DomainError('unavailable', message, { details: { reason: 'no_text_filter' } })
}
