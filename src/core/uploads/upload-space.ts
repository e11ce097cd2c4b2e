import { DomainError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { StagingStore } from '../ports/staging-store.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import type { UploadLimits } from './upload-limits.ts'

const SNAPSHOT_MS = 1_000

/**
 * Promises space: a token with a declared size is issued only when the bytes it may still send, together with those of
 * all other open uploads and some headroom, fit. Looks at disk and database once a second and counts what it promises
 * in between, so that issuing tokens stays cheap; space that comes back is seen within that second.
 */
export class UploadSpace {
  readonly #parts: Readonly<{ staging: StagingStore; work: UnitOfWork; clock: Clock; limits: UploadLimits }>
  #availableBytes: number | undefined = 0
  #takenAtMs = Number.NEGATIVE_INFINITY
  #refreshing: Promise<void> | undefined

  constructor(parts: Readonly<{ staging: StagingStore; work: UnitOfWork; clock: Clock; limits: UploadLimits }>) {
    this.#parts = parts
  }

  /** Throws storage_full when `sizeBytes` (0 when it is not known) cannot be promised. Call outside of a transaction. */
  async reserve(sizeBytes: number): Promise<void> {
    if (this.#parts.clock.now() - this.#takenAtMs >= SNAPSHOT_MS) {
      this.#refreshing ??= this.#refresh().finally(() => {
        this.#refreshing = undefined
      })
      await this.#refreshing
    }
    if (this.#availableBytes === undefined) return
    if (sizeBytes > this.#availableBytes || this.#availableBytes <= 0) {
      throw new DomainError('storage_full', 'There is not enough free space for this upload at the moment.', {
        details: { sizeBytes },
      })
    }
    this.#availableBytes -= sizeBytes
  }

  async #refresh(): Promise<void> {
    const { staging, work, clock, limits } = this.#parts
    const { freeBytes } = await staging.space()
    const reserved = freeBytes === undefined ? 0 : await work.read.uploads.reservedBytes()
    this.#availableBytes = freeBytes === undefined ? undefined : freeBytes - reserved - limits.headroomBytes
    this.#takenAtMs = clock.now()
  }
}
