create table api_keys (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  name text not null,
  hint text not null,
  hash text not null unique,
  created_at_ms bigint not null,
  revoked_at_ms bigint
);
create index api_keys_by_project on api_keys (project_id, id);

create table asset_categories (
  category_id text not null references categories (id) on delete cascade,
  asset_id text not null references assets (id) on delete cascade,
  at_ms bigint not null,
  constraint asset_categories_pk primary key (category_id, asset_id)
);
create index asset_categories_by_asset on asset_categories (asset_id, at_ms);

create table asset_expiries (
  asset_id text primary key references assets (id) on delete cascade,
  at_ms bigint not null,
  only_if_empty integer not null
);
create index asset_expiries_by_time on asset_expiries (at_ms);

create table assets (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  title text not null,
  current_source_id text,
  metadata text not null,
  listed_at_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  description text not null default '',
  tags text not null default '[]',
  title_folded text not null default '',
  tags_folded text not null default '',
  is_enabled integer not null default 1,
  kind text,
  owner_id text
);
create index assets_by_owner on assets (project_id, owner_id, id) where owner_id is not null;
create index assets_by_project on assets (project_id, id);
create index assets_by_title on assets (project_id, title_folded, id);
create index assets_by_update on assets (project_id, updated_at_ms, id);
create index assets_listed on assets (project_id, id) where listed_at_ms is not null;
create index assets_unready on assets (project_id, id)
      where listed_at_ms is not null and current_source_id is null;

create table categories (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  parent_id text references categories (id) on delete cascade,
  name text not null,
  position integer not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  workflow_key text,
  profile_key text,
  description text not null default '',
  metadata text not null default '{}'
);
create index categories_by_parent on categories (parent_id);
create index categories_by_project on categories (project_id, id);

create table category_channels (
  category_id text not null references categories (id) on delete cascade,
  channel_id text not null references channels (id) on delete cascade,
  constraint category_channels_pk primary key (category_id, channel_id)
);
create index category_channels_by_channel on category_channels (channel_id);

create table channels (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  name text not null,
  name_folded text not null,
  description text not null,
  is_enabled integer not null,
  policy text not null,
  metadata text not null,
  position integer not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  workflow_key text,
  profile_key text
);
create index channels_by_project on channels (project_id, position, id);

create table deliveries (
  id text primary key,
  project_id text not null,
  endpoint_id text not null references endpoints (id) on delete cascade,
  event_id text not null,
  event_type text not null,
  order_key text not null,
  state text not null,
  attempts integer not null,
  tries integer not null,
  fence integer not null,
  due_at_ms bigint,
  sealed_request text,
  created_at_ms bigint not null,
  finished_at_ms bigint,
  constraint deliveries_once unique (endpoint_id, event_id)
);
create index deliveries_by_endpoint on deliveries (endpoint_id, id);
create index deliveries_by_event on deliveries (event_id, id);
create index deliveries_by_project on deliveries (project_id, id);
create index deliveries_dead on deliveries (endpoint_id, created_at_ms) where state = 'dead';
create index deliveries_finished on deliveries (created_at_ms)
      where state in ('delivered', 'dead');
create index deliveries_open on deliveries (endpoint_id, due_at_ms, event_id)
      where due_at_ms is not null;
create index deliveries_untold on deliveries (endpoint_id, order_key, event_id)
      where due_at_ms is not null and attempts = 0;

create table delivery_attempts (
  delivery_id text not null references deliveries (id) on delete cascade,
  number integer not null,
  started_at_ms bigint not null,
  duration_ms integer not null,
  status integer,
  error text,
  answer text not null,
  constraint delivery_attempts_pk primary key (delivery_id, number)
);

create table dialect_credentials (
  dialect text not null,
  lookup text not null,
  project_id text not null references projects (id) on delete cascade,
  sealed_secrets text not null,
  constraint dialect_credentials_pk primary key (dialect, lookup)
);
create index dialect_credentials_by_project on dialect_credentials (project_id, dialect);

