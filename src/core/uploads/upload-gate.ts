import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import type { ProposedRun } from './upload.ts'

/** One request that is sending bytes right now. */
export class ActiveRun {
  readonly start: number
  readonly end: number | undefined
  /** One past the last byte taken from the socket so far. */
  position: number
  readonly #controller = new AbortController()
  readonly settled: Promise<void>
  #settle: () => void = () => undefined

  constructor(run: ProposedRun) {
    this.start = run.start
    this.end = run.end
    this.position = run.start
    this.settled = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** Aborts with a DomainError as reason when the run has to end before its body does. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  stop(reason: DomainError): void {
    this.#controller.abort(reason)
  }

  leave(): void {
    this.#settle()
  }

  /** True when this run is still going to write a byte that `other` wants to write. */
  wants(other: ProposedRun): boolean {
    return other.start < (this.end ?? Number.POSITIVE_INFINITY) && this.start < (other.end ?? Number.POSITIVE_INFINITY)
  }
}

type Entry = { runs: Set<ActiveRun>; closing: Promise<void> | undefined; sequence: number }

/**
 * The traffic rules for the runs of one upload within this process: runs over different bytes go side by side; a newer
 * run over the same bytes ends the older one, keeping what it had stored; completion ends all of them and lets nobody
 * in until it is decided. Between nodes the database row decides.
 */
export class UploadGate {
  readonly #entries = new Map<UploadId, Entry>()

  /** Waits until older runs over the same bytes have stored what they had, then admits this one. */
  async enter(id: UploadId, proposed: ProposedRun): Promise<ActiveRun> {
    for (;;) {
      const entry = this.#entry(id)
      if (entry.closing !== undefined) {
        await entry.closing
        continue
      }
      const older = [...entry.runs].filter((run) => run.wants(proposed))
      if (older.length === 0) {
        const run = new ActiveRun(proposed)
        entry.runs.add(run)
        entry.sequence += 1
        void run.settled.then(() => this.#forget(id, run))
        return run
      }
      for (const run of older) run.stop(superseded())
      await Promise.all(older.map((run) => run.settled))
    }
  }

  /** Ends every run of the upload and waits until they have stored what they had. */
  async stopAll(id: UploadId, reason: DomainError = superseded()): Promise<void> {
    const runs = [...(this.#entries.get(id)?.runs ?? [])]
    for (const run of runs) run.stop(reason)
    await Promise.all(runs.map((run) => run.settled))
  }

  /**
   * Runs `decide` while no run but `self` is active and none can enter. Used by everything that ends an upload.
   * Two closings of the same upload run one after the other.
   */
  async whileClosed<T>(id: UploadId, self: ActiveRun | undefined, decide: () => Promise<T>): Promise<T> {
    let entry = this.#entry(id)
    while (entry.closing !== undefined) {
      await entry.closing
      entry = this.#entry(id)
    }
    let reopen: () => void = () => undefined
    entry.closing = new Promise((resolve) => {
      reopen = resolve
    })
    try {
      const others = [...entry.runs].filter((run) => run !== self)
      for (const run of others) run.stop(superseded())
      await Promise.all(others.map((run) => run.settled))
      return await decide()
    } finally {
      entry.closing = undefined
      reopen()
      if (entry.runs.size === 0) this.#entries.delete(id)
    }
  }

  /** True while somebody decides about the upload's end. */
  isClosing(id: UploadId): boolean {
    return this.#entries.get(id)?.closing !== undefined
  }

  /** A number higher than any run of this upload got in this process. */
  sequenceAfter(id: UploadId, stored: number): number {
    const entry = this.#entry(id)
    entry.sequence = Math.max(entry.sequence, stored) + 1
    return entry.sequence
  }

  activeRuns(id: UploadId): readonly ActiveRun[] {
    return [...(this.#entries.get(id)?.runs ?? [])]
  }

  /** How many runs of any upload are active. */
  get size(): number {
    let count = 0
    for (const entry of this.#entries.values()) count += entry.runs.size
    return count
  }

  allRuns(): readonly ActiveRun[] {
    return [...this.#entries.values()].flatMap((entry) => [...entry.runs])
  }

  #entry(id: UploadId): Entry {
    let entry = this.#entries.get(id)
    if (entry === undefined) {
      entry = { runs: new Set(), closing: undefined, sequence: 0 }
      this.#entries.set(id, entry)
    }
    return entry
  }

  #forget(id: UploadId, run: ActiveRun): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    entry.runs.delete(run)
    if (entry.runs.size === 0 && entry.closing === undefined) this.#entries.delete(id)
  }
}

function superseded(): DomainError {
  return new DomainError('superseded', 'A newer request took over these bytes; what had arrived is kept.')
}
