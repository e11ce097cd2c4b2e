import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EncodeOptions } from '../core/ports/media-tools.ts'
import type {
  AudioStep,
  AudioTrack,
  EncodedPackage,
  EncodedRendition,
  EncodePlan,
  VideoStep,
} from '../core/transcoding/encode-plan.ts'
import type { PackageEncryption } from '../core/transcoding/package-encryption.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { measureBandwidth } from './bandwidth.ts'
import { codecString } from './codec-string.ts'
import { encodeFailure } from './encode-failure.ts'
import { EncodeProgress } from './encode-progress.ts'
import { encryptSegment } from './encrypt-segment.ts'
import { type HlsSettings, hlsArguments, INIT_NAME, PLAYLIST_NAME } from './hls-arguments.ts'
import type { InputFile } from './input-arguments.ts'
import type { MediaLimits } from './media-limits.ts'
import { formatMediaPlaylist, isWholePlaylist, type MediaPlaylist, parseMediaPlaylist } from './media-playlist.ts'
import { completeSegmentSize, incompleteOutput } from './output-check.ts'
import { type ProcessLimits, runProcess } from './process-runner.ts'
import { shortfallToleranceMs } from './shortfall.ts'

export type EncodeTools = Readonly<{
  ffmpegPath: string
  settings: HlsSettings
  limits: MediaLimits
  processLimits: ProcessLimits
}>

/**
 * Runs the one command of `hlsArguments` and measures what came out. Failures are those of `encodeFailure`; a source
 * of which clearly less could be decoded than planned (see `shortfallToleranceMs`) is refused as `damaged`, so that
 * nobody publishes half a film unawares. What was written stays where it is.
 */
export async function encodePackage(
  tools: EncodeTools,
  input: InputFile,
  plan: EncodePlan,
  outputDirectory: string,
  options: EncodeOptions,
): Promise<EncodedPackage> {
  const steps = [...plan.video, ...plan.audio]
  for (const { name } of steps) await mkdir(join(outputDirectory, name), { recursive: true })

  const progress = new EncodeProgress()
  const outcome = await runProcess({
    command: tools.ffmpegPath,
    args: hlsArguments(input, plan, tools.settings),
    workingDirectory: outputDirectory,
    signal: options.signal,
    timeLimitMs: tools.limits.encodeTimeBaseMs + plan.durationMs * tools.limits.encodeTimePerDuration,
    stallLimitMs: tools.limits.encodeStallMs,
    onLine: (line) => {
      const gotFurther = progress.add(line)
      if (gotFurther) options.onProgress(Math.min(1, progress.outTimeMs / plan.durationMs))
      return gotFurther
    },
    limits: tools.processLimits,
  })
  const failure = encodeFailure(outcome)
  if (failure !== undefined) throw failure

  const renditions: EncodedRendition[] = []
  for (const step of steps) renditions.push(await finishRendition(outputDirectory, plan, step, options.encryption))
  assertAligned(renditions.slice(0, plan.video.length))
  options.onProgress(1)
  return { renditions }
}

async function finishRendition(
  root: string,
  plan: EncodePlan,
  step: VideoStep | AudioStep,
  encryption: PackageEncryption | undefined,
): Promise<EncodedRendition> {
  const { name } = step
  const folder = join(root, name)
  const playlist = await readWrittenPlaylist(folder)
  const durationMs = Math.round(playlist.segments.reduce((sum, segment) => sum + segment.durationMs, 0))
  if (durationMs < plan.durationMs - shortfallToleranceMs(plan.durationMs)) {
    const found = (durationMs / 1000).toFixed(1)
    throw mediaRefused('damaged', `Only ${found} of ${(plan.durationMs / 1000).toFixed(1)} seconds could be decoded.`)
  }
  await completeSegmentSize(join(folder, playlist.initFileName))
  const init = await readFile(join(folder, playlist.initFileName))
  const sizes: number[] = []
  for (const [i, { fileName }] of playlist.segments.entries()) {
    const clearBytes = await completeSegmentSize(join(folder, fileName))
    const sealed = encryption && (await encryptSegment(join(folder, fileName), i, encryption))
    sizes.push(sealed ?? clearBytes)
  }
  await writeFile(join(folder, PLAYLIST_NAME), formatMediaPlaylist(playlist, encryption))
  const bandwidth = measureBandwidth(
    playlist.segments.map((segment, i) => ({ durationMs: segment.durationMs, sizeBytes: sizes[i] ?? 0 })),
  )
  const picture = 'widthPx' in step ? step : undefined
  return {
    name,
    track: picture !== undefined || plan.video.length === 0 ? undefined : trackOf(step as AudioStep, plan),
    playlist: `${name}/${PLAYLIST_NAME}`,
    files: [playlist.initFileName, ...playlist.segments.map((segment) => segment.fileName)].map(
      (file) => `${name}/${file}`,
    ),
    widthPx: picture?.widthPx,
    heightPx: picture?.heightPx,
    frameRate: picture?.frameRate,
    codecs: codecString(init),
    bandwidth: bandwidth.peak,
    averageBandwidth: bandwidth.average,
    durationMs,
    sizeBytes: init.length + sizes.reduce((sum, size) => sum + size, 0),
  }
}

/** Viewers choose by the label, so no two are the same. */
function trackOf(step: AudioStep, { audio }: EncodePlan): AudioTrack {
  const { language, isDefault, channels } = step
  const isAlone = audio.filter((other) => other.language === language).length === 1
  const label = isAlone && language !== undefined ? language : `${language ?? 'Track'} ${audio.indexOf(step) + 1}`
  return { language, isDefault, channels, label }
}

/** ffmpeg numbers the init segments of several renditions; in a folder of its own each gets the plain name. */
async function readWrittenPlaylist(folder: string): Promise<MediaPlaylist> {
  const path = join(folder, PLAYLIST_NAME)
  const text = await readPlaylist(path)
  if (!isWholePlaylist(text)) throw incompleteOutput()
  const written = parseMediaPlaylist(text)
  if (written.initFileName !== INIT_NAME) await rename(join(folder, written.initFileName), join(folder, INIT_NAME))
  return { ...written, initFileName: INIT_NAME }
}

async function readPlaylist(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw mediaRefused('damaged', 'Nothing of the file could be decoded.', { cause: error })
  }
}

/** All picture sizes come from the same pictures; were they cut apart, a player could not switch between them. */
function assertAligned(renditions: readonly EncodedRendition[]): void {
  const [first, ...others] = renditions
  for (const other of others) {
    if (other.files.length !== first?.files.length || other.durationMs !== first.durationMs) {
      throw new Error(`renditions ${first?.name} and ${other.name} are not cut at the same places`)
    }
  }
}