create table endpoints (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  format text not null,
  sealed_url text not null,
  description text not null,
  event_types text not null,
  state text not null,
  disabled_reason text,
  sealed_secrets text not null,
  sealed_settings text not null,
  channel_id text,
  subject_id text not null,
  is_one_shot integer not null,
  failing_since_ms bigint,
  due_at_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null
);
create index endpoints_by_subject on endpoints (project_id, subject_id, id);
create index endpoints_due on endpoints (due_at_ms)
      where due_at_ms is not null and state in ('active', 'spent');
create index endpoints_of_subjects on endpoints (created_at_ms) where subject_id <> '';

create table external_keys (
  namespace text not null,
  key text not null,
  project_id text not null references projects (id) on delete cascade,
  subject_id text not null,
  constraint external_keys_pk primary key (namespace, key)
);
create index external_keys_by_subject on external_keys (subject_id, namespace);

create table idempotency_keys (
  project_id text not null references projects (id) on delete cascade,
  key text not null,
  request_hash text not null,
  sealed_answer text not null,
  at_ms bigint not null,
  constraint idempotency_keys_pk primary key (project_id, key)
);
create index idempotency_keys_by_time on idempotency_keys (at_ms);

create table images (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  content_type text not null,
  size_bytes bigint not null,
  base64 text not null,
  created_at_ms bigint not null
);
create index images_by_project on images (project_id, id);

create table jobs (
  id text primary key,
  project_id text not null,
  kind text not null,
  asset_id text not null,
  source_id text not null,
  key text not null unique,
  state text not null,
  priority integer not null,
  due_order bigint not null,
  progress double precision default 0 not null,
  attempt integer default 0 not null,
  max_attempts integer not null,
  fence integer default 0 not null,
  run_at_ms bigint not null,
  lease_until_ms bigint,
  worker_id text,
  error text,
  created_at_ms bigint not null,
  started_at_ms bigint,
  finished_at_ms bigint,
  upload_id text,
  piece integer
);
create index jobs_by_asset on jobs (asset_id, id);
create index jobs_by_source on jobs (source_id);
create index jobs_by_upload on jobs (upload_id) where upload_id is not null;
create index jobs_queued on jobs (kind, due_order, id) where state = 'queued';
create index jobs_running on jobs (lease_until_ms) where state = 'running';

create table made_pieces (
  source_id text not null references splits (source_id) on delete cascade,
  position integer not null,
  renditions text not null,
  constraint made_pieces_pk primary key (source_id, position)
);

create table outbox (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  type text not null,
  payload text not null,
  at_ms bigint not null,
  dispatched_at_ms bigint
);
create index outbox_by_project on outbox (project_id, id);
create index outbox_dispatched on outbox (at_ms) where dispatched_at_ms is not null;
create index outbox_undispatched on outbox (id) where dispatched_at_ms is null;

create table placements (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  channel_id text not null references channels (id) on delete cascade,
  asset_id text not null references assets (id) on delete cascade,
  key text not null unique,
  previous_asset_id text references assets (id) on delete set null,
  created_at_ms bigint not null,
  constraint placements_once unique (channel_id, asset_id)
);
create index placements_by_asset on placements (asset_id, id);
create index placements_by_channel on placements (channel_id, id);
create index placements_by_previous on placements (previous_asset_id)
      where previous_asset_id is not null;

create table profiles (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  key text not null,
  name text not null,
  settings text not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  constraint profiles_key unique (project_id, key)
);

create table projects (
  id text primary key,
  name text not null,
  created_at_ms bigint not null
);

create table pulls (
  upload_id text primary key references uploads (id) on delete cascade,
  sealed_url text not null,
  total_bytes bigint,
  validator text
);

create table renditions (
  id text primary key,
  source_id text not null references sources (id) on delete cascade,
  position integer not null,
  name text not null,
  playlist text not null,
  width_px integer,
  height_px integer,
  frame_rate double precision,
  codecs text not null,
  bandwidth bigint not null,
  average_bandwidth bigint not null,
  duration_ms bigint not null,
  size_bytes bigint not null,
  track text,
  constraint renditions_position unique (source_id, position)
);

