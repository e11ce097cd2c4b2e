import { DomainError } from '../core/errors.ts'
import type { ClaimedJob, JobKind } from '../core/jobs/job.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { JobQueue } from '../core/ports/job-queue.ts'

export type LeaseTimes = Readonly<{ leaseMs: number; heartbeatMs: number }>

type Parts = Readonly<{
  queue: JobQueue
  clock: Clock
  job: ClaimedJob<JobKind>
  times: LeaseTimes
  /** Gets what went wrong with a heartbeat; the next one may get through. */
  onHeartbeatError: (error: unknown) => void
}>

/**
 * Keeps the lease of one job alive while it is worked on. `signal` aborts when the lease is lost: another worker took
 * the job, it was deleted, or no heartbeat got through in time, so that another worker may have it by now.
 */
export class HeldLease {
  readonly #parts: Parts
  readonly #abort = new AbortController()
  #leaseUntilMs: number
  #progress = 0
  #isBeating = false
  #state: 'held' | 'lost' | 'draining' = 'held'
  #cancelTimer: () => void = () => undefined

  /** Beats until `stop`. */
  constructor(parts: Parts) {
    this.#parts = parts
    this.#leaseUntilMs = parts.job.leaseUntilMs
    this.#arm()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get isLost(): boolean {
    return this.#state === 'lost'
  }

  get isDraining(): boolean {
    return this.#state === 'draining'
  }

  /** The next heartbeat carries it. `fraction` is 0…1. */
  set progress(fraction: number) {
    this.#progress = fraction
  }

  /** Ends the work; the lease goes on until `stop`, so that the job can be given back in order. */
  drain(): void {
    this.#end('draining', new DomainError('unavailable', 'The worker is stopping.'))
  }

  stop(): void {
    this.#cancelTimer()
    this.#cancelTimer = () => undefined
  }

  #arm(): void {
    // One beat never waits for the one before: a database that hangs must not keep us from noticing the time.
    this.#cancelTimer = this.#parts.clock.after(this.#parts.times.heartbeatMs, () => {
      this.#arm()
      if (this.#parts.clock.now() >= this.#leaseUntilMs) this.#lose()
      else if (!this.#isBeating) void this.#beat()
    })
  }

  async #beat(): Promise<void> {
    const { queue, clock, job, times, onHeartbeatError } = this.#parts
    this.#isBeating = true
    try {
      // Counted from before the call: the lease that others see begins later than this.
      const leaseUntilMs = clock.now() + times.leaseMs
      if (await queue.heartbeat(job, { leaseMs: times.leaseMs, progress: this.#progress })) {
        this.#leaseUntilMs = leaseUntilMs
      } else this.#lose()
    } catch (error) {
      onHeartbeatError(error)
    } finally {
      this.#isBeating = false
    }
  }

  #lose(): void {
    this.stop()
    this.#end('lost', new DomainError('lease_lost', `Job ${this.#parts.job.id} belongs to somebody else by now.`))
  }

  #end(state: 'lost' | 'draining', reason: DomainError): void {
    if (this.#state === 'lost') return
    this.#state = state
    this.#abort.abort(reason)
  }
}
