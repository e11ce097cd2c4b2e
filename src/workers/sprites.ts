import { isDomainError } from '../core/errors.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import { planSprites } from '../core/transcoding/sprite-plan.ts'
import { adoptFiles } from './adopt-files.ts'
import { earlierFences, spritesPrefix } from './attempt-keys.ts'
import { deletingOnFailure } from './deleting-on-failure.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  lifecycle: SourceLifecycle
  scratch: ScratchSpace
}>

/** Makes the small pictures for the seek bar, and stores them under a prefix of this attempt's own. */
export function spritesHandler({ work, blobs, media, lifecycle, scratch }: Parts): JobHandler {
  return async (job, { signal, reportProgress }) => {
    const source = await work.read.sources.get(job.sourceId)
    const video = source?.media?.video
    if (source === undefined || video === undefined) return lifecycle.abandoned(job)
    for (const fence of earlierFences(job)) {
      const left = spritesPrefix(job, fence)
      if (left !== source.sprites?.prefix) await blobs.deletePrefix(left)
    }
    const { durationMs } = source.media ?? { durationMs: 0 }
    const { keyframesOnly, ...sheets } = planSprites({ durationMs }, video)
    const film = { video, durationMs, plan: { keyframesOnly, ...sheets } }
    const prefix = spritesPrefix(job)
    const makeAndNote = async (): Promise<boolean> => {
      await scratch.withDirectory(job, async (directory) => {
        const files = await blobs.withLocalFile(source.blobKey, signal, (path) =>
          media.sprites(path, film, { directory, signal }),
        )
        const onStored = (count: number): void => reportProgress(count / files.length)
        await adoptFiles(blobs, files, { directory, prefix, signal, onStored })
      })
      return lifecycle.spritesMade(job, { prefix, ...sheets })
    }
    const isTaken = await deletingOnFailure(blobs, prefix, makeAndNote, isDomainError)
    if (!isTaken) await blobs.deletePrefix(prefix)
  }
}
