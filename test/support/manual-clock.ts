import type { Clock } from '../../src/core/ports/clock.ts'

type Timer = { dueAtMs: number; order: number; run: () => void }

/** A clock that moves when told to, so that tests of timers neither wait nor race. */
export class ManualClock implements Clock {
  #nowMs: number
  #order = 0
  readonly #timers = new Set<Timer>()

  /** `startMs` is the first moment, in milliseconds since the Unix epoch. */
  constructor(startMs = Date.UTC(2030, 0, 1)) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueAtMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How many timers wait: 0 shows that nothing was left running. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /**
   * Moves on by `durationMs` and runs, in order and each at its own moment, the timers that fall due, also those set
   * meanwhile. Between two of them the promises they settled get their turn.
   */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs)
      next.run()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#nowMs = untilMs
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.dueAtMs > untilMs) continue
      const isSooner =
        first === undefined ||
        timer.dueAtMs < first.dueAtMs ||
        (timer.dueAtMs === first.dueAtMs && timer.order < first.order)
      if (isSooner) first = timer
    }
    return first
  }
}
