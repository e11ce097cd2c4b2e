import { rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { PosterOptions } from '../core/ports/media-tools.ts'
import type { MediaInfo, VideoStream } from '../core/transcoding/media-info.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { encodeFailure } from './encode-failure.ts'
import type { InputFile } from './input-arguments.ts'
import type { MediaLimits } from './media-limits.ts'
import { assertCompleteJpeg } from './output-check.ts'
import { type PosterRequest, type PosterSettings, posterArguments } from './poster-arguments.ts'
import { type ProcessLimits, runProcess } from './process-runner.ts'

export type PosterTools = Readonly<{
  ffmpegPath: string
  settings: PosterSettings
  limits: MediaLimits
  processLimits: ProcessLimits
}>

/**
 * Writes one JPEG: a typical picture near `atMs` that is not black; if there is none, one from the start; if the whole
 * film is black, a black one. An exact one is the picture at `atMs`, or from the start if none can be decoded there. Sound with a cover gives the cover. Throws DomainError('media_refused') with
 * `no_streams` when there is nothing to show and `damaged` when nothing can be decoded; other failures are those of
 * `encodeFailure`.
 */
export async function makePoster(
  tools: PosterTools,
  input: InputFile,
  info: MediaInfo,
  options: PosterOptions,
): Promise<void> {
  const outputFile = resolve(options.outputFile)
  try {
    for (const attempt of attempts(info, { ...options, outputFile })) {
      if (await take(tools, input, attempt, options.signal)) return
    }
    throw mediaRefused('damaged', 'No picture of the file can be decoded.')
  } catch (error) {
    await rm(outputFile, { force: true })
    throw error
  }
}

/** Whether there was a picture to take. Undecodable pictures here may be followed by decodable ones elsewhere. */
async function take(
  tools: PosterTools,
  input: InputFile,
  request: PosterRequest,
  signal: AbortSignal,
): Promise<boolean> {
  await rm(request.outputFile, { force: true })
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: posterArguments(input, request, tools.settings),
    signal,
    timeLimitMs: tools.limits.posterTimeMs,
    onLine: () => true,
    limits: tools.processLimits,
  })
  const failure = encodeFailure(outcome)
  if (failure?.code === 'media_refused') return false
  if (failure !== undefined) throw failure
  if (!(await hasContent(request.outputFile))) return false
  await assertCompleteJpeg(request.outputFile)
  return true
}

/** Where the pictures of a film have no even distance, the last one may be this much before the end. */
const A_LITTLE_MS = 500

function attempts(info: MediaInfo, options: Omit<PosterOptions, 'signal'>): PosterRequest[] {
  const { video } = info
  if (video === undefined) {
    if (info.coverStreamIndex === undefined) throw mediaRefused('no_streams', 'The file has no pictures.')
    const size = { widthPx: options.widthPx, heightPx: 0 }
    const cover = { ...size, streamIndex: info.coverStreamIndex, video: undefined, atMs: 0, choice: 'first' } as const
    return [{ ...cover, outputFile: options.outputFile }]
  }
  // A hair before it, for times are handed over in whole milliseconds and only what comes after is taken.
  const lastMs = Math.max(0, Math.floor(Math.min(info.durationMs, video.endMs) - 1000 / video.frameRate) - 1)
  const atMs = Math.min(options.atMs, lastMs)
  const one = {
    ...posterSize(video, options.widthPx),
    streamIndex: video.streamIndex,
    video,
    outputFile: options.outputFile,
  }
  const earlierMs = options.isExact ? [Math.max(0, atMs - A_LITTLE_MS)] : []
  const times = [...new Set([atMs, ...earlierMs, 0])]
  const choices = options.isExact ? (['first'] as const) : (['not-black', 'typical'] as const)
  return choices.flatMap((choice) => times.map((time) => ({ ...one, atMs: time, choice })))
}

/** So that 1280 × (640 / 1280) is not a hair less than 640. */
const ROUNDING_PX = 1e-6

/** Never larger than the video. */
function posterSize(video: VideoStream, widthPx: number): { widthPx: number; heightPx: number } {
  const scale = Math.min(1, widthPx / video.widthPx)
  const even = (px: number) => Math.max(2, 2 * Math.floor((px * scale + ROUNDING_PX) / 2))
  return { widthPx: even(video.widthPx), heightPx: even(video.heightPx) }
}

async function hasContent(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && found.size > 0
}
