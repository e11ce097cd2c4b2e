import { join } from 'node:path'
import { isDomainError } from '../core/errors.ts'
import { awaitedMoment, PosterLifecycle } from '../core/library/poster-lifecycle.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { Clock } from '../core/ports/clock.ts'
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
  clock: Clock
  scratch: ScratchSpace
}>

const WIDTH_PX = 1280

/**
 * Takes the picture that stands for a source, and stores it under a key of its own: of the moment that somebody wants,
 * else a typical one.
 */
export function posterHandler({ work, blobs, media, lifecycle, clock, scratch }: Parts): JobHandler {
  const posters = new PosterLifecycle({ work, clock })
  return async (job, { signal }) => {
    const source = await work.read.sources.get(job.sourceId)
    if (source === undefined) return lifecycle.abandoned(job)
    const { media: info, blobKey } = source
    if (info === undefined) throw new Error(`source ${source.id} was never probed`)
    for (const fence of earlierFences(job)) {
      const key = posterKey(job, fence)
      if (key !== source.posterKey) await blobs.delete(key)
    }
    const wantedMs = awaitedMoment(source)
    // Somebody chose one meanwhile, or it was copied with the file.
    if (wantedMs === undefined && source.posterKey !== undefined) return lifecycle.abandoned(job)
    const key = posterKey(job)
    await scratch.withDirectory(job, async (directory) => {
      const outputFile = join(directory, 'poster.jpg')
      const moment = { atMs: wantedMs ?? posterTimeMs(info), isExact: wantedMs !== undefined }
      const options = { ...moment, widthPx: WIDTH_PX, outputFile, signal }
      await blobs.withLocalFile(blobKey, signal, (path) => media.poster(path, options))
      await blobs.adoptFile(key, outputFile, { signal })
    })
    try {
      const unused = await posters.made(job, key, wantedMs)
      if (unused !== undefined) await blobs.delete(unused)
    } catch (error) {
      // Any other error may have come after the commit; then the key is the source's.
      if (isDomainError(error)) await blobs.delete(key)
      throw error
    }
  }
}
