create table api_keys (
  id text not null,
  project_id text not null,
  name text not null,
  hint text not null,
  hash text not null,
  created_at_ms bigint not null,
  revoked_at_ms bigint,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_hash_key UNIQUE (hash),
  constraint api_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index api_keys_by_project ON api_keys USING btree (project_id, id);

create table asset_categories (
  category_id text not null,
  asset_id text not null,
  at_ms bigint not null,
  constraint asset_categories_pk PRIMARY KEY (category_id, asset_id),
  constraint asset_categories_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES assets(id) ON DELETE CASCADE,
  constraint asset_categories_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id) ON DELETE CASCADE
);
create index asset_categories_by_asset ON asset_categories USING btree (asset_id, at_ms);

create table asset_expiries (
  asset_id text not null,
  at_ms bigint not null,
  only_if_empty integer not null,
  constraint asset_expiries_pkey PRIMARY KEY (asset_id),
  constraint asset_expiries_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES assets(id) ON DELETE CASCADE
);
create index asset_expiries_by_time ON asset_expiries USING btree (at_ms);

create table assets (
  id text not null,
  project_id text not null,
  title text not null,
  current_source_id text,
  metadata text not null,
  listed_at_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  description text not null default ''::text,
  tags text not null default '[]'::text,
  title_folded text not null default ''::text,
  tags_folded text not null default ''::text,
  is_enabled integer not null default 1,
  kind text,
  owner_id text,
  constraint assets_pkey PRIMARY KEY (id),
  constraint assets_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index assets_by_owner ON assets USING btree (project_id, owner_id, id) WHERE (owner_id IS NOT NULL);
create index assets_by_project ON assets USING btree (project_id, id);
create index assets_by_title ON assets USING btree (project_id, title_folded, id);
create index assets_by_update ON assets USING btree (project_id, updated_at_ms, id);
create index assets_listed ON assets USING btree (project_id, id) WHERE (listed_at_ms IS NOT NULL);
create index assets_unready ON assets USING btree (project_id, id) WHERE ((listed_at_ms IS NOT NULL) AND (current_source_id IS NULL));

create table categories (
  id text not null,
  project_id text not null,
  parent_id text,
  name text not null,
  position integer not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  workflow_key text,
  profile_key text,
  description text not null default ''::text,
  metadata text not null default '{}'::text,
  constraint categories_pkey PRIMARY KEY (id),
  constraint categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES categories(id) ON DELETE CASCADE,
  constraint categories_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index categories_by_parent ON categories USING btree (parent_id);
create index categories_by_project ON categories USING btree (project_id, id);

create table category_channels (
  category_id text not null,
  channel_id text not null,
  constraint category_channels_pk PRIMARY KEY (category_id, channel_id),
  constraint category_channels_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id) ON DELETE CASCADE,
  constraint category_channels_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE CASCADE
);
create index category_channels_by_channel ON category_channels USING btree (channel_id);

create table channels (
  id text not null,
  project_id text not null,
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
  profile_key text,
  constraint channels_pkey PRIMARY KEY (id),
  constraint channels_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index channels_by_project ON channels USING btree (project_id, "position", id);

create table deliveries (
  id text not null,
  project_id text not null,
  endpoint_id text not null,
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
  constraint deliveries_pkey PRIMARY KEY (id),
  constraint deliveries_once UNIQUE (endpoint_id, event_id),
  constraint deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES endpoints(id) ON DELETE CASCADE
);
create index deliveries_by_endpoint ON deliveries USING btree (endpoint_id, id);
create index deliveries_by_event ON deliveries USING btree (event_id, id);
create index deliveries_by_project ON deliveries USING btree (project_id, id);
create index deliveries_dead ON deliveries USING btree (endpoint_id, created_at_ms) WHERE (state = 'dead'::text);
create index deliveries_finished ON deliveries USING btree (created_at_ms) WHERE (state = ANY (ARRAY['delivered'::text, 'dead'::text]));
create index deliveries_open ON deliveries USING btree (endpoint_id, due_at_ms, event_id) WHERE (due_at_ms IS NOT NULL);
create index deliveries_untold ON deliveries USING btree (endpoint_id, order_key, event_id) WHERE ((due_at_ms IS NOT NULL) AND (attempts = 0));

create table delivery_attempts (
  delivery_id text not null,
  number integer not null,
  started_at_ms bigint not null,
  duration_ms integer not null,
  status integer,
  error text,
  answer text not null,
  constraint delivery_attempts_pk PRIMARY KEY (delivery_id, number),
  constraint delivery_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(id) ON DELETE CASCADE
);

create table dialect_credentials (
  dialect text not null,
  lookup text not null,
  project_id text not null,
  sealed_secrets text not null,
  constraint dialect_credentials_pk PRIMARY KEY (dialect, lookup),
  constraint dialect_credentials_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index dialect_credentials_by_project ON dialect_credentials USING btree (project_id, dialect);

create table endpoints (
  id text not null,
  project_id text not null,
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
  updated_at_ms bigint not null,
  constraint endpoints_pkey PRIMARY KEY (id),
  constraint endpoints_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index endpoints_by_subject ON endpoints USING btree (project_id, subject_id, id);
create index endpoints_due ON endpoints USING btree (due_at_ms) WHERE ((due_at_ms IS NOT NULL) AND (state = ANY (ARRAY['active'::text, 'spent'::text])));
create index endpoints_of_subjects ON endpoints USING btree (created_at_ms) WHERE (subject_id <> ''::text);

create table external_keys (
  namespace text not null,
  key text not null,
  project_id text not null,
  subject_id text not null,
  constraint external_keys_pk PRIMARY KEY (namespace, key),
  constraint external_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index external_keys_by_subject ON external_keys USING btree (subject_id, namespace);

create table idempotency_keys (
  project_id text not null,
  key text not null,
  request_hash text not null,
  sealed_answer text not null,
  at_ms bigint not null,
  constraint idempotency_keys_pk PRIMARY KEY (project_id, key),
  constraint idempotency_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index idempotency_keys_by_time ON idempotency_keys USING btree (at_ms);

create table images (
  id text not null,
  project_id text not null,
  content_type text not null,
  size_bytes bigint not null,
  base64 text not null,
  created_at_ms bigint not null,
  constraint images_pkey PRIMARY KEY (id),
  constraint images_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index images_by_project ON images USING btree (project_id, id);

create table jobs (
  id text not null,
  project_id text not null,
  kind text not null,
  asset_id text not null,
  source_id text not null,
  key text not null,
  state text not null,
  priority integer not null,
  due_order bigint not null,
  progress double precision not null default 0,
  attempt integer not null default 0,
  max_attempts integer not null,
  fence integer not null default 0,
  run_at_ms bigint not null,
  lease_until_ms bigint,
  worker_id text,
  error text,
  created_at_ms bigint not null,
  started_at_ms bigint,
  finished_at_ms bigint,
  upload_id text,
  piece integer,
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_key_key UNIQUE (key)
);
create index jobs_by_asset ON jobs USING btree (asset_id, id);
create index jobs_by_source ON jobs USING btree (source_id);
create index jobs_by_upload ON jobs USING btree (upload_id) WHERE (upload_id IS NOT NULL);
create index jobs_queued ON jobs USING btree (kind, due_order, id) WHERE (state = 'queued'::text);
create index jobs_running ON jobs USING btree (lease_until_ms) WHERE (state = 'running'::text);

create table made_pieces (
  source_id text not null,
  position integer not null,
  renditions text not null,
  constraint made_pieces_pk PRIMARY KEY (source_id, "position"),
  constraint made_pieces_source_id_fkey FOREIGN KEY (source_id) REFERENCES splits(source_id) ON DELETE CASCADE
);

create table outbox (
  id text not null,
  project_id text not null,
  type text not null,
  payload text not null,
  at_ms bigint not null,
  dispatched_at_ms bigint,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index outbox_by_project ON outbox USING btree (project_id, id);
create index outbox_dispatched ON outbox USING btree (at_ms) WHERE (dispatched_at_ms IS NOT NULL);
create index outbox_undispatched ON outbox USING btree (id) WHERE (dispatched_at_ms IS NULL);

create table placements (
  id text not null,
  project_id text not null,
  channel_id text not null,
  asset_id text not null,
  key text not null,
  previous_asset_id text,
  created_at_ms bigint not null,
  constraint placements_pkey PRIMARY KEY (id),
  constraint placements_key_key UNIQUE (key),
  constraint placements_once UNIQUE (channel_id, asset_id),
  constraint placements_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES assets(id) ON DELETE CASCADE,
  constraint placements_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE CASCADE,
  constraint placements_previous_asset_id_fkey FOREIGN KEY (previous_asset_id) REFERENCES assets(id) ON DELETE SET NULL,
  constraint placements_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index placements_by_asset ON placements USING btree (asset_id, id);
create index placements_by_channel ON placements USING btree (channel_id, id);
create index placements_by_previous ON placements USING btree (previous_asset_id) WHERE (previous_asset_id IS NOT NULL);

create table profiles (
  id text not null,
  project_id text not null,
  key text not null,
  name text not null,
  settings text not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  constraint profiles_pkey PRIMARY KEY (id),
  constraint profiles_key UNIQUE (project_id, key),
  constraint profiles_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);

create table projects (
  id text not null,
  name text not null,
  created_at_ms bigint not null,
  constraint projects_pkey PRIMARY KEY (id)
);

create table pulls (
  upload_id text not null,
  sealed_url text not null,
  total_bytes bigint,
  validator text,
  constraint pulls_pkey PRIMARY KEY (upload_id),
  constraint pulls_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES uploads(id) ON DELETE CASCADE
);

create table renditions (
  id text not null,
  source_id text not null,
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
  constraint renditions_pkey PRIMARY KEY (id),
  constraint renditions_position UNIQUE (source_id, "position"),
  constraint renditions_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE CASCADE
);

create table revoked_sessions (
  dialect text not null,
  hash text not null,
  until_ms bigint not null,
  constraint revoked_sessions_pk PRIMARY KEY (dialect, hash)
);
create index revoked_sessions_by_end ON revoked_sessions USING btree (until_ms);

create table session_uses (
  dialect text not null,
  hash text not null,
  uses bigint not null,
  until_ms bigint not null,
  constraint session_uses_pk PRIMARY KEY (dialect, hash)
);
create index session_uses_by_end ON session_uses USING btree (until_ms);

create table sessions (
  hash text not null,
  user_id text not null,
  expires_at_ms bigint not null,
  constraint sessions_pkey PRIMARY KEY (hash),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
create index sessions_by_expiry ON sessions USING btree (expires_at_ms);

create table source_folders (
  source_id text not null,
  folder_source_id text not null,
  constraint source_folders_pk PRIMARY KEY (source_id, folder_source_id),
  constraint source_folders_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE CASCADE
);
create index source_folders_by_folder ON source_folders USING btree (folder_source_id);

create table sources (
  id text not null,
  asset_id text not null,
  project_id text not null,
  upload_id text not null,
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
  activation text not null default 'automatic'::text,
  treatment text,
  sealed_keys text,
  sprites text,
  downloads text,
  constraint sources_pkey PRIMARY KEY (id),
  constraint sources_upload_id_key UNIQUE (upload_id),
  constraint sources_version UNIQUE (asset_id, version),
  constraint sources_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES assets(id) ON DELETE CASCADE
);

create table splits (
  source_id text not null,
  encode_job_id text not null,
  package_prefix text not null,
  plan text not null,
  pieces text not null,
  constraint splits_pkey PRIMARY KEY (source_id),
  constraint splits_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(id) ON DELETE CASCADE
);

create table subtitles (
  id text not null,
  asset_id text not null,
  language text not null,
  label text not null,
  kind text not null,
  is_default integer not null,
  vtt text not null,
  created_at_ms bigint not null,
  constraint subtitles_pkey PRIMARY KEY (id),
  constraint subtitles_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES assets(id) ON DELETE CASCADE
);
create index subtitles_by_asset ON subtitles USING btree (asset_id, id);

create table upload_ranges (
  upload_id text not null,
  start_byte bigint not null,
  end_byte bigint not null,
  constraint upload_ranges_pk PRIMARY KEY (upload_id, start_byte),
  constraint upload_ranges_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES uploads(id) ON DELETE CASCADE
);

create table upload_receipts (
  upload_id text not null,
  receipt text not null,
  constraint upload_receipts_pk PRIMARY KEY (upload_id, receipt),
  constraint upload_receipts_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES uploads(id) ON DELETE CASCADE
);

create table uploads (
  id text not null,
  project_id text not null,
  asset_id text,
  state text not null,
  token_hash text not null,
  owner_id text,
  file_name text not null,
  size_bytes bigint,
  received_bytes bigint not null default 0,
  policy text not null,
  target text not null,
  staging_key text not null,
  staging_layout text not null,
  sequence integer not null default 0,
  failure text,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  expires_at_ms bigint not null,
  hard_expires_at_ms bigint not null,
  completed_at_ms bigint,
  kind text not null default 'file'::text,
  echo text not null default '{}'::text,
  part_of text,
  part_ids text,
  staging_host text,
  staging_start bigint,
  sha256 text,
  constraint uploads_pkey PRIMARY KEY (id),
  constraint uploads_staging_key_key UNIQUE (staging_key),
  constraint uploads_token_hash_key UNIQUE (token_hash),
  constraint uploads_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
create index uploads_by_asset ON uploads USING btree (asset_id, id);
create index uploads_by_host ON uploads USING btree (staging_host) WHERE (staging_host IS NOT NULL);
create index uploads_by_project ON uploads USING btree (project_id, id);
create index uploads_by_sha256 ON uploads USING btree (project_id, sha256) WHERE (sha256 IS NOT NULL);
create index uploads_by_whole ON uploads USING btree (part_of) WHERE (part_of IS NOT NULL);
create index uploads_joining ON uploads USING btree (id) WHERE ((part_ids IS NOT NULL) AND (state = ANY (ARRAY['pending'::text, 'receiving'::text])));
create index uploads_open ON uploads USING btree (expires_at_ms) WHERE (state = ANY (ARRAY['pending'::text, 'receiving'::text]));
create index uploads_unclaimed ON uploads USING btree (completed_at_ms) WHERE (state = 'complete'::text);

create table users (
  id text not null,
  project_id text not null,
  login text not null,
  password_hash text not null,
  created_at_ms bigint not null,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_login_key UNIQUE (login),
  constraint users_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);

create table workflows (
  id text not null,
  project_id text not null,
  key text not null,
  name text not null,
  settings text not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  constraint workflows_pkey PRIMARY KEY (id),
  constraint workflows_key UNIQUE (project_id, key),
  constraint workflows_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
