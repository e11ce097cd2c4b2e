import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import { embeddedSubtitles } from '../core/transcoding/embedded-subtitles.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  lifecycle: SourceLifecycle
  scratch: ScratchSpace
}>

/** Makes the texts that came inside a file subtitles of its asset. */
export function subtitlesHandler({ work, blobs, media, lifecycle, scratch }: Parts): JobHandler {
  return async (job, { signal }) => {
    const source = await work.read.sources.get(job.sourceId)
    if (source === undefined) return lifecycle.abandoned(job)
    const streams = source.media?.texts ?? []
    const texts = await scratch.withDirectory(job, (directory) =>
      blobs.withLocalFile(source.blobKey, signal, (path) => media.texts(path, streams, { directory, signal })),
    )
    await lifecycle.textsFound(
      job,
      embeddedSubtitles(streams, ({ streamIndex }) => texts.get(streamIndex)),
    )
  }
}
