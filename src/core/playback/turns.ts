import { DomainError } from '../errors.ts'

/** Lets a few do something at the same time and a few more wait for it, in the order in which they came. */
export class Turns {
  readonly #atOnce: number
  readonly #mayWait: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: Readonly<{ atOnce: number; mayWait: number }>) {
    this.#atOnce = limits.atOnce
    this.#mayWait = limits.mayWait
  }

  /** Does `work` when it is its turn. Throws unavailable, at once, when too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1
    else await this.#wait()
    try {
      return await work()
    } finally {
      // A turn is handed on as it is, so that nobody who comes just now gets in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#mayWait) {
      throw new DomainError('unavailable', 'Too many pictures are being made at the moment; ask again soon.')
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
