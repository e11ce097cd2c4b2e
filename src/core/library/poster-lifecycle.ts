import type { ClaimedJob, JobError } from '../jobs/job.ts'
import type { BlobKey } from '../ports/blob-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Asset, Source } from './asset.ts'
import { replacedPicture } from './replaced-picture.ts'

type Parts = Readonly<{ work: UnitOfWork; clock: Clock }>
type Living = Readonly<{ tx: Repositories; asset: Asset; source: Source; nowMs: number }>

/** True while a picture that somebody wants is yet to be taken. */
export function isTakingPicture({ treatment }: Pick<Source, 'treatment'>): boolean {
  const { poster } = treatment ?? {}
  return poster?.isMade === false && poster.hasFailed !== true
}

/** What notes that nobody takes it any more, unless the job is retried. */
export function withoutTaking({ treatment }: Pick<Source, 'treatment'>): Partial<Pick<Source, 'treatment'>> {
  if (treatment?.poster?.isMade !== false) return {}
  return { treatment: { ...treatment, poster: { ...treatment.poster, hasFailed: true } } }
}

/** The moment of the film that somebody wants the picture of, as long as it is not that one. */
export function awaitedMoment({ treatment }: Pick<Source, 'treatment'>): number | undefined {
  const { poster } = treatment ?? {}
  return poster?.isMade === false ? poster.atMs : undefined
}

/**
 * What becomes of a source's picture, as SourceLifecycle for all else: each method is one transaction that ends the
 * job, and throws DomainError('lease_lost') when it was given to another worker or deleted.
 */
export class PosterLifecycle {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * A picture is stored under `key`; `atMs` is the moment that somebody wanted, undefined for one that nobody chose. It
   * becomes the source's if that moment is still awaited, or if the source has none yet. Returns what is not shown any
   * more, for the caller to delete: the picture before, or this one, where nobody wants it or the source is gone.
   */
  async made(job: ClaimedJob, key: BlobKey, atMs: number | undefined): Promise<BlobKey | undefined> {
    let unused: BlobKey | undefined = key
    await this.#end(
      job,
      (tx, nowMs) => tx.jobs.finish(job, nowMs),
      async ({ tx, asset, source, nowMs }) => {
        const isAwaited = atMs !== undefined && awaitedMoment(source) === atMs
        if (!isAwaited && source.posterKey !== undefined) return
        unused = await replacedPicture(tx, source)
        await tx.sources.update(source.id, { posterKey: key })
        if (!isAwaited || source.treatment === undefined) return
        await tx.sources.update(source.id, { treatment: { ...source.treatment, poster: { atMs, isMade: true } } })
        await tx.assets.update(asset.id, {}, nowMs)
        const event = { type: 'asset.updated', assetId: asset.id, changes: ['poster'] } as const
        await tx.outbox.append(source.projectId, event, nowMs)
      },
    )
    return unused
  }

  /** There is no picture to be had of the moment, unless the job is retried: the one before stays. */
  async failed(job: ClaimedJob, error: JobError): Promise<void> {
    await this.#end(
      job,
      (tx, nowMs) => tx.jobs.fail(job, error, nowMs),
      async ({ tx, source }) => {
        await tx.sources.update(source.id, withoutTaking(source))
      },
    )
  }

  /** The asset's lock comes first, as in every transaction about an asset. */
  async #end(
    job: ClaimedJob,
    end: (tx: Repositories, nowMs: number) => Promise<void>,
    change: (living: Living) => Promise<void>,
  ): Promise<void> {
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction(async (tx) => {
      const asset = await tx.assets.lock(job.assetId)
      const source = asset && (await tx.sources.get(job.sourceId))
      await end(tx, nowMs)
      if (asset && source) await change({ tx, asset, source, nowMs })
    })
  }
}
