import type { SourceJobKind } from '../../src/core/jobs/job.ts'
import { CopyLifecycle } from '../../src/core/library/copy-lifecycle.ts'
import type { MediaTools } from '../../src/core/ports/media-tools.ts'
import { downloadsHandler } from '../../src/workers/downloads.ts'
import { encodeHandler } from '../../src/workers/encode.ts'
import { ingestHandler } from '../../src/workers/ingest.ts'
import { posterHandler } from '../../src/workers/poster.ts'
import { purgeHandler } from '../../src/workers/purge.ts'
import { ScratchSpace } from '../../src/workers/scratch-space.ts'
import { spritesHandler } from '../../src/workers/sprites.ts'
import { fakeMediaTools } from './fake-media-tools.ts'
import { LEASE_MS, type Processing } from './processing.ts'

/** Does whatever waits to be done now, one job after the other; what a job throws is its failure for good. */
export async function workThrough(
  processing: Processing,
  { media = {}, blobs = processing.blobs }: { media?: Partial<MediaTools>; blobs?: Processing['blobs'] } = {},
): Promise<void> {
  const scratch = new ScratchSpace({ directory: processing.scratchDirectory, work: processing.work })
  const parts = { ...processing, blobs, scratch, media: fakeMediaTools(media) }
  const handlers = {
    ingest: ingestHandler(parts),
    encode: encodeHandler(parts),
    poster: posterHandler(parts),
    sprites: spritesHandler(parts),
    downloads: downloadsHandler(parts),
    purge: purgeHandler(parts),
  }
  const copies = new CopyLifecycle(processing)
  const kinds = [...(Object.keys(handlers) as (keyof typeof handlers & SourceJobKind)[]), 'copy'] as const
  for (;;) {
    const job = await processing.queue.claim({ kinds, workerId: 'here', leaseMs: LEASE_MS })
    if (job === undefined) return
    if (job.kind === 'copy') {
      await copies.attempt(job)
      continue
    }
    const attempt = { signal: new AbortController().signal, reportProgress: () => undefined }
    await handlers[job.kind as keyof typeof handlers](job, attempt).catch((error: Error) =>
      processing.lifecycle.failed(job, { code: 'failed', reason: 'failed', message: error.message }),
    )
  }
}
