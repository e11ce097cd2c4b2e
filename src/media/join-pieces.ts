import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../core/errors.ts'
import type {
  AudioStep,
  EncodedPackage,
  EncodedRendition,
  EncodePlan,
  VideoStep,
} from '../core/transcoding/encode-plan.ts'
import type { PackageEncryption } from '../core/transcoding/package-encryption.ts'
import type { EncodedPiece, PieceRendition } from '../core/transcoding/piece.ts'
import { assertAligned, describeRendition } from './describe-rendition.ts'
import { formatMediaPlaylist } from './media-playlist.ts'

/**
 * Makes one package of all pieces, in their order: writes the playlists into `outputDirectory` and reads nothing but
 * these descriptions. Throws `media_refused` when the whole is clearly shorter than planned, and
 * `unavailable` (`pieces_differ`) when different encoders made pieces that no player could play one after the other.
 */
export async function joinPieces(
  plan: EncodePlan,
  pieces: readonly EncodedPiece[],
  outputDirectory: string,
  encryption: PackageEncryption | undefined,
): Promise<EncodedPackage> {
  const renditions: EncodedRendition[] = []
  for (const step of [...plan.video, ...plan.audio]) {
    const parts = pieces.flatMap((piece) => piece.renditions.filter(({ name }) => name === step.name))
    renditions.push(await joinRendition(plan, step, parts, outputDirectory, encryption))
  }
  assertAligned(renditions.slice(0, plan.video.length))
  return { renditions }
}

async function joinRendition(
  plan: EncodePlan,
  step: VideoStep | AudioStep,
  parts: readonly PieceRendition[],
  outputDirectory: string,
  encryption: PackageEncryption | undefined,
): Promise<EncodedRendition> {
  const [first] = parts
  if (first === undefined) throw new Error(`no piece has rendition ${step.name}`)
  if (parts.some(({ initDigest }) => initDigest !== first.initDigest)) {
    const message = 'The pieces of the film were made by encoders that differ; all workers need the same ffmpeg.'
    throw new DomainError('unavailable', message, { details: { reason: 'pieces_differ' } })
  }
  const segments = parts.flatMap((part) => part.segments)
  const made = describeRendition(plan, step, {
    codecs: first.codecs,
    initBytes: first.initBytes,
    files: [first.initFile, ...segments.map(({ file }) => file)],
    segments,
  })
  const inFolder = (file: string) => file.slice(step.name.length + 1)
  const text = formatMediaPlaylist(
    {
      initFileName: inFolder(first.initFile),
      segments: segments.map(({ file, durationMs }) => ({ fileName: inFolder(file), durationMs })),
    },
    encryption,
  )
  await mkdir(join(outputDirectory, step.name), { recursive: true })
  await writeFile(join(outputDirectory, made.playlist), text)
  return made
}
