import { DomainError } from '../errors.ts'
import type { AssetId, ChannelId, ProjectId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Asset } from './asset.ts'
import type { AssetFilter, AssetOrder, Window } from './asset-filter.ts'
import type { Channel, Placement } from './channel.ts'
import type { AssetView, LibraryService } from './library-service.ts'
import { isEncrypted, place, placementFacts, takes } from './placing.ts'

export type PlacedAsset = Readonly<{ placement: Placement; view: AssetView }>

type Parts = Readonly<{ library: LibraryService; work: UnitOfWork; clock: Clock; random: Random }>

/** Assets in channels: publishing, withdrawing, and exchanging what an address plays. */
export class PlacementService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Publishes an asset in a channel; one that is there keeps its placement. Throws not_found, state_conflict when the
   * channel takes only encrypted assets and this one is not.
   */
  async attach(projectId: ProjectId, assetId: AssetId, channelId: ChannelId): Promise<Placement> {
    const { work, clock, random } = this.#parts
    return work.transaction(async (tx) => {
      const { asset, channel } = await locked(tx, projectId, assetId, channelId)
      if (!(await takes(tx, channel, asset))) {
        throw new DomainError('state_conflict', 'This channel takes only encrypted assets.', {
          details: { reason: 'encryption_required' },
        })
      }
      return place(tx, asset, channel, { nowMs: clock.now(), random })
    })
  }

  /** Withdraws an asset from a channel; its key plays nothing any more. Throws not_found, also when it is not there. */
  async detach(projectId: ProjectId, assetId: AssetId, channelId: ChannelId): Promise<void> {
    const { work, clock } = this.#parts
    await work.transaction(async (tx) => {
      const { asset, channel } = await locked(tx, projectId, assetId, channelId)
      const placement = await tx.placements.find(channelId, assetId)
      if (placement === undefined) throw new DomainError('not_found', 'The asset is not in this channel.')
      const facts = await placementFacts(tx, asset, channel, placement)
      await tx.placements.delete(placement.id)
      await tx.outbox.append(projectId, { type: 'placement.deleted', ...facts }, clock.now())
    })
  }

  /** Throws not_found. */
  async getByKey(key: string): Promise<Placement> {
    const placement = await this.#parts.work.read.placements.findByKey(key)
    if (placement === undefined) throw noPlacement()
    return placement
  }

  /** The placements of assets, oldest first. */
  ofAssets(assetIds: readonly AssetId[]): Promise<readonly Placement[]> {
    return this.#parts.work.read.placements.ofAssets(assetIds)
  }

  /** A numbered page of a channel, with the number of all. Throws invalid_argument for an impossible page. */
  async list(
    projectId: ProjectId,
    channelId: ChannelId,
    filter: Omit<AssetFilter, 'channelId'>,
    window: Window & Readonly<{ order?: AssetOrder }>,
  ): Promise<Readonly<{ items: readonly PlacedAsset[]; total: number }>> {
    const { library, work } = this.#parts
    const states = filter.states ?? (['waiting', 'processing', 'ready', 'failed'] as const)
    const found = await library.search(projectId, { ...filter, states, channelId }, window)
    const ids = found.items.map((view) => view.asset.id)
    const byAsset = new Map(
      (await work.read.placements.inChannel(channelId, ids)).map((placement) => [placement.assetId, placement]),
    )
    const items = found.items.flatMap((view) => {
      const placement = byAsset.get(view.asset.id)
      return placement === undefined ? [] : [{ placement, view }]
    })
    return { items, total: found.total }
  }

  /**
   * Exchanges the asset that a key plays, at once; the key and every address with it stay, and who watches the old one
   * goes on. The new asset has to play, be of the same kind, be encrypted if and only if the old one is, and not be in
   * that channel yet. Throws not_found, state_conflict (details.reason: not_ready | kind_differs | encryption_differs |
   * already_there).
   */
  async replace(projectId: ProjectId, key: string, assetId: AssetId): Promise<Placement> {
    const { work, clock } = this.#parts
    return work.transaction(async (tx) => {
      const placement = await tx.placements.findByKey(key)
      if (placement?.projectId !== projectId) throw noPlacement()
      // In the order of their ids, as everywhere that two are locked.
      const [first, second] = [placement.assetId, assetId].toSorted() as [AssetId, AssetId]
      await tx.assets.lock(first)
      await tx.assets.lock(second)
      const { asset: next, channel } = await locked(tx, projectId, assetId, placement.channelId)
      const current = await tx.assets.find(placement.assetId)
      if (next.currentSourceId === undefined) throw conflict('not_ready', 'The new asset does not play yet.')
      if (current !== undefined) await assertExchangeable(tx, current, next)
      if ((await tx.placements.find(channel.id, assetId)) !== undefined) {
        throw conflict('already_there', 'The new asset is in this channel already.')
      }
      const { assetId: previousAssetId } = placement
      await tx.placements.update(placement.id, { assetId, previousAssetId })
      const exchanged: Placement = { ...placement, assetId, previousAssetId }
      const facts = await placementFacts(tx, next, channel, exchanged)
      await tx.outbox.append(projectId, { type: 'placement.replaced', previousAssetId, ...facts }, clock.now())
      return exchanged
    })
  }

  /** Undoes the last exchange. Throws not_found, state_conflict when there was none or the old asset is gone. */
  async restore(projectId: ProjectId, key: string): Promise<Placement> {
    const placement = await this.getByKey(key)
    if (placement.projectId !== projectId) throw noPlacement()
    if (placement.previousAssetId === undefined) throw conflict('nothing_before', 'There is nothing to go back to.')
    return this.replace(projectId, key, placement.previousAssetId)
  }
}

async function locked(
  tx: Repositories,
  projectId: ProjectId,
  assetId: AssetId,
  channelId: ChannelId,
): Promise<Readonly<{ asset: Asset; channel: Channel }>> {
  const asset = await tx.assets.lock(assetId)
  if (asset?.projectId !== projectId) throw new DomainError('not_found', 'No such asset.')
  const channel = await tx.channels.get(projectId, channelId)
  if (channel === undefined) throw new DomainError('not_found', 'No such channel.')
  return { asset, channel }
}

async function assertExchangeable(tx: Repositories, current: Asset, next: Asset): Promise<void> {
  if (current.kind !== undefined && next.kind !== undefined && current.kind !== next.kind) {
    throw conflict('kind_differs', 'Sound cannot take the place of a video, nor a video that of sound.')
  }
  if ((await isEncrypted(tx, current)) !== (await isEncrypted(tx, next))) {
    throw conflict('encryption_differs', 'An encrypted asset can only be exchanged for an encrypted one.')
  }
}

function conflict(reason: string, message: string): DomainError {
  return new DomainError('state_conflict', message, { details: { reason } })
}

function noPlacement(): DomainError {
  return new DomainError('not_found', 'No such placement.')
}
