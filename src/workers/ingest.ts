import { buffer } from 'node:stream/consumers'
import { DomainError, isDomainError } from '../core/errors.ts'
import type { Source } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { StagingStore } from '../core/ports/staging-store.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { MediaInfo } from '../core/transcoding/media-info.ts'
import { plainFileInfo } from '../core/transcoding/plain-file.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { HEAD_BYTES } from '../core/uploads/content-type.ts'
import { purgeFolder } from './purge-folder.ts'
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
      const info = await lookAt(source, signal).catch((error: unknown) => {
        const { anyFile = false, passthrough } = upload.target
        if (anyFile && passthrough && isDomainError(error, 'media_refused')) return plainInfo(source, signal)
        throw error
      })
      await lifecycle.probed(job, info)
    } finally {
      // The asset may have been deleted, and all its files purged, just before the original was put there.
      if ((await sources.get(job.sourceId)) === undefined) await purgeFolder({ work, blobs }, job)
    }
  }
  async function lookAt({ blobKey, sizeBytes }: Source, signal: AbortSignal): Promise<MediaInfo> {
    if (sizeBytes === 0) throw mediaRefused('empty_file', 'The file is empty.')
    return blobs.withLocalFile(blobKey, signal, (path) => media.probe(path, { signal }))
  }

  async function plainInfo({ blobKey, sizeBytes }: Source, signal: AbortSignal): Promise<MediaInfo> {
    if (sizeBytes === 0) return plainFileInfo(new Uint8Array(), 0)
    const range = { start: 0, end: Math.min(HEAD_BYTES, sizeBytes) }
    const { body } = await blobs.open(blobKey, { range, signal })
    return plainFileInfo(await buffer(body), sizeBytes)
  }
}
