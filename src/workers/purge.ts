import { sourceFolder } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import { isNeeded } from '../core/library/stored-files.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { StagingStore } from '../core/ports/staging-store.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import { dueForPurge, withdrawnPurged } from '../core/transcoding/rendition-removal.ts'
import { isOpen } from '../core/uploads/upload.ts'
import { purgeFolder } from './purge-folder.ts'
import type { JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  clock: Clock
  staging: StagingStore
  blobs: BlobStore
  lifecycle: SourceLifecycle
}>

/**
 * Removes every stored byte of a deleted source. Of its staged file, should it never have been published, only the
 * asset knows: with the asset gone, its newest upload's goes here and those of earlier ones with the next sweep. What
 * other sources need stays until the last of them goes. Of a source that lives, only what was stored of removed renditions.
 */
export function purgeHandler({ work, clock, staging, blobs, lifecycle }: Parts): JobHandler {
  return async (job) => {
    const { assets, sources, uploads } = work.read
    const source = await sources.get(job.sourceId)
    if (source !== undefined) {
      const users = await sources.usersOf(source.id)
      const isFree = (key: string): boolean => key.startsWith(sourceFolder(source.id)) && !isNeeded(key, users)
      // What a copy needs stays noted: when that goes, this source is looked at again.
      const due = dueForPurge(source, clock.now()).filter(({ key }) => isFree(key))
      for (const { key } of due) await (key.endsWith('/') ? blobs.deletePrefix(key) : blobs.delete(key))
      return withdrawnPurged({ work, clock }, job, due)
    }
    if ((await assets.find(job.assetId)) === undefined) {
      const upload = await uploads.newestForAsset(job.assetId)
      if (upload !== undefined && !isOpen(upload.state)) await staging.discard(upload.staging)
    }
    await purgeFolder({ work, blobs }, job)
    await lifecycle.purged(job)
  }
}
