import type { ClaimedJob, JobError, JobKind, JobLane } from '../jobs/job.ts'

/** How many jobs of a lane one project may have running, on all nodes together; no limit for lanes that are absent. */
export type PerProjectLimits = Readonly<Partial<Record<JobLane, number>>>

/** A job of one of `kinds` for this worker, whose lease ends after `leaseMs` without a heartbeat. */
export type ClaimOptions<Kind extends JobKind> = Readonly<{
  kinds: readonly Kind[]
  workerId: string
  leaseMs: number
  perProject?: PerProjectLimits | undefined
}>

/**
 * Hands jobs to workers. Enqueueing and ending a job belong to a transaction and are the repository's
 * (ports/unit-of-work.ts). Implementation: queue/database-job-queue.ts on both databases.
 * test/contract/job-queue.ts proves for both:
 * - a job is held by one worker at a time, however many ask at once; each job runs, none twice while its lease lives;
 * - an expired lease makes the job claimable again with a higher fence, and the late holder's result throws
 *   DomainError('lease_lost') and changes nothing;
 * - lower priority first, then the older; not before `runAtMs`; a job that waited long comes before newer, more
 *   urgent ones in the end (AGEING_MS of waiting weigh as much as one step of priority);
 * - a job whose last allowed attempt ended with an expired lease is handed out once more with `attempt > maxAttempts`,
 *   so that a worker fails it and its subject, instead of running it for ever;
 * - a project that has as many jobs of a kind running as `perProject` allows lets others pass; of two nodes that claim at
 *   the same moment, on PostgreSQL, one may exceed that by one job;
 * - nothing is lost by a crash between any two calls.
 */
export interface JobQueue {
  /** The next job of one of `kinds`, or undefined when there is none now. */
  claim<Kind extends JobKind>(options: ClaimOptions<Kind>): Promise<ClaimedJob<Kind> | undefined>
  /** Extends the lease and notes progress (0…1). False: the lease is lost, stop working. */
  heartbeat(job: ClaimedJob<JobKind>, options: Readonly<{ leaseMs: number; progress: number }>): Promise<boolean>
  /** Puts the job back for another attempt at `runAtMs`. Nothing happens when the lease is lost. */
  retry(job: ClaimedJob<JobKind>, error: JobError, runAtMs: number): Promise<void>
  /** Puts the job back untouched, as if it had not been started (drain). Nothing happens when the lease is lost. */
  release(job: ClaimedJob<JobKind>): Promise<void>
  /** Resolves when there may be work, at the latest after `timeoutMs`, or when `signal` aborts. */
  waitForWork(options: Readonly<{ timeoutMs: number; signal: AbortSignal }>): Promise<void>
  /** Tells waiting workers, here and on other nodes, that a job was enqueued. Call after the transaction. */
  wake(): Promise<void>
}
