import { isDomainError } from '../core/errors.ts'
import {
  type ClaimedJob,
  JOB_KINDS,
  type JobError,
  type JobKind,
  type JobLane,
  laneOf,
  retryDelayMs,
  type SourceJobKind,
} from '../core/jobs/job.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { JobQueue, PerProjectLimits } from '../core/ports/job-queue.ts'
import { HeldLease, type LeaseTimes } from './held-lease.ts'
import { isFinal, toJobError, WORKER_DIED } from './job-errors.ts'
import type { WorkerLog } from './worker-log.ts'

/** What a handler gets besides its job. */
export type JobAttempt = Readonly<{
  /** Aborts when the lease is lost or the pool stops; the handler then rejects soon. */
  signal: AbortSignal
  /** 0…1; cheap, may be called as often as one likes. */
  reportProgress: (fraction: number) => void
}>

/**
 * Does the work of one attempt. When it resolves, it has ended the job through the lifecycle, in the transaction that
 * stored the result. When it rejects, the pool retries, fails or releases the job, as fits the error.
 */
export type JobHandler<Kind extends JobKind = SourceJobKind> = (
  job: ClaimedJob<Kind>,
  attempt: JobAttempt,
) => Promise<void>

/** Ends a job for good as failed, and what it was about with it, in one transaction. */
export type JobFailures = Readonly<{ failed(job: ClaimedJob<JobKind>, error: JobError): Promise<void> }>

/** How long a job stays with a worker that gives no sign of life, and how often it gives one. */
const DEFAULT_LEASE: LeaseTimes = { leaseMs: 15_000, heartbeatMs: 5_000 }
/** How long a due job may stay unnoticed when no wake tells of it (retries, dead workers' jobs, lost hints). */
const DEFAULT_POLL_MS = 1_000
/** How long `stop` waits for handlers that do not heed the abort. */
const DEFAULT_DRAIN_MS = 10_000

export type WorkerPoolParts = Readonly<{
  queue: JobQueue
  lifecycle: JobFailures
  clock: Clock
  logger: WorkerLog
  /** Names this process in the jobs table. */
  workerId: string
  handlers: { readonly [Kind in JobKind]: JobHandler<Kind> }
  /** How many jobs of a lane this process works on at a time; 0: none. */
  limits: Readonly<Record<JobLane, number>>
  /** How many jobs of a lane one project may have running, here and elsewhere. */
  perProject?: PerProjectLimits | undefined
  lease?: LeaseTimes
  pollMs?: number
  drainMs?: number
}>

type Running = { kind: JobKind; lease: HeldLease; ended: Promise<void> }

