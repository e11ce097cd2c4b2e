import type { Clock } from '../core/ports/clock.ts'

type Parts = Readonly<{
  clock: Clock
  /** How long it sleeps when nobody wakes it. */
  pollMs: number
  /**
   * Does one step. `again`: there may be more to do at once. `rest`: there will be soon, and doing it together is
   * cheaper: it goes on after REST_MS. `done`: nothing to do.
   */
  turn: () => Promise<'again' | 'rest' | 'done'>
  /** Gets the first of several errors in a row: it is said once, not at every poll while the database is away. */
  onError: (error: unknown) => void
}>

const REST_MS = 25

/** Takes turns as long as there is something to do, then sleeps until it is woken or `pollMs` are over. */
export class WakeableLoop {
  readonly #parts: Parts
  #isStopped = false
  /** A wake since the last turn began: what it announced may have come too late for that turn. */
  #isWoken = false
  #endSleep: () => void = () => undefined
  #ended: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  start(): void {
    this.#ended = this.#run()
  }

  wake(): void {
    this.#isWoken = true
    this.#endSleep()
  }

  /** Resolves once the turn under way has ended. */
  stop(): Promise<void> {
    this.#isStopped = true
    this.#endSleep()
    return this.#ended
  }

  async #run(): Promise<void> {
    let isFailing = false
    while (!this.#isStopped) {
      this.#isWoken = false
      try {
        const outcome = await this.#parts.turn()
        isFailing = false
        if (outcome === 'rest') await this.#sleep({ isDeep: true, durationMs: REST_MS })
        if (outcome === 'done' && !this.#isWoken) await this.#sleep()
      } catch (error) {
        if (!isFailing) this.#parts.onError(error)
        isFailing = true
        // No wake ends this one: what fails at once would otherwise fail as often as it is woken.
        await this.#sleep({ isDeep: true })
      }
    }
  }

  /** `isDeep`: no wake ends it. */
  #sleep({ isDeep = false, durationMs = this.#parts.pollMs } = {}): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        cancel()
        this.#endSleep = () => undefined
        resolve()
      }
      const cancel = this.#parts.clock.after(durationMs, end)
      this.#endSleep = () => {
        if (!isDeep || this.#isStopped) end()
      }
    })
  }
}
