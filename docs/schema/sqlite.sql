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

create table assets (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  title text not null,
  current_source_id text,
  metadata text not null,
  listed_at_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null
);
create index assets_by_project on assets (project_id, id);
create index assets_listed on assets (project_id, id) where listed_at_ms is not null;

create table dialect_credentials (
  dialect text not null,
  lookup text not null,
  project_id text not null references projects (id) on delete cascade,
  sealed_secrets text not null,
  constraint dialect_credentials_pk primary key (dialect, lookup)
);
create index dialect_credentials_by_project on dialect_credentials (project_id, dialect);

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
  upload_id text
);
create index jobs_by_asset on jobs (asset_id, id);
create index jobs_by_source on jobs (source_id);
create index jobs_by_upload on jobs (upload_id) where upload_id is not null;
create index jobs_queued on jobs (kind, due_order, id) where state = 'queued';
create index jobs_running on jobs (lease_until_ms) where state = 'running';

create table outbox (
  id text primary key,
  project_id text not null references projects (id) on delete cascade,
  type text not null,
  payload text not null,
  at_ms bigint not null
);
create index outbox_by_project on outbox (project_id, id);

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
  treatment text,
  sealed_keys text,
  sprites text,
  downloads text,
  constraint sources_version unique (asset_id, version)
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
  staging_start bigint
);
create index uploads_by_asset on uploads (asset_id, id);
create index uploads_by_host on uploads (staging_host) where staging_host is not null;
create index uploads_by_project on uploads (project_id, id);
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
