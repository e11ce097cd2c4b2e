import type { AssetId, EndpointId, EventId, ProjectId, SourceId, UploadId } from './ids.ts'

/** Everything that happens: the closed list of domain events, of which callbacks and analytics are made. */
export type DomainEvent =
  | Readonly<{ type: 'upload.created'; uploadId: UploadId; assetId: AssetId | undefined }>
  | Readonly<{ type: 'upload.completed'; uploadId: UploadId; assetId: AssetId | undefined; sizeBytes: number }>
  | Readonly<{ type: 'upload.expired'; uploadId: UploadId; assetId: AssetId | undefined }>
  | Readonly<{ type: 'upload.deleted'; uploadId: UploadId; assetId: AssetId | undefined }>
  | Readonly<{ type: 'upload.failed'; uploadId: UploadId; assetId: AssetId | undefined; reason: string }>
  | Readonly<{ type: 'asset.probed'; assetId: AssetId; sourceId: SourceId }>
  | Readonly<{ type: 'asset.ready'; assetId: AssetId; sourceId: SourceId }>
  | Readonly<{ type: 'asset.failed'; assetId: AssetId; sourceId: SourceId; reason: string }>
  | Readonly<{ type: 'asset.deleted'; assetId: AssetId }>
  /** Somebody wants to see whether a receiver gets anything; told to that receiver only. */
  | Readonly<{ type: 'endpoint.tested'; endpointId: EndpointId }>
  /** A receiver is told nothing more, because it failed for days or said that it is gone. */
  | Readonly<{ type: 'endpoint.disabled'; endpointId: EndpointId; reason: string }>

/** An event as it lies in the outbox. */
export type RecordedEvent = Readonly<{ id: EventId; projectId: ProjectId; atMs: number; event: DomainEvent }>
