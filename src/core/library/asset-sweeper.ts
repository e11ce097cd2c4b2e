import { isDomainError } from '../errors.ts'
import type { AssetId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Locker } from '../ports/locker.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { isOpen } from '../uploads/upload.ts'
import type { LibraryService } from './library-service.ts'

export type AssetSweepReport = Readonly<{ expiredAssets: number }>

const BATCH = 200
/** An empty asset whose file is on its way is looked at again after this. */
const POSTPONED_MS = 60 * 60_000

type Parts = Readonly<{ library: LibraryService; work: UnitOfWork; locker: Locker; clock: Clock }>

/** Deletes assets whose time is over: at start and on a timer, by one process of the installation at a time. */
export class AssetSweeper {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** One sweep; undefined when another process is at it. */
  sweep(): Promise<AssetSweepReport | undefined> {
    return this.#parts.locker.tryHold('sweep-assets', async () => {
      const { work, clock } = this.#parts
      let expiredAssets = 0
      for (;;) {
        // Whatever is done to one takes it out of the next batch.
        const due = await work.read.assets.expiring(clock.now(), BATCH)
        for (const id of due) if (await this.#expire(id)) expiredAssets += 1
        if (due.length < BATCH) return { expiredAssets }
      }
    })
  }

  async #expire(id: AssetId): Promise<boolean> {
    const { work, library, clock } = this.#parts
    const projectId = await work.transaction(async (tx) => {
      const asset = await tx.assets.lock(id)
      const expiry = asset && (await tx.assets.expiry(id))
      if (expiry === undefined || expiry.atMs > clock.now()) return undefined
      if (!expiry.onlyIfEmpty) return asset?.projectId
      if ((await tx.sources.listForAsset(id)).length > 0) {
        await tx.assets.expire(id, undefined)
        return undefined
      }
      const upload = await tx.uploads.newestForAsset(id)
      if (upload === undefined || !isOpen(upload.state)) return asset?.projectId
      await tx.assets.expire(id, { atMs: clock.now() + POSTPONED_MS, onlyIfEmpty: true })
      return undefined
    })
    if (projectId === undefined) return false
    return library.delete(projectId, id).then(
      () => true,
      (error: unknown) => {
        if (isDomainError(error, 'not_found')) return false
        throw error
      },
    )
  }
}