/** Takes jobs from the queue and has handlers do them, a few of each kind at a time. */
export class WorkerPool {
  readonly #parts: WorkerPoolParts
  readonly #lease: LeaseTimes
  readonly #running = new Set<Running>()
  #claiming: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  /** Ends the wait for work. */
  #nudge = new AbortController()

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts
    this.#lease = parts.lease ?? DEFAULT_LEASE
  }

  /** Begins to claim. To be called once. */
  start(): void {
    if (this.#claiming !== undefined) throw new Error('the worker pool was started before')
    this.#claiming = this.#claimUntilStopped()
  }

  /**
   * Drains: claims no more, ends what runs and gives those jobs back, for others to take at once. Resolves when all of
   * it is done, at the latest after `drainMs`; jobs that still run then come free with their lease. Repeatable.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#drain()
    return this.#stopping
  }

  async #drain(): Promise<void> {
    const { clock, logger, drainMs = DEFAULT_DRAIN_MS } = this.#parts
    this.#nudge.abort()
    for (const { lease } of this.#running) lease.drain()
    const deadline = Promise.withResolvers<void>()
    const cancelDeadline = clock.after(drainMs, deadline.resolve)
    const ended = Promise.all([this.#claiming, ...[...this.#running].map((running) => running.ended)])
    await Promise.race([ended, deadline.promise])
    cancelDeadline()
    if (this.#running.size === 0) return
    for (const { lease } of this.#running) lease.stop()
    logger.warn({ jobs: this.#running.size }, 'jobs did not end in time; others take them over after their lease')
  }

  async #claimUntilStopped(): Promise<void> {
    const { queue, logger, workerId, perProject, pollMs = DEFAULT_POLL_MS } = this.#parts
    let isFailing = false
    while (this.#stopping === undefined) {
      this.#nudge = new AbortController()
      const { signal } = this.#nudge
      try {
        const kinds = this.#kindsWithRoom()
        const job = await queue.claim({ kinds, workerId, leaseMs: this.#lease.leaseMs, perProject })
        if (isFailing) logger.info({}, 'claiming jobs works again')
        isFailing = false
        if (job === undefined) await queue.waitForWork({ timeoutMs: pollMs, signal })
        else if (this.#stopping === undefined) this.#start(job)
        else await queue.release(job)
      } catch (error) {
        // Said once, not at every poll while the database is away.
        if (!isFailing) logger.error({ err: error }, 'claiming jobs failed; it is tried again and again')
        isFailing = true
        await this.#pause(pollMs, signal)
      }
    }
  }

  #kindsWithRoom(): JobKind[] {
    const count = (lane: JobLane): number => [...this.#running].filter(({ kind }) => laneOf(kind) === lane).length
    return JOB_KINDS.filter((kind) => count(laneOf(kind)) < this.#parts.limits[laneOf(kind)])
  }

  #pause(durationMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(durationMs, resolve)
      signal.addEventListener('abort', () => {
        cancel()
        resolve()
      })
    })
  }

  #start(job: ClaimedJob<JobKind>): void {
    const { queue, clock, logger } = this.#parts
    const onHeartbeatError = (error: unknown): void =>
      logger.warn({ ...fieldsOf(job), err: error }, 'a heartbeat did not get through')
    const lease = new HeldLease({ queue, clock, job, times: this.#lease, onHeartbeatError })
    const running: Running = { kind: job.kind, lease, ended: Promise.resolve() }
    this.#running.add(running)
    running.ended = this.#work(job, lease).finally(() => {
      lease.stop()
      this.#running.delete(running)
      this.#nudge.abort()
    })
  }

  async #work(job: ClaimedJob<JobKind>, lease: HeldLease): Promise<void> {
    const { queue, handlers, logger } = this.#parts
    try {
      if (job.attempt > job.maxAttempts) return await this.#fail(job, WORKER_DIED)
      const reportProgress = (fraction: number): void => {
        lease.progress = fraction
      }
      // Each kind's handler takes just the jobs of that kind, which the compiler cannot follow.
      const handler = handlers[job.kind] as JobHandler<JobKind>
      await handler(job, { signal: lease.signal, reportProgress })
      logger.info(fieldsOf(job), 'job done')
      // What it enqueued may be work for another node.
      await queue.wake()
    } catch (error) {
      await this.#settle(job, lease, error)
    }
  }

  /** Decides what becomes of a job whose handler rejected. */
  async #settle(job: ClaimedJob<JobKind>, lease: HeldLease, error: unknown): Promise<void> {
    const { queue, clock, logger } = this.#parts
    try {
      if (lease.isLost || isDomainError(error, 'lease_lost')) {
        logger.info(fieldsOf(job), 'the job was taken over or deleted; this attempt ends without a result')
      } else if (lease.isDraining) {
        await queue.release(job)
        logger.info(fieldsOf(job), 'job given back')
      } else if (isFinal(error) || job.attempt >= job.maxAttempts) {
        if (!isDomainError(error)) logger.error({ ...fieldsOf(job), err: error }, 'a bug interrupted the job')
        await this.#fail(job, toJobError(error))
      } else {
        const delayMs = retryDelayMs(job.attempt)
        const level = isDomainError(error) ? 'warn' : 'error'
        logger[level]({ ...fieldsOf(job), err: error, delayMs }, 'the job failed and will be tried again')
        await queue.retry(job, toJobError(error), clock.now() + delayMs)
      }
    } catch (unsettled) {
      if (isDomainError(unsettled, 'lease_lost')) return
      logger.error({ ...fieldsOf(job), err: unsettled }, 'the end of a job could not be noted; its lease will run out')
    }
  }

  async #fail(job: ClaimedJob<JobKind>, error: JobError): Promise<void> {
    await this.#parts.lifecycle.failed(job, error)
    this.#parts.logger.warn({ ...fieldsOf(job), code: error.code, reason: error.reason }, 'job failed for good')
  }
}

function fieldsOf(job: ClaimedJob<JobKind>): object {
  const { id, kind, assetId, attempt } = job
  const subject = 'uploadId' in job ? { uploadId: job.uploadId } : { sourceId: job.sourceId }
  return { jobId: id, kind, assetId, ...subject, attempt }
}
