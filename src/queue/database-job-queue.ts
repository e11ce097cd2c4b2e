import { isDomainError } from '../core/errors.ts'
import { type ClaimedJob, dueOrder, type JobError, type JobKind } from '../core/jobs/job.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { ClaimOptions, JobQueue } from '../core/ports/job-queue.ts'
import type { MessageBus } from '../core/ports/message-bus.ts'
import { toOptionalJson } from '../db/convert.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import { toJob } from '../db/repositories/jobs.ts'
import { claimOnPostgres } from './claim.postgres.ts'
import { claimOnSqlite } from './claim.sqlite.ts'

const TOPIC = 'jobs'

/**
 * The jobs table as a queue. Leases are times of the nodes' clocks: a node whose clock is ahead may take a job over
 * early, which costs an attempt but harms nothing, since results are accepted by fence and not by time.
 */
export class DatabaseJobQueue implements JobQueue {
  readonly #database: OpenDatabase
  readonly #clock: Clock
  readonly #bus: MessageBus
  readonly #unsubscribe: () => void
  readonly #waiting = new Set<() => void>()
  /** A wake since the last claim began: what it announced may have come too late for that claim. */
  #heardWake = false

  /** Listens on `bus` until `close`. None of the three is closed by it. */
  constructor(parts: Readonly<{ database: OpenDatabase; clock: Clock; bus: MessageBus }>) {
    this.#database = parts.database
    this.#clock = parts.clock
    this.#bus = parts.bus
    this.#unsubscribe = parts.bus.subscribe(TOPIC, () => this.#onWake())
  }

  async claim<Kind extends JobKind>(options: ClaimOptions<Kind>): Promise<ClaimedJob<Kind> | undefined> {
    this.#heardWake = false
    if (options.kinds.length === 0) return undefined
    const nowMs = this.#clock.now()
    const request = {
      kinds: options.kinds,
      workerId: options.workerId,
      nowMs,
      leaseUntilMs: nowMs + options.leaseMs,
      perProject: options.perProject,
    }
    const claimOn = this.#database.kind === 'postgres' ? claimOnPostgres : claimOnSqlite
    const row = await claimOn(this.#database.db, request)
    return row && (toJob<Kind>(row) as ClaimedJob<Kind>)
  }

  async heartbeat(
    job: ClaimedJob<JobKind>,
    options: Readonly<{ leaseMs: number; progress: number }>,
  ): Promise<boolean> {
    return this.#updateHeld(job, {
      lease_until_ms: this.#clock.now() + options.leaseMs,
      progress: Math.min(1, Math.max(0, options.progress)),
    })
  }

  async retry(job: ClaimedJob<JobKind>, error: JobError, runAtMs: number): Promise<void> {
    await this.#updateHeld(job, {
      ...QUEUED,
      run_at_ms: runAtMs,
      due_order: dueOrder(job.priority, runAtMs),
      error: toOptionalJson(error),
    })
  }

  async release(job: ClaimedJob<JobKind>): Promise<void> {
    // The fence stays where it is: a number that was given out once must not come back.
    const released = await this.#updateHeld(job, { ...QUEUED, attempt: job.attempt - 1 })
    if (released) await this.wake()
  }

  waitForWork({ timeoutMs, signal }: Readonly<{ timeoutMs: number; signal: AbortSignal }>): Promise<void> {
    if (this.#heardWake || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        cancelTimer()
        signal.removeEventListener('abort', end)
        this.#waiting.delete(end)
        resolve()
      }
      const cancelTimer = this.#clock.after(timeoutMs, end)
      signal.addEventListener('abort', end)
      this.#waiting.add(end)
    })
  }

  /** Never rejects for the bus's sake: the jobs are committed, and whoever misses the hint finds them by looking. */
  async wake(): Promise<void> {
    try {
      await this.#bus.publish(TOPIC, '{}')
    } catch (error) {
      if (!isDomainError(error, 'unavailable')) throw error
    }
  }

  /** Stops listening and lets everybody who waits go. */
  close(): void {
    this.#unsubscribe()
    this.#onWake()
  }

  #onWake(): void {
    this.#heardWake = true
    for (const end of [...this.#waiting]) end()
  }

  /** Changes the job if this claim is still the current one, and says whether it was. */
  async #updateHeld(job: ClaimedJob<JobKind>, columns: HeldChange): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('jobs')
      .set(columns)
      .where('id', '=', job.id) // primary key
      .where('fence', '=', job.fence)
      .where('state', '=', 'running')
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
}

const QUEUED = { state: 'queued', lease_until_ms: null, worker_id: null, started_at_ms: null, progress: 0 } as const

type HeldChange = Partial<
  Readonly<{
    state: 'queued'
    lease_until_ms: number | null
    worker_id: null
    started_at_ms: null
    progress: number
    attempt: number
    run_at_ms: number
    due_order: number
    error: string | null
  }>
>
