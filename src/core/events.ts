import type {
  AssetId,
  CategoryId,
  ChannelId,
  EndpointId,
  EventId,
  PlacementId,
  ProjectId,
  SourceId,
  UploadId,
} from './ids.ts'

/** What receivers need to know of an asset that may be gone by the time they are told. */
export type AssetSnapshot = Readonly<{
  title: string
  /** Of its newest file; empty when it had none. */
  fileName: string
  /** The names of its first category and those above it, from the top down. */
  categoryPath: readonly string[]
  /** What dialects call it, by namespace. */
  names: Readonly<Record<string, string>>
}>

/** An asset in a channel as it was when the event happened. */
type PlacementFacts = Readonly<{
  placementId: PlacementId
  key: string
  channelId: ChannelId
  channelName: string
  assetId: AssetId
  asset: AssetSnapshot
}>

export const ASSET_TRAITS = [
  'title',
  'description',
  'tags',
  'metadata',
  'categories',
  'isEnabled',
  'source',
  'poster',
  'renditions',
] as const
export type AssetTrait = (typeof ASSET_TRAITS)[number]

/** Everything that happens: the closed list of domain events, of which callbacks and analytics are made. */
export type DomainEvent =
  | Readonly<{ type: 'upload.created'; uploadId: UploadId; assetId: AssetId | undefined }>
  | Readonly<{ type: 'upload.completed'; uploadId: UploadId; assetId: AssetId | undefined; sizeBytes: number }>
  | Readonly<{ type: 'upload.expired'; uploadId: UploadId; assetId: AssetId | undefined }>
  | Readonly<{ type: 'upload.deleted'; uploadId: UploadId; assetId: AssetId | undefined }>
  | Readonly<{ type: 'upload.failed'; uploadId: UploadId; assetId: AssetId | undefined; reason: string }>
  | Readonly<{ type: 'asset.probed'; assetId: AssetId; sourceId: SourceId }>
  /** Its smallest size plays, while the others are being made. */
  | Readonly<{ type: 'asset.playable'; assetId: AssetId; sourceId: SourceId }>
  | Readonly<{ type: 'asset.ready'; assetId: AssetId; sourceId: SourceId }>
  /** It could play, and waits for somebody to say so. */
  | Readonly<{ type: 'source.ready'; assetId: AssetId; sourceId: SourceId }>
  | Readonly<{ type: 'asset.failed'; assetId: AssetId; sourceId: SourceId; reason: string }>
  | Readonly<{ type: 'asset.updated'; assetId: AssetId; changes: readonly AssetTrait[] }>
  /** Without a snapshot where an earlier release wrote it. */
  | Readonly<{ type: 'asset.deleted'; assetId: AssetId; asset?: AssetSnapshot }>
  | Readonly<{
      type: 'category.created' | 'category.updated' | 'category.deleted'
      categoryId: CategoryId
      name: string
    }>
  | Readonly<{ type: 'channel.created' | 'channel.updated' | 'channel.deleted'; channelId: ChannelId; name: string }>
  | (Readonly<{ type: 'placement.created' | 'placement.deleted' }> & PlacementFacts)
  /** The asset behind a placement was exchanged; its key stays. */
  | (Readonly<{ type: 'placement.replaced'; previousAssetId: AssetId }> & PlacementFacts)
  /** Somebody wants to see whether a receiver gets anything; told to that receiver only. */
  | Readonly<{ type: 'endpoint.tested'; endpointId: EndpointId }>
  /** A receiver is told nothing more, because it failed for days or said that it is gone. */
  | Readonly<{ type: 'endpoint.disabled'; endpointId: EndpointId; reason: string }>

/** An event as it lies in the outbox. */
export type RecordedEvent = Readonly<{ id: EventId; projectId: ProjectId; atMs: number; event: DomainEvent }>
