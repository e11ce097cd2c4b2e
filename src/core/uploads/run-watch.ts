import { DomainError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { ActiveRun } from './upload-gate.ts'
import type { UploadLimits } from './upload-limits.ts'

const TICK_MS = 1_000

type Watched = {
  run: ActiveRun
  /** The run ends at this moment whatever it does; undefined without a deadline. */
  deadlineMs: number | undefined
  lastPosition: number
  lastMovedAtMs: number
  windowPosition: number
  windowStartedAtMs: number
}

/**
 * Ends runs whose client sends nothing, or next to nothing, and runs past a hard deadline. One timer for all of them,
 * so that ten thousand slow connections cost a loop a second and not ten thousand timers.
 */
export class RunWatch {
  readonly #clock: Clock
  readonly #limits: UploadLimits
  readonly #watched = new Set<Watched>()
  #cancelTick: (() => void) | undefined

  constructor(clock: Clock, limits: UploadLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Watches until the returned function is called. */
  watch(run: ActiveRun, deadlineMs: number | undefined): () => void {
    const nowMs = this.#clock.now()
    const watched: Watched = {
      run,
      deadlineMs,
      lastPosition: run.position,
      lastMovedAtMs: nowMs,
      windowPosition: run.position,
      windowStartedAtMs: nowMs,
    }
    this.#watched.add(watched)
    this.#cancelTick ??= this.#clock.after(TICK_MS, () => this.#tick())
    return () => {
      this.#watched.delete(watched)
    }
  }

  #tick(): void {
    const nowMs = this.#clock.now()
    for (const watched of this.#watched) {
      const reason = this.#verdict(watched, nowMs)
      if (reason !== undefined) watched.run.stop(reason)
    }
    this.#cancelTick = this.#watched.size > 0 ? this.#clock.after(TICK_MS, () => this.#tick()) : undefined
  }

  #verdict(watched: Watched, nowMs: number): DomainError | undefined {
    if (watched.deadlineMs !== undefined && nowMs >= watched.deadlineMs) {
      return new DomainError('token_expired', 'The upload token expired before the transfer ended.')
    }
    const position = watched.run.position
    if (position !== watched.lastPosition) {
      watched.lastPosition = position
      watched.lastMovedAtMs = nowMs
    } else if (nowMs - watched.lastMovedAtMs >= this.#limits.idleTimeoutMs) {
      return tooSlow(`No byte arrived for ${Math.round(this.#limits.idleTimeoutMs / 1000)} seconds.`)
    }
    const windowMs = nowMs - watched.windowStartedAtMs
    if (windowMs < this.#limits.slowWindowMs) return undefined
    const bytesPerSecond = ((position - watched.windowPosition) / windowMs) * 1000
    if (bytesPerSecond < this.#limits.minBytesPerSecond) {
      return tooSlow(`Fewer than ${this.#limits.minBytesPerSecond} bytes per second arrived.`)
    }
    watched.windowPosition = position
    watched.windowStartedAtMs = nowMs
    return undefined
  }
}

function tooSlow(what: string): DomainError {
  return new DomainError('client_too_slow', `${what} What had arrived is kept.`)
}
