import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EncodeOptions } from '../core/ports/media-tools.ts'
import type {
  AudioStep,
  EncodedPackage,
  EncodedRendition,
  EncodePlan,
  VideoStep,
} from '../core/transcoding/encode-plan.ts'
import type { PackageEncryption } from '../core/transcoding/package-encryption.ts'
import { codecString } from './codec-string.ts'
import { assertAligned, describeRendition } from './describe-rendition.ts'
import { encryptSegment } from './encrypt-segment.ts'
import { PLAYLIST_NAME } from './hls-arguments.ts'
import type { InputFile } from './input-arguments.ts'
import { formatMediaPlaylist } from './media-playlist.ts'
import { completeSegmentSize } from './output-check.ts'
import { type EncodeTools, runHls } from './run-hls.ts'
import { tidyWrittenPlaylist } from './written-playlist.ts'

/**
 * Runs the one command of `hlsArguments` and measures what came out. Failures are those of `encodeFailure`, and a source
 * of which clearly less could be decoded than planned is refused as `damaged`. What was written stays where it is.
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
  await runHls(tools, input, plan, outputDirectory, { ...options, lastsMs: plan.durationMs })
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
  const playlist = await tidyWrittenPlaylist(folder)
  await completeSegmentSize(join(folder, playlist.initFileName))
  const init = await readFile(join(folder, playlist.initFileName))
  const segments: { durationMs: number; sizeBytes: number }[] = []
  for (const [i, { fileName, durationMs }] of playlist.segments.entries()) {
    const clearBytes = await completeSegmentSize(join(folder, fileName))
    const sealed = encryption && (await encryptSegment(join(folder, fileName), i, encryption))
    segments.push({ durationMs, sizeBytes: sealed ?? clearBytes })
  }
  await writeFile(join(folder, PLAYLIST_NAME), formatMediaPlaylist(playlist, encryption))
  const files = [playlist.initFileName, ...playlist.segments.map(({ fileName }) => fileName)]
  return describeRendition(plan, step, {
    codecs: codecString(init),
    initBytes: init.length,
    files: files.map((file) => `${name}/${file}`),
    segments,
  })
}
