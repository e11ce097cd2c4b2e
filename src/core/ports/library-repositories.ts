import type { AssetId, CategoryId, ChannelId, PlacementId, ProjectId } from '../ids.ts'
import type { Window } from '../library/asset-filter.ts'
import type { Category } from '../library/category.ts'
import type { Channel, Placement } from '../library/channel.ts'

export type CategoryChange = Readonly<
  Partial<Pick<Category, 'name' | 'description' | 'metadata' | 'parentId' | 'position' | 'workflowKey' | 'profileKey'>>
>
export type ChannelChange = Readonly<
  Partial<
    Pick<
      Channel,
      'name' | 'description' | 'isEnabled' | 'policy' | 'metadata' | 'position' | 'workflowKey' | 'profileKey'
    >
  >
>

export interface CategoryRepository {
  insert(category: Category): Promise<void>
  get(projectId: ProjectId, id: CategoryId): Promise<Category | undefined>
  /** All of the project's, oldest first; at most 10 000. */
  all(projectId: ProjectId): Promise<readonly Category[]>
  update(id: CategoryId, change: CategoryChange, nowMs: number): Promise<void>
  /** Its assets and channels are not in it any more; what is below it goes too. */
  delete(id: CategoryId): Promise<void>
  /** How many listed assets are in each, not counting those below. */
  assetCounts(ids: readonly CategoryId[]): Promise<ReadonlyMap<CategoryId, number>>
  /** The categories of each asset, in the order they were given. */
  ofAssets(assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, readonly CategoryId[]>>
  /** False: it was in it already. */
  addAsset(id: CategoryId, assetId: AssetId, atMs: number): Promise<boolean>
  /** False: it was not in it. */
  removeAsset(id: CategoryId, assetId: AssetId): Promise<boolean>
  /** Assets of the category are placed in the channel as soon as they play. False: that was so already. */
  addChannel(id: CategoryId, channelId: ChannelId): Promise<boolean>
  removeChannel(id: CategoryId, channelId: ChannelId): Promise<boolean>
  channelsOf(ids: readonly CategoryId[]): Promise<ReadonlyMap<CategoryId, readonly ChannelId[]>>
}

export interface ChannelRepository {
  insert(channel: Channel): Promise<void>
  get(projectId: ProjectId, id: ChannelId): Promise<Channel | undefined>
  /** Those of the project's that exist, in no order. */
  getMany(projectId: ProjectId, ids: readonly ChannelId[]): Promise<readonly Channel[]>
  /** By position, then age. `keyword`: part of the name, whatever the case. */
  list(
    projectId: ProjectId,
    filter: Readonly<{ keyword?: string | undefined }>,
    window: Window,
  ): Promise<readonly Channel[]>
  count(projectId: ProjectId, filter: Readonly<{ keyword?: string | undefined }>): Promise<number>
  update(id: ChannelId, change: ChannelChange, nowMs: number): Promise<void>
  delete(id: ChannelId): Promise<void>
  placementCounts(ids: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, number>>
}

export interface PlacementRepository {
  /** Throws state_conflict when the key is taken or the asset is in the channel already. */
  insert(placement: Placement): Promise<void>
  get(projectId: ProjectId, id: PlacementId): Promise<Placement | undefined>
  findByKey(key: string): Promise<Placement | undefined>
  find(channelId: ChannelId, assetId: AssetId): Promise<Placement | undefined>
  /** Oldest first. */
  ofAssets(assetIds: readonly AssetId[]): Promise<readonly Placement[]>
  /** Those in one channel, of these assets. */
  inChannel(channelId: ChannelId, assetIds: readonly AssetId[]): Promise<readonly Placement[]>
  /** A page of a channel's placements, oldest first, after that id. */
  listForChannel(
    channelId: ChannelId,
    page: Readonly<{ limit: number; after?: PlacementId }>,
  ): Promise<readonly Placement[]>
  update(id: PlacementId, change: Readonly<Pick<Placement, 'assetId' | 'previousAssetId'>>): Promise<void>
  delete(id: PlacementId): Promise<void>
}
