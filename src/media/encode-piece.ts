import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PieceOptions } from '../core/ports/media-tools.ts'
import type { AudioStep, EncodePlan, VideoStep } from '../core/transcoding/encode-plan.ts'
import { frameRateFraction, frameSeconds } from '../core/transcoding/frame-grid.ts'
import type { EncodedPiece, PieceRendition, PieceSegment } from '../core/transcoding/piece.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { codecString } from './codec-string.ts'
import { encryptSegment } from './encrypt-segment.ts'
import type { InputFile } from './input-arguments.ts'
import { completeSegmentSize } from './output-check.ts'
import { type EncodeTools, runHls } from './run-hls.ts'
import { shiftSegment, timescaleOf } from './shift-segment.ts'
import { readWrittenPlaylist, tidyWrittenPlaylist } from './written-playlist.ts'

/** How far durations that are read from a playlist may be from those of whole pictures. */
const ROUNDING_MS = 1
/** How many of its pictures the last piece may lack; more of them may be missing at its beginning. */
const LAST_PICTURES = 1.5

/**
 * Makes one piece of a film (`planOfPiece`): the same command as for the whole, cut by `filmCut`; then every segment is
 * moved to its place in the film and gets its final name, in which `options.attempt` stands. Failures as those of
 * `encodePackage`; a piece of which nothing can be decoded is refused as `damaged`.
 */
export async function encodePiece(
  tools: EncodeTools,
  input: InputFile,
  plan: EncodePlan,
  outputDirectory: string,
  options: PieceOptions,
): Promise<EncodedPiece> {
  const lastsMs = durationOf(plan)
  const encode = async (fillStart: boolean): Promise<void> => {
    for (const { name } of [...plan.video, ...plan.audio]) {
      await rm(join(outputDirectory, name), { recursive: true, force: true })
      await mkdir(join(outputDirectory, name), { recursive: true })
    }
    const settings = { ...tools.settings, fillStart }
    await runHls({ ...tools, settings }, input, plan, outputDirectory, { ...options, lastsMs })
  }
  await encode(false)
  // The ends of pieces are filled in any case, so what is missing is missing at the beginning.
  if (await isShort(plan, outputDirectory, lastsMs)) {
    await encode(true)
    // How long the film really is decides of the last piece, and joining looks at that.
    if (!isLast(plan) && (await isShort(plan, outputDirectory, lastsMs))) {
      throw mediaRefused('damaged', 'A part of the film cannot be decoded.')
    }
  }
  const renditions: PieceRendition[] = []
  for (const step of plan.video) renditions.push(await finishPictures(outputDirectory, plan, step, options))
  for (const step of plan.audio) renditions.push(await finishSound(outputDirectory, step, options))
  options.onProgress(1)
  return { renditions }
}

/** How long the piece is by its plan, milliseconds. */
function durationOf({ piece, video, durationMs }: EncodePlan): number {
  if (piece?.kind !== 'pictures') return durationMs
  const rate = video[0]?.frameRate ?? 0
  const endMs = piece.end === undefined ? durationMs : frameSeconds(piece.end.frame, rate) * 1000
  return endMs - frameSeconds(piece.firstFrame, rate) * 1000
}

function isLast({ piece }: EncodePlan): boolean {
  return piece?.kind === 'pictures' && piece.end === undefined
}

/** The plan's duration is not that exact, so that the last piece may seem to lack a picture at its end. */
async function isShort(plan: EncodePlan, directory: string, lastsMs: number): Promise<boolean> {
  const [largest] = plan.video
  if (largest === undefined) return false
  const { segments } = await readWrittenPlaylist(join(directory, largest.name))
  const madeMs = segments.reduce((sum, { durationMs }) => sum + durationMs, 0)
  return madeMs < lastsMs - (isLast(plan) ? LAST_PICTURES * (1000 / largest.frameRate) : ROUNDING_MS * segments.length)
}

async function finishPictures(
  root: string,
  { piece, segmentDurationMs }: EncodePlan,
  step: VideoStep,
  options: PieceOptions,
): Promise<PieceRendition> {
  if (piece?.kind !== 'pictures') throw new Error('the plan is not of a piece of pictures')
  const { numerator, denominator } = frameRateFraction(step.frameRate)
  return finish(root, step, options, {
    firstSegment: piece.firstSegment,
    segments: piece.end && piece.end.segment - piece.firstSegment,
    ticks: (timescale) => (BigInt(piece.firstFrame) * BigInt(timescale) * BigInt(denominator)) / BigInt(numerator),
    longestMs: segmentDurationMs + (2 * 1000) / step.frameRate,
  })
}

function finishSound(root: string, step: AudioStep, options: PieceOptions): Promise<PieceRendition> {
  return finish(root, step, options, { firstSegment: 0, segments: undefined, ticks: () => 0n, longestMs: undefined })
}

type Place = Readonly<{
  firstSegment: number
  /** How many there have to be; undefined: as many as there are. */
  segments: number | undefined
  /** Where the piece begins, in the track's timescale. */
  ticks: (timescale: number) => bigint
  longestMs: number | undefined
}>

async function finish(
  root: string,
  { name }: VideoStep | AudioStep,
  { attempt, encryption }: PieceOptions,
  place: Place,
): Promise<PieceRendition> {
  const folder = join(root, name)
  const playlist = await tidyWrittenPlaylist(folder)
  assertCut(name, playlist.segments, place)
  const number = (segment: number) => String(place.firstSegment + segment + 1).padStart(5, '0')
  const initFile = `init-${number(0)}-${attempt}.mp4`
  await completeSegmentSize(join(folder, playlist.initFileName))
  await rename(join(folder, playlist.initFileName), join(folder, initFile))
  const init = await readFile(join(folder, initFile))
  const ticks = place.ticks(timescaleOf(init))
  const segments: PieceSegment[] = []
  for (const [i, { fileName, durationMs }] of playlist.segments.entries()) {
    const path = join(folder, `seg-${number(i)}-${attempt}.m4s`)
    await completeSegmentSize(join(folder, fileName))
    const bytes = await readFile(join(folder, fileName))
    const position = place.firstSegment + i
    shiftSegment(bytes, { ticks, sequenceNumber: position + 1 })
    await rm(join(folder, fileName))
    await writeFile(path, bytes)
    const sealed = encryption && (await encryptSegment(path, position, encryption))
    const file = `${name}/seg-${number(i)}-${attempt}.m4s`
    segments.push({ file, durationMs, sizeBytes: sealed ?? bytes.length })
  }
  return {
    name,
    codecs: codecString(init),
    initFile: `${name}/${initFile}`,
    initBytes: init.length,
    initDigest: createHash('sha256').update(init).digest('hex'),
    segments,
  }
}

/** A piece that is cut elsewhere than planned would not fit between its neighbours. */
function assertCut(name: string, segments: readonly { durationMs: number }[], place: Place): void {
  const { segments: wanted, longestMs } = place
  if (wanted !== undefined && segments.length !== wanted) {
    throw new Error(`rendition ${name} has ${segments.length} segments in a piece of ${wanted}`)
  }
  if (longestMs !== undefined && segments.some(({ durationMs }) => durationMs > longestMs)) {
    throw new Error(`rendition ${name} has a segment that is longer than the grid's step`)
  }
}
