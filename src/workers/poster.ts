import { join } from 'node:path'
import { isDomainError } from '../core/errors.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import { posterTimeMs } from '../core/transcoding/poster-time.ts'
import { earlierFences, posterKey } from './attempt-keys.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  lifecycle: SourceLifecycle
  scratch: ScratchSpace
}>

const WIDTH_PX = 1280

/** Takes the picture that stands for a source, and stores it under a key of its own. */
export function posterHandler({ work, blobs, media, lifecycle, scratch }: Parts): JobHandler {
  return async (job, { signal }) => {
    const source = await work.read.sources.get(job.sourceId)
    if (source === undefined) return lifecycle.abandoned(job)
    const { media: info, blobKey } = source
    if (info === undefined) throw new Error(`source ${source.id} was never probed`)
    for (const fence of earlierFences(job)) {
      const key = posterKey(job, fence)
      if (key !== source.posterKey) await blobs.delete(key)
    }
    const key = posterKey(job)
    await scratch.withDirectory(job, async (directory) => {
      const outputFile = join(directory, 'poster.jpg')
      const options = { atMs: posterTimeMs(info), widthPx: WIDTH_PX, outputFile, signal }
      await blobs.withLocalFile(blobKey, signal, (path) => media.poster(path, options))
      await blobs.adoptFile(key, outputFile, { signal })
    })
    try {
      if (!(await lifecycle.posterMade(job, key))) await blobs.delete(key)
    } catch (error) {
      // Any other error may have come after the commit; then the key is the source's.
      if (isDomainError(error)) await blobs.delete(key)
      throw error
    }
  }
}
