import { isDomainError } from '../core/errors.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { SplitLifecycle } from '../core/library/split-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { EncodedPiece } from '../core/transcoding/piece.ts'
import { planOfPiece } from '../core/transcoding/piece.ts'
import { adoptFiles } from './adopt-files.ts'
import { drawingOf } from './drawing.ts'
import { packageEncryption } from './package-keys.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  lifecycle: SourceLifecycle
  splits: SplitLifecycle
  scratch: ScratchSpace
}>

/** The share of the work that is done once everything is encoded and only has to be stored. */
const ENCODED = 0.97

/**
 * Encodes one piece of a film. Its segments go straight into the film's package, under names that no other attempt uses;
 * no playlist names them before all pieces are there.
 */
export function pieceHandler({ work, blobs, media, lifecycle, splits, scratch }: Parts): JobHandler<'piece'> {
  return async (job, { signal, reportProgress }) => {
    const source = await work.read.sources.get(job.sourceId)
    const split = source && (await work.read.splits.get(source.id))
    if (source === undefined || split === undefined) return lifecycle.abandoned(job)
    const position = job.piece ?? -1
    const piece = split.pieces[position]
    if (piece === undefined) throw new Error(`the film of job ${job.id} has no such piece`)
    const encryption = await packageEncryption(work, source)
    const prefix = split.packagePrefix
    const remove = async (encoded: EncodedPiece): Promise<void> => {
      for (const file of filesOf(encoded)) await blobs.delete(`${prefix}${file}`)
    }
    const encoded = await scratch.withDirectory(job, async (directory) => {
      const onProgress = (fraction: number): void => reportProgress(fraction * ENCODED)
      const options = { signal, onProgress, encryption, attempt: String(job.fence) }
      const made = await blobs.withLocalFile(source.blobKey, signal, async (path) => {
        const { drawing } = await drawingOf(source, { work, media }, { path, directory, signal })
        return media.encodePiece(path, planOfPiece(split.plan, piece), directory, { ...options, drawing })
      })
      const files = filesOf(made)
      const onStored = (count: number): void => reportProgress(ENCODED + (1 - ENCODED) * (count / files.length))
      await adoptFiles(blobs, files, { directory, prefix, signal, onStored }).catch(async (error: unknown) => {
        await remove(made)
        throw error
      })
      return made
    })
    const isTaken = await splits.made(job, position, encoded).catch(async (error: unknown) => {
      // Any other error may have come after the commit; then the files are the package's.
      if (isDomainError(error)) await remove(encoded)
      throw error
    })
    if (!isTaken) await remove(encoded)
  }
}

function filesOf({ renditions }: EncodedPiece): string[] {
  return renditions.flatMap(({ initFile, segments }) => [initFile, ...segments.map(({ file }) => file)])
}
