import { DomainError } from '../core/errors.ts'
import type { Locker } from '../core/ports/locker.ts'

/** Locks for an installation that is one process. They need no cleaning up: they die with it. */
export class MemoryLocker implements Locker {
  readonly #held = new Map<string, Promise<unknown>>()
  #isClosed = false

  async tryHold<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#isClosed) throw new DomainError('unavailable', 'The server is shutting down.')
    if (this.#held.has(name)) return undefined
    const running = (async () => work())()
    this.#held.set(name, running)
    try {
      return await running
    } finally {
      this.#held.delete(name)
    }
  }

  /** Refuses new work and resolves when the work under way has settled. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#held.values())
  }
}
