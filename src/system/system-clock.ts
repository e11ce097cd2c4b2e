import type { Clock } from '../core/ports/clock.ts'

/** The longest delay setTimeout takes; a longer one would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/**
 * The machine's time. When an operator or NTP sets the machine's clock back, this one goes on at half speed until the
 * two meet again: it neither runs backwards (an expiry would come to life again) nor stands still (leases would hang).
 */
export class SystemClock implements Clock {
  readonly #wallMs: () => number
  readonly #steadyMs: () => number
  #lastMs: number
  #lastSteadyMs: number

  /** The two sources are for tests: wall time since the epoch, and a count that nobody can set back. */
  constructor(sources: { wallMs?: () => number; steadyMs?: () => number } = {}) {
    this.#wallMs = sources.wallMs ?? Date.now
    this.#steadyMs = sources.steadyMs ?? (() => performance.now())
    this.#lastMs = this.#wallMs()
    this.#lastSteadyMs = this.#steadyMs()
  }

  now(): number {
    const steadyMs = this.#steadyMs()
    this.#lastMs = Math.max(this.#wallMs(), this.#lastMs + Math.max(0, this.#slewMs(steadyMs)))
    this.#lastSteadyMs = steadyMs
    return Math.floor(this.#lastMs)
  }

  after(delayMs: number, run: () => void): () => void {
    const dueAtMs = performance.now() + Math.max(0, delayMs)
    let timeout: NodeJS.Timeout
    const arm = (): void => {
      const restMs = Math.ceil(dueAtMs - performance.now())
      timeout = setTimeout(check, Math.min(Math.max(0, restMs), MAX_TIMEOUT_MS)).unref()
    }
    // setTimeout may fire a fraction of a millisecond early, and long delays come in stages.
    const check = (): void => {
      if (performance.now() < dueAtMs) arm()
      else run()
    }
    arm()
    return () => clearTimeout(timeout)
  }

  #slewMs(steadyMs: number): number {
    return this.#wallMs() < this.#lastMs ? (steadyMs - this.#lastSteadyMs) / 2 : 0
  }
}
