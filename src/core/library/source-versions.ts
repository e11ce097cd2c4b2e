import { DomainError } from '../errors.ts'
import { type AssetId, type ProjectId, parseId, type SourceId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Asset, Source } from './asset.ts'
import { discardSource } from './discard-source.ts'
import { placeWherePromised } from './placing.ts'

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random; wakeWorkers: () => Promise<void> }>

type Locked = Readonly<{ asset: Asset; source: Source }>

/** The versions of an asset's file: which one plays, going back, and giving one up. */
export class SourceVersions {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Newest first. Throws not_found. */
  async list(projectId: ProjectId, assetId: AssetId): Promise<readonly Source[]> {
    const { read } = this.#parts.work
    if ((await read.assets.get(projectId, assetId)) === undefined) throw noAsset()
    return read.sources.listForAsset(assetId)
  }

  /**
   * This version is to play: at once if it can, else as soon as it does. Earlier ones stay, and can be chosen again.
   * Throws not_found, state_conflict for one that failed.
   */
  async activate(projectId: ProjectId, assetId: AssetId, sourceId: SourceId): Promise<Source> {
    const { work, clock, random } = this.#parts
    return work.transaction(async (tx) => {
      const { asset, source } = await locked(tx, projectId, assetId, sourceId)
      if (source.failure !== undefined) {
        throw new DomainError('state_conflict', 'This version failed and cannot play.', {
          details: { reason: source.failure.reason },
        })
      }
      const nowMs = clock.now()
      await tx.sources.update(sourceId, { activation: 'automatic' })
      if (source.readyAtMs !== undefined && asset.currentSourceId !== sourceId) {
        await tx.assets.update(assetId, { currentSourceId: sourceId }, nowMs)
        await tx.outbox.append(projectId, { type: 'asset.updated', assetId, changes: ['source'] }, nowMs)
        const upload = await tx.uploads.get(source.uploadId)
        await placeWherePromised(tx, asset, upload?.target, { nowMs, random })
      }
      return { ...source, activation: 'automatic' }
    })
  }

  /**
   * Gives a version up: what is under way for it ends, what is stored goes. Throws not_found, state_conflict for the
   * one that plays.
   */
  async discard(projectId: ProjectId, assetId: AssetId, sourceId: SourceId): Promise<void> {
    const { work, clock, wakeWorkers } = this.#parts
    await work.transaction(async (tx) => {
      const { asset, source } = await locked(tx, projectId, assetId, sourceId)
      if (asset.currentSourceId === sourceId) {
        throw new DomainError('state_conflict', 'This version is the one that plays.')
      }
      await discardSource(tx, source, clock.now())
      await tx.sources.delete(sourceId)
    })
    await wakeWorkers()
  }
}

async function locked(tx: Repositories, projectId: ProjectId, assetId: AssetId, sourceId: SourceId): Promise<Locked> {
  const asset = parseId('asset', assetId) && (await tx.assets.lock(assetId))
  if (asset?.projectId !== projectId) throw noAsset()
  const source = await tx.sources.get(sourceId)
  if (source?.assetId !== assetId) throw new DomainError('not_found', 'The asset has no such version.')
  return { asset, source }
}

function noAsset(): DomainError {
  return new DomainError('not_found', 'No such asset.')
}