create table revoked_sessions (
  dialect text not null,
  hash text not null,
  until_ms bigint not null,
  constraint revoked_sessions_pk primary key (dialect, hash)
);
create index revoked_sessions_by_end on revoked_sessions (until_ms);

create table session_uses (
  dialect text not null,
  hash text not null,
  uses bigint not null,
  until_ms bigint not null,
  constraint session_uses_pk primary key (dialect, hash)
);
create index session_uses_by_end on session_uses (until_ms);

create table sessions (
  hash text primary key,
  user_id text not null references users (id) on delete cascade,
  expires_at_ms bigint not null
);
create index sessions_by_expiry on sessions (expires_at_ms);

create table source_folders (
  source_id text not null references sources (id) on delete cascade,
  folder_source_id text not null,
  constraint source_folders_pk primary key (source_id, folder_source_id)
);
create index source_folders_by_folder on source_folders (folder_source_id);

create table sources (
  id text primary key,
  asset_id text not null references assets (id) on delete cascade,
  project_id text not null,
  upload_id text not null unique,
  version integer not null,
  blob_key text not null,
  file_name text not null,
  size_bytes bigint not null,
  media text,
  package_prefix text,
  poster_key text,
  failure text,
  created_at_ms bigint not null,
  ready_at_ms bigint,
  activation text not null default 'automatic',
  treatment text,
  sealed_keys text,
  sprites text,
  downloads text,
  constraint sources_version unique (asset_id, version)
);

create table splits (
  source_id text primary key references sources (id) on delete cascade,
  encode_job_id text not null,
  package_prefix text not null,
  plan text not null,
  pieces text not null
);

create table subtitles (
  id text primary key,
  asset_id text not null references assets (id) on delete cascade,
  language text not null,
  label text not null,
  kind text not null,
  is_default integer not null,
  vtt text not null,
  created_at_ms bigint not null
);
create index subtitles_by_asset on subtitles (asset_id, id);

create table upload_ranges (
  upload_id text not null references uploads (id) on delete cascade,
  start_byte bigint not null,
  end_byte bigint not null,
  constraint upload_ranges_pk primary key (upload_id, start_byte)
);

create table upload_receipts (
  upload_id text not null references uploads (id) on delete cascade,
  receipt text not null,
  constraint upload_receipts_pk primary key (upload_id, receipt)
);

create table uploads (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  asset_id text,
  state text not null,
  token_hash text not null unique,
  owner_id text,
  file_name text not null,
  size_bytes bigint,
  received_bytes bigint default 0 not null,
  policy text not null,
  target text not null,
  staging_key text not null unique,
  staging_layout text not null,
  sequence integer default 0 not null,
  failure text,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  expires_at_ms bigint not null,
  hard_expires_at_ms bigint not null,
  completed_at_ms bigint,
  kind text not null default 'file',
  echo text not null default '{}',
  part_of text,
  part_ids text,
  staging_host text,
  staging_start bigint,
  sha256 text
);
create index uploads_by_asset on uploads (asset_id, id);
create index uploads_by_host on uploads (staging_host) where staging_host is not null;
create index uploads_by_project on uploads (project_id, id);
create index uploads_by_sha256 on uploads (project_id, sha256) where sha256 is not null;
create index uploads_by_whole on uploads (part_of) where part_of is not null;
create index uploads_joining on uploads (id)
      where part_ids is not null and state in ('pending', 'receiving');
create index uploads_open on uploads (expires_at_ms) where state in ('pending', 'receiving');
create index uploads_unclaimed on uploads (completed_at_ms) where state = 'complete';

create table users (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  login text not null unique,
  password_hash text not null,
  created_at_ms bigint not null
);

create table workflows (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  key text not null,
  name text not null,
  settings text not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  constraint workflows_key unique (project_id, key)
);
