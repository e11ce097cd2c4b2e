import type { Clock } from '../ports/clock.ts'
import type { Locker } from '../ports/locker.ts'
import type { StagingStore } from '../ports/staging-store.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { UploadService } from './upload-service.ts'

/** What one sweep did. */
export type SweepReport = Readonly<{
  expiredUploads: number
  unclaimedUploads: number
  orphanedFiles: number
  expiredSessions: number
  joinedUploads: number
}>

const BATCH = 200
const KEYS_AT_ONCE = 500
const JOIN_STALE_MS = 60_000

type Parts = Readonly<{
  uploads: UploadService
  work: UnitOfWork
  staging: StagingStore
  locker: Locker
  clock: Clock
  limits: UploadLimits
}>

/** Removes what nobody will ask for again: at start and on a timer, by one process of the installation at a time. */
export class UploadSweeper {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** One sweep; undefined when another process is at it. */
  sweep(): Promise<SweepReport | undefined> {
    return this.#parts.locker.tryHold('sweep-uploads', async () => ({
      expiredUploads: await this.#expire(),
      unclaimedUploads: await this.#dropUnclaimed(),
      orphanedFiles: await this.#dropOrphans(),
      expiredSessions: await this.#dropSessions(),
      joinedUploads: await this.#join(),
    }))
  }

  async #expire(): Promise<number> {
    const { work, clock, uploads } = this.#parts
    let count = 0
    // Uploads that another request is busy with stay in the list; a round without progress ends the loop.
    for (let progress = true; progress; ) {
      progress = false
      for (const upload of await work.read.uploads.listExpired(clock.now(), BATCH)) {
        if (await uploads.expire(upload.id)) {
          count += 1
          progress = true
        }
      }
    }
    return count
  }

  async #dropUnclaimed(): Promise<number> {
    const { work, clock, uploads, limits } = this.#parts
    const old = await work.read.uploads.listUnclaimed(clock.now() - limits.retentionMs, BATCH)
    for (const upload of old) await uploads.remove(upload.id)
    return old.length
  }

  /** Ends what a crash interrupted: uploads whose parts are all there, but were not joined. */
  async #join(): Promise<number> {
    const { work, clock, uploads } = this.#parts
    let count = 0
    for (const upload of await work.read.uploads.listJoining(BATCH)) {
      // Somebody is at it: joining commits a step every few seconds.
      if (clock.now() - upload.updatedAtMs < JOIN_STALE_MS) continue
      const state = await uploads.settleParts(upload.id)
      if (state === 'scattered') await uploads.copyParts(upload.id)
      if (state !== 'waiting') count += 1
    }
    return count
  }

  async #dropOrphans(): Promise<number> {
    const { staging, clock, limits } = this.#parts
    let count = 0
    let keys: string[] = []
    const flush = async (): Promise<void> => {
      count += await this.#discardUnowned(keys)
      keys = []
    }
    for await (const { key, modifiedAtMs } of staging.list()) {
      if (clock.now() - modifiedAtMs < limits.orphanAgeMs) continue
      keys.push(key)
      if (keys.length >= KEYS_AT_ONCE) await flush()
    }
    await flush()
    return count
  }

  async #discardUnowned(keys: readonly string[]): Promise<number> {
    const { work, staging } = this.#parts
    const orphans = await work.read.uploads.unownedStagingKeys(keys)
    for (const key of orphans) await staging.discard({ key, layout: '' })
    return orphans.length
  }

  async #dropSessions(): Promise<number> {
    const { work, clock, limits } = this.#parts
    await work.read.idempotency.deleteOlderThan(clock.now() - limits.retentionMs)
    await work.read.credentials.forgetSessions(clock.now())
    return work.read.users.deleteExpiredSessions(clock.now())
  }
}
