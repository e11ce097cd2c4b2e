import { DomainError } from '../errors.ts'
import { type AssetId, type ProjectId, parseId } from '../ids.ts'
import { withoutTaking } from '../library/poster-lifecycle.ts'
import type { Clock } from '../ports/clock.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { CANCELLED, ESSENTIAL_KINDS, type Job, type JobKind } from './job.ts'
import { cancelPieces } from './pieces-of-film.ts'

type Parts = Readonly<{
  work: UnitOfWork
  clock: Clock
  /** Tells waiting workers that there is something to do. */
  wakeWorkers: () => Promise<void>
}>

/** A pull is its upload's and goes with it; what was deleted is removed, whatever anybody says. */
const UNTOUCHABLE: Partial<Record<JobKind, string>> = {
  pull: 'A pull ends with its upload; delete that.',
  purge: 'What was deleted is removed; that cannot be stopped.',
}

/**
 * What people do with jobs: look at them, stop them, let them run once more. Everything throws not_found for unknown
 * ids and for those of other projects.
 */
export class JobService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** All work about the asset, in the order in which it came up. */
  async listForAsset(projectId: ProjectId, assetId: string): Promise<readonly Job<JobKind>[]> {
    const { read } = this.#parts.work
    const id = parseId('asset', assetId)
    const asset = id && (await read.assets.get(projectId, id))
    if (!asset) throw new DomainError('not_found', 'No such asset.')
    return read.jobs.listForAsset(asset.id)
  }

  async get(projectId: ProjectId, jobId: string): Promise<Job<JobKind>> {
    const id = parseId('job', jobId)
    return owned(id && (await this.#parts.work.read.jobs.get(id)), projectId)
  }

  /**
   * Stops a job that waits or runs: its worker learns of it with its next heartbeat and drops what it made. A source
   * that needed it has failed as `cancelled`, until the job is retried. A film that is encoded in pieces stops with any of
   * them, and goes on with any of them. Cancelling twice changes nothing. Throws
   * state_conflict for a job that has ended otherwise and for one that cannot be stopped.
   */
  async cancel(projectId: ProjectId, jobId: string): Promise<Job<JobKind>> {
    const nowMs = this.#parts.clock.now()
    return this.#change(projectId, jobId, async (tx, job) => {
      const objection = UNTOUCHABLE[job.kind]
      if (objection !== undefined) throw new DomainError('state_conflict', objection)
      if (job.state === 'cancelled') return
      if (!(await tx.jobs.cancel(job.id, CANCELLED, nowMs))) {
        throw new DomainError('state_conflict', 'The job has ended; there is nothing to stop.')
      }
      if (job.kind === 'encode' || job.kind === 'piece') {
        const split = await tx.splits.get(job.sourceId)
        if (split !== undefined) await tx.jobs.cancel(split.encodeJobId, CANCELLED, nowMs)
        await cancelPieces(tx, job.sourceId, nowMs)
      }
      const source = 'sourceId' in job ? await tx.sources.get(job.sourceId) : undefined
      if (source !== undefined && job.kind === 'poster') await tx.sources.update(source.id, withoutTaking(source))
      if (source === undefined || source.readyAtMs !== undefined || !ESSENTIAL_KINDS.includes(job.kind)) return
      await tx.sources.update(source.id, { failure: CANCELLED })
      const { assetId, id: sourceId } = source
      await tx.outbox.append(projectId, { type: 'asset.failed', assetId, sourceId, reason: CANCELLED.reason }, nowMs)
    })
  }

  /**
   * Lets a job that failed or was cancelled run once more, with all its attempts, and one that waits for its next
   * attempt at once. What other jobs have made stays as it is; the source is being processed again. Throws
   * state_conflict for a job that runs, is done, or cannot be run again.
   */
  async retry(projectId: ProjectId, jobId: string): Promise<Job<JobKind>> {
    const job = await this.#change(projectId, jobId, async (tx, found) => {
      if ((await this.#requeue(tx, found)) || found.state === 'queued') return
      throw new DomainError(
        'state_conflict',
        `The job is ${found.state}; only what failed or was cancelled is retried.`,
      )
    })
    await this.#parts.wakeWorkers()
    return job
  }

  /**
   * As `retry`, for everything of the asset's newest source that failed or was cancelled. Returns all jobs of the
   * asset. Throws state_conflict when nothing of it did.
   */
  async retryAsset(projectId: ProjectId, assetId: string): Promise<readonly Job<JobKind>[]> {
    const jobs = await this.listForAsset(projectId, assetId)
    const [source] = await this.#parts.work.read.sources.listForAsset(assetId as AssetId)
    const ended = jobs.filter(
      (job) =>
        'sourceId' in job && job.sourceId === source?.id && (job.state === 'failed' || job.state === 'cancelled'),
    )
    if (ended.length === 0) throw new DomainError('state_conflict', 'No work for this asset has failed.')
    for (const job of ended) {
      await this.#change(projectId, job.id, async (tx, found) => {
        await this.#requeue(tx, found)
      })
    }
    await this.#parts.wakeWorkers()
    return this.listForAsset(projectId, assetId)
  }

  /** @returns whether the job was in a state to be put back into the queue */
  async #requeue(tx: Repositories, job: Job<JobKind>): Promise<boolean> {
    if (job.kind === 'pull') throw new DomainError('state_conflict', 'The upload has ended; pull into a new one.')
    const nowMs = this.#parts.clock.now()
    const isQueued = await tx.jobs.requeue(job.id, nowMs)
    if (job.kind === 'copy') return isQueued
    const split = isQueued && job.kind === 'piece' ? await tx.splits.get(job.sourceId) : undefined
    if (split !== undefined) await tx.jobs.requeue(split.encodeJobId, nowMs)
    if (isQueued && ESSENTIAL_KINDS.includes(job.kind)) await tx.sources.update(job.sourceId, { failure: undefined })
    return isQueued
  }

  /** The asset's lock comes first, as in every transaction about an asset. */
  async #change(
    projectId: ProjectId,
    jobId: string,
    change: (tx: Repositories, job: Job<JobKind>) => Promise<void>,
  ): Promise<Job<JobKind>> {
    const { id, assetId } = await this.get(projectId, jobId)
    return this.#parts.work.transaction(async (tx) => {
      await tx.assets.lock(assetId)
      await change(tx, owned(await tx.jobs.get(id), projectId))
      return owned(await tx.jobs.get(id), projectId)
    })
  }
}

function owned(job: Job<JobKind> | undefined, projectId: ProjectId): Job<JobKind> {
  if (job === undefined || job.projectId !== projectId) throw new DomainError('not_found', 'No such job.')
  return job
}
