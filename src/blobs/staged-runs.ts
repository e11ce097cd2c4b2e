import { DomainError } from '../core/errors.ts'

/** One run over a staged file: the bytes it has taken, and those it is writing at this moment. */
export type StagedRun = {
  readonly sequence: number
  readonly start: number
  /** One past the last byte written. */
  end: number
  /** One past the last byte being written; `end` when none is. */
  busyEnd: number
  /** Resolves when the write under way has ended, well or not. */
  busy: Promise<void> | undefined
  isOpen: boolean
}

/**
 * What the runs over one staged file must know of each other, as long as at least one is open. A file has no memory of
 * who wrote a byte: the last write wins. So an older run may not write where a newer one has, and a newer one waits
 * for a write of an older one to end before it writes over it. Runs over different bytes never wait.
 */
export class StagedRuns {
  readonly #runs = new Set<StagedRun>()
  #isSealed = false

  open(offset: number, sequence: number): StagedRun {
    const run = { sequence, start: offset, end: offset, busyEnd: offset, busy: undefined, isOpen: true }
    this.#runs.add(run)
    return run
  }

  /**
   * Runs `write` for the `length` bytes that follow what `run` has taken; it returns how many of them it wrote.
   * Throws DomainError('superseded') when a newer run has been there, DomainError('state_conflict') when sealed.
   */
  async write(run: StagedRun, length: number, write: () => Promise<number>): Promise<void> {
    const busyEnd = run.end + length
    for (;;) {
      this.assertUnsealed()
      const others = [...this.#runs].filter((other) => other !== run && touches(other, run.end, busyEnd))
      if (others.some((other) => other.sequence > run.sequence)) {
        throw new DomainError('superseded', 'A newer request for the same bytes took over.')
      }
      const busy = others.find((other) => other.busy !== undefined && other.busyEnd > run.end)
      if (busy === undefined) break
      await busy.busy
    }
    const ended = Promise.withResolvers<void>()
    run.busyEnd = busyEnd
    run.busy = ended.promise
    try {
      run.end += await write()
    } finally {
      run.busyEnd = run.end
      run.busy = undefined
      ended.resolve()
    }
  }

  /** Forgets what only older runs needed to know. */
  close(run: StagedRun): void {
    run.isOpen = false
    let oldestOpen = Number.POSITIVE_INFINITY
    for (const { isOpen, sequence } of this.#runs) if (isOpen) oldestOpen = Math.min(oldestOpen, sequence)
    for (const one of this.#runs) if (!one.isOpen && one.sequence <= oldestOpen) this.#runs.delete(one)
  }

  /** Lets nobody write any more; resolves when the writes under way have ended. */
  async seal(): Promise<void> {
    this.#isSealed = true
    await Promise.all([...this.#runs].map(({ busy }) => busy))
  }

  unseal(): void {
    this.#isSealed = false
  }

  assertUnsealed(): void {
    if (this.#isSealed) throw new DomainError('state_conflict', 'The upload takes no more bytes.')
  }
}

function touches(run: StagedRun, start: number, end: number): boolean {
  return run.start < end && Math.max(run.end, run.busyEnd) > start
}
