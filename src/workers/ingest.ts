import { DomainError } from '../core/errors.ts'
import { sourceFolder } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { StagingStore } from '../core/ports/staging-store.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import type { JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  staging: StagingStore
  blobs: BlobStore
  media: MediaTools
  lifecycle: SourceLifecycle
}>

/**
 * Publishes the staged file as the source's original and finds out what it is. Publishing is idempotent, so that an
 * attempt that died anywhere is simply repeated. What is refused stays stored, for its owner to look at, until the
 * asset is deleted.
 */
export function ingestHandler({ work, staging, blobs, media, lifecycle }: Parts): JobHandler {
  return async (job, { signal }) => {
    const { sources, uploads } = work.read
    const source = await sources.get(job.sourceId)
    if (source === undefined) return lifecycle.abandoned(job)
    const upload = await uploads.get(source.uploadId)
    if (upload === undefined) throw new DomainError('not_found', 'The uploaded file is gone.')
    const { blobKey, sizeBytes } = source
    try {
      await staging.publish(upload.staging, blobKey, { sizeBytes, receipts: await uploads.receipts(upload.id) })
      signal.throwIfAborted()
      if (sizeBytes === 0) throw mediaRefused('empty_file', 'The file is empty.')
      const info = await blobs.withLocalFile(blobKey, signal, (path) => media.probe(path, { signal }))
      await lifecycle.probed(job, info)
    } finally {
      // The asset may have been deleted, and all its files purged, just before the original was put there.
      if ((await sources.get(job.sourceId)) === undefined) await blobs.deletePrefix(sourceFolder(job.sourceId))
    }
  }
}
