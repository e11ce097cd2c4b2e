import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ClaimedJob, JobLane } from '../core/jobs/job.ts'
import { CopyLifecycle } from '../core/library/copy-lifecycle.ts'
import { PosterLifecycle } from '../core/library/poster-lifecycle.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import { SplitLifecycle } from '../core/library/split-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { JobQueue } from '../core/ports/job-queue.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { Random } from '../core/ports/random.ts'
import type { StagingStore } from '../core/ports/staging-store.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { PullService } from '../core/uploads/pull-service.ts'
import { downloadsHandler } from './downloads.ts'
import { encodeHandler } from './encode.ts'
import { filmHandler, type Splitting } from './encode-film.ts'
import { pieceHandler } from './encode-piece.ts'
import { ingestHandler } from './ingest.ts'
import { posterHandler } from './poster.ts'
import { pullHandler } from './pull.ts'
import { purgeHandler } from './purge.ts'
import { ScratchSpace } from './scratch-space.ts'
import { spritesHandler } from './sprites.ts'
import { subtitlesHandler } from './subtitles.ts'
import type { WorkerLog } from './worker-log.ts'
import { type JobFailures, WorkerPool, type WorkerPoolParts } from './worker-pool.ts'

/** One encode at a time uses all the processors it is given; pulls mostly wait for others; the rest is short. */
const DEFAULT_LIMITS: Readonly<Record<JobLane, number>> = {
  ingest: 2,
  encode: 1,
  poster: 1,
  sprites: 1,
  subtitles: 1,
  downloads: 1,
  purge: 1,
  pull: 4,
  copy: 1,
}

export type WorkersParts = Readonly<{
  queue: JobQueue
  lifecycle: SourceLifecycle
  pulls: PullService
  work: UnitOfWork
  staging: StagingStore
  blobs: BlobStore
  media: MediaTools
  clock: Clock
  random: Random
  logger: WorkerLog
  /** Of this machine; on the file system of a disk store, so that finished files need not be copied. */
  scratchDirectory: string
  limits?: Partial<Record<JobLane, number>>
  /** No film is, unless given. */
  splitting?: Splitting
}> &
  Pick<WorkerPoolParts, 'lease' | 'pollMs' | 'drainMs' | 'perProject'>

export type Workers = Readonly<{
  /** Sweeps what dead workers left on this machine, then begins to claim jobs. */
  start(): Promise<void>
  /** See WorkerPool.stop. */
  stop(): Promise<void>
}>

/** The workers of this process, with a handler for each kind of job. */
export function createWorkers(parts: WorkersParts): Workers {
  const { work, clock, logger, splitting = { fromMs: undefined } } = parts
  const splits = new SplitLifecycle({ work, clock })
  const posters = new PosterLifecycle({ work, clock })
  const copies = new CopyLifecycle(parts)
  const scratch = new ScratchSpace({ directory: parts.scratchDirectory, work })
  const handlers = {
    ingest: ingestHandler(parts),
    encode: filmHandler({ ...parts, scratch, splits, splitting, whole: encodeHandler({ ...parts, scratch }) }),
    piece: pieceHandler({ ...parts, scratch, splits }),
    poster: posterHandler({ ...parts, scratch }),
    downloads: downloadsHandler({ ...parts, scratch }),
    sprites: spritesHandler({ ...parts, scratch }),
    subtitles: subtitlesHandler({ ...parts, scratch }),
    purge: purgeHandler(parts),
    pull: pullHandler(parts),
    copy: (job: ClaimedJob<'copy'>) => copies.attempt(job),
  }
  const workerId = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`
  const lifecycle: JobFailures = {
    failed: (job, error) => {
      if (job.kind === 'pull') return parts.pulls.failed(job, error)
      if (job.kind === 'copy') return copies.failed(job, error)
      if (job.kind === 'poster') return posters.failed(job, error)
      return job.kind === 'piece' ? splits.failed(job, error) : parts.lifecycle.failed(job, error)
    },
  }
  const pool = new WorkerPool({
    ...parts,
    lifecycle,
    handlers,
    workerId,
    limits: { ...DEFAULT_LIMITS, ...parts.limits },
  })
  const start = async (): Promise<void> => {
    const removed = await scratch.sweep()
    if (removed > 0) logger.info({ removed }, 'removed what dead workers left')
    pool.start()
  }
  return { start, stop: () => pool.stop() }
}
