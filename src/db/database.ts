import type { Generated } from 'kysely'

/**
 * The rows as both databases hold them. Times are integer milliseconds, sizes integer bytes, JSON is text; converting
 * to domain types happens in the mapping functions of the repositories. docs/schema/*.sql are the dumps that CI diffs.
 */
export type Database = {
  projects: { id: string; name: string; created_at_ms: number }
  api_keys: {
    id: string
    project_id: string
    name: string
    hint: string
    hash: string
    created_at_ms: number
    revoked_at_ms: number | null
  }
  users: { id: string; project_id: string; login: string; password_hash: string; created_at_ms: number }
  sessions: { hash: string; user_id: string; expires_at_ms: number }
  dialect_credentials: { dialect: string; lookup: string; project_id: string; sealed_secrets: string }
  revoked_sessions: { dialect: string; hash: string; until_ms: number }
  session_uses: { dialect: string; hash: string; uses: number; until_ms: number }
  external_keys: { namespace: string; key: string; project_id: string; subject_id: string }
  uploads: UploadRow
  upload_ranges: { upload_id: string; start_byte: number; end_byte: number }
  upload_receipts: { upload_id: string; receipt: string }
  assets: AssetRow
  asset_expiries: { asset_id: string; at_ms: number; only_if_empty: number }
  sources: SourceRow
  source_folders: { source_id: string; folder_source_id: string }
  renditions: RenditionRow
  profiles: SettingsRow
  workflows: SettingsRow
  images: ImageRow
  subtitles: SubtitleRow
  splits: { source_id: string; encode_job_id: string; package_prefix: string; plan: string; pieces: string }
  made_pieces: { source_id: string; position: number; renditions: string }
  jobs: JobRow
  categories: CategoryRow
  asset_categories: { category_id: string; asset_id: string; at_ms: number }
  channels: ChannelRow
  category_channels: { category_id: string; channel_id: string }
  placements: PlacementRow
  pulls: { upload_id: string; sealed_url: string; total_bytes: number | null; validator: string | null }
  outbox: OutboxRow
  endpoints: EndpointRow
  deliveries: DeliveryRow
  delivery_attempts: DeliveryAttemptRow
  idempotency_keys: { project_id: string; key: string; request_hash: string; sealed_answer: string; at_ms: number }
}

export type UploadRow = {
  id: string
  project_id: string
  asset_id: string | null
  state: string
  token_hash: string
  owner_id: string | null
  file_name: string
  size_bytes: number | null
  received_bytes: Generated<number>
  policy: string
  target: string
  staging_key: string
  staging_layout: string
  sequence: Generated<number>
  failure: string | null
  created_at_ms: number
  updated_at_ms: number
  expires_at_ms: number
  hard_expires_at_ms: number
  completed_at_ms: number | null
  kind: Generated<string>
  echo: Generated<string>
  part_of: string | null
  part_ids: string | null
  /** Of a part: the file it shares with others, and where its bytes begin in there. */
  staging_host: string | null
  staging_start: number | null
  /** Of the complete file, where it was verified. */
  sha256: Generated<string | null>
}

export type OutboxRow = {
  id: string
  project_id: string
  type: string
  payload: string
  at_ms: number
  /** When it became deliveries. */
  dispatched_at_ms: number | null
}

export type EndpointRow = {
  id: string
  project_id: string
  format: string
  sealed_url: string
  description: string
  event_types: string
  state: string
  disabled_reason: string | null
  sealed_secrets: string
  sealed_settings: string
  channel_id: string | null
  /** Empty for an endpoint of the whole project. */
  subject_id: string
  is_one_shot: number
  failing_since_ms: number | null
  /** When deliveries of it are to be looked at; null: there is nothing to do. */
  due_at_ms: number | null
  created_at_ms: number
  updated_at_ms: number
}

export type DeliveryRow = {
  id: string
  project_id: string
  endpoint_id: string
  event_id: string
  event_type: string
  order_key: string
  state: string
  attempts: number
  tries: number
  fence: number
  /** Pending: the next attempt. Sending: the end of the lease. Else null. */
  due_at_ms: number | null
  sealed_request: string | null
  created_at_ms: number
  finished_at_ms: number | null
}

export type DeliveryAttemptRow = {
  delivery_id: string
  number: number
  started_at_ms: number
  duration_ms: number
  status: number | null
  error: string | null
  answer: string
}

export type AssetRow = {
  id: string
  project_id: string
  title: string
  current_source_id: string | null
  metadata: string
  description: string
  tags: string
  title_folded: string
  tags_folded: string
  is_enabled: number
  kind: string | null
  owner_id: string | null
  listed_at_ms: number | null
  created_at_ms: number
  updated_at_ms: number
}

export type SourceRow = {
  id: string
  asset_id: string
  project_id: string
  upload_id: string
  version: number
  blob_key: string
  file_name: string
  size_bytes: number
  media: string | null
  package_prefix: string | null
  poster_key: string | null
  treatment: string | null
  sealed_keys: string | null
  sprites: string | null
  downloads: string | null
  failure: string | null
  activation: string
  created_at_ms: number
  ready_at_ms: number | null
}

export type RenditionRow = {
  id: string
  source_id: string
  position: number
  name: string
  playlist: string
  width_px: number | null
  height_px: number | null
  frame_rate: number | null
  codecs: string
  bandwidth: number
  average_bandwidth: number
  duration_ms: number
  size_bytes: number
  track: string | null
}

/** Of a profile or a workflow. */
export type SettingsRow = {
  id: string
  project_id: string
  key: string
  name: string
  settings: string
  created_at_ms: number
  updated_at_ms: number
}

export type ImageRow = {
  id: string
  project_id: string
  content_type: string
  size_bytes: number
  base64: string
  created_at_ms: number
}

export type SubtitleRow = {
  id: string
  asset_id: string
  language: string
  label: string
  kind: string
  is_default: number
  vtt: string
  created_at_ms: number
}

export type CategoryRow = {
  id: string
  project_id: string
  parent_id: string | null
  name: string
  description: string
  metadata: string
  position: number
  workflow_key: string | null
  profile_key: string | null
  created_at_ms: number
  updated_at_ms: number
}

export type ChannelRow = {
  id: string
  project_id: string
  name: string
  name_folded: string
  description: string
  is_enabled: number
  policy: string
  metadata: string
  position: number
  workflow_key: string | null
  profile_key: string | null
  created_at_ms: number
  updated_at_ms: number
}

export type PlacementRow = {
  id: string
  project_id: string
  channel_id: string
  asset_id: string
  key: string
  previous_asset_id: string | null
  created_at_ms: number
}

export type JobRow = {
  id: string
  project_id: string
  kind: string
  asset_id: string
  /** Empty for a job about an upload. */
  source_id: string
  upload_id: string | null
  piece: number | null
  key: string
  state: string
  priority: number
  due_order: number
  progress: Generated<number>
  attempt: Generated<number>
  max_attempts: number
  fence: Generated<number>
  run_at_ms: number
  lease_until_ms: number | null
  worker_id: string | null
  error: string | null
  created_at_ms: number
  started_at_ms: number | null
  finished_at_ms: number | null
}
