import type { Selectable } from 'kysely'
import type { AssetId, ProjectId, RenditionId, SourceId, UploadId } from '../../core/ids.ts'
import type { Asset, Rendition, Source, SourceFailure } from '../../core/library/asset.ts'
import { folded } from '../../core/library/asset-filter.ts'
import { foreignFolders, type StoredFiles } from '../../core/library/stored-files.ts'
import type { AssetChange, AssetRepository, SourceChange, SourceRepository } from '../../core/ports/unit-of-work.ts'
import type { AudioTrack } from '../../core/transcoding/encode-plan.ts'
import type { MediaInfo } from '../../core/transcoding/media-info.ts'
import type { Download, Sprites } from '../../core/transcoding/package-extras.ts'
import type { Treatment } from '../../core/transcoding/treatment.ts'
import type { RepositoryContext } from '../context.ts'
import { changedColumns, fromJson, fromOptionalJson, optional, toJson, toOptionalJson } from '../convert.ts'
import type { AssetRow, RenditionRow, SourceRow } from '../database.ts'
import { pageLimit } from '../page.ts'
import { assetOrder, matchingAssets } from './asset-search.ts'

function toAsset(row: AssetRow): Asset {
  return {
    id: row.id as AssetId,
    projectId: row.project_id as ProjectId,
    title: row.title,
    currentSourceId: optional(row.current_source_id) as SourceId | undefined,
    metadata: fromJson<Asset['metadata']>(row.metadata),
    description: row.description,
    tags: fromJson<Asset['tags']>(row.tags),
    isEnabled: row.is_enabled === 1,
    kind: optional(row.kind) as Asset['kind'],
    ownerId: optional(row.owner_id),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}

/** Each tag between line breaks, so that a whole one can be looked for. */
function foldedTags(tags: readonly string[]): string {
  return tags.length === 0 ? '' : `\n${tags.map(folded).join('\n')}\n`
}

export function assetRepository({ db, kind }: RepositoryContext): AssetRepository {
  return {
    async insert(asset) {
      await db
        .insertInto('assets')
        .values({
          id: asset.id,
          project_id: asset.projectId,
          title: asset.title,
          current_source_id: asset.currentSourceId ?? null,
          metadata: toJson(asset.metadata),
          description: asset.description,
          tags: toJson(asset.tags),
          title_folded: folded(asset.title),
          tags_folded: foldedTags(asset.tags),
          is_enabled: asset.isEnabled ? 1 : 0,
          kind: asset.kind ?? null,
          owner_id: asset.ownerId ?? null,
          listed_at_ms: null,
          created_at_ms: asset.createdAtMs,
          updated_at_ms: asset.updatedAtMs,
        })
        .execute()
    },
    async get(projectId, id) {
      const query = db.selectFrom('assets').selectAll().where('id', '=', id).where('project_id', '=', projectId)
      const row = await query.executeTakeFirst() // primary key
      return row && toAsset(row)
    },
    async find(id) {
      const row = await db.selectFrom('assets').selectAll().where('id', '=', id).executeTakeFirst() // primary key
      return row && toAsset(row)
    },
    async lock(id) {
      const query = db.selectFrom('assets').selectAll().where('id', '=', id)
      const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst() // primary key
      return row && toAsset(row)
    },
    async list(projectId, filter, page) {
      let query = db.selectFrom('assets').selectAll().where('project_id', '=', projectId) // assets_by_project
      if (filter.includeWaiting !== true) query = query.where('listed_at_ms', 'is not', null) // assets_listed
      if (page.after !== undefined) query = query.where('id', '<', page.after)
      return (await query.orderBy('id', 'desc').limit(pageLimit(page)).execute()).map(toAsset)
    },
    async search(projectId, filter, { order, offset, limit }) {
      const { column, direction } = assetOrder(order)
      let query = matchingAssets(db, projectId, filter).selectAll('assets').orderBy(column, direction)
      if (column !== 'assets.id') query = query.orderBy('assets.id', direction)
      return (await query.limit(limit).offset(offset).execute()).map(toAsset)
    },
    async count(projectId, filter) {
      const query = matchingAssets(db, projectId, filter).select(({ fn }) => fn.countAll<number>().as('count'))
      return Number((await query.executeTakeFirstOrThrow()).count)
    },
    async update(id, change, nowMs) {
      const columns = changedColumns<Required<AssetChange>, Partial<AssetRow>>(change as Required<AssetChange>, {
        title: (title) => ({ title, title_folded: folded(title) }),
        description: (description) => ({ description }),
        tags: (tags) => ({ tags: toJson(tags), tags_folded: foldedTags(tags) }),
        isEnabled: (isEnabled) => ({ is_enabled: isEnabled ? 1 : 0 }),
        kind: (assetKind) => ({ kind: assetKind ?? null }),
        ownerId: (ownerId) => ({ owner_id: ownerId ?? null }),
        metadata: (metadata) => ({ metadata: toJson(metadata) }),
        currentSourceId: (sourceId) => ({ current_source_id: sourceId ?? null }),
      })
      await db
        .updateTable('assets')
        .set({ ...columns, updated_at_ms: nowMs })
        .where('id', '=', id)
        .execute()
    },
    async delete(id) {
      await db.deleteFrom('external_keys').where('subject_id', '=', id).execute()
      await db.deleteFrom('assets').where('id', '=', id).execute()
    },
    async expire(id, expiry) {
      await db.deleteFrom('asset_expiries').where('asset_id', '=', id).execute() // primary key
      if (expiry === undefined) return
      const row = { asset_id: id, at_ms: expiry.atMs, only_if_empty: expiry.onlyIfEmpty ? 1 : 0 }
      await db.insertInto('asset_expiries').values(row).execute()
    },
    async expiry(id) {
      const query = db.selectFrom('asset_expiries').selectAll().where('asset_id', '=', id) // primary key
      const row = await query.executeTakeFirst()
      return row && { atMs: row.at_ms, onlyIfEmpty: row.only_if_empty === 1 }
    },
    async expiring(nowMs, limit) {
      const query = db.selectFrom('asset_expiries').select('asset_id').where('at_ms', '<=', nowMs)
      const rows = await query.orderBy('at_ms').limit(limit).execute() // asset_expiries_by_time
      return rows.map((row) => row.asset_id as AssetId)
    },
  }
}

type Row = Selectable<SourceRow>

const STORED_COLUMNS = ['blob_key', 'package_prefix', 'poster_key', 'sprites', 'downloads'] as const

function toStoredFiles(row: Pick<Row, (typeof STORED_COLUMNS)[number]>): StoredFiles {
  return {
    blobKey: row.blob_key,
    packagePrefix: optional(row.package_prefix),
    posterKey: optional(row.poster_key),
    sprites: fromOptionalJson<Sprites>(row.sprites),
    downloads: fromOptionalJson<readonly Download[]>(row.downloads),
  }
}

function toSource(row: Row): Source {
  return {
    ...toStoredFiles(row),
    id: row.id as SourceId,
    assetId: row.asset_id as AssetId,
    projectId: row.project_id as ProjectId,
    uploadId: row.upload_id as UploadId,
    version: row.version,
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    media: fromOptionalJson<MediaInfo>(row.media),
    treatment: fromOptionalJson<Treatment>(row.treatment),
    failure: fromOptionalJson<SourceFailure>(row.failure),
    activation: row.activation as Source['activation'],
    createdAtMs: row.created_at_ms,
    readyAtMs: optional(row.ready_at_ms),
  }
}

function toRendition(row: RenditionRow): Rendition {
  return {
    id: row.id as RenditionId,
    sourceId: row.source_id as SourceId,
    name: row.name,
    track: fromOptionalJson<AudioTrack>(row.track),
    playlist: row.playlist,
    widthPx: optional(row.width_px),
    heightPx: optional(row.height_px),
    frameRate: optional(row.frame_rate),
    codecs: row.codecs,
    bandwidth: row.bandwidth,
    averageBandwidth: row.average_bandwidth,
    durationMs: row.duration_ms,
    sizeBytes: row.size_bytes,
  }
}

export function sourceRepository({ db, sealer }: RepositoryContext): SourceRepository {
  return {
    async insert(source) {
      await db
        .insertInto('sources')
        .values({
          id: source.id,
          asset_id: source.assetId,
          project_id: source.projectId,
          upload_id: source.uploadId,
          version: source.version,
          blob_key: source.blobKey,
          file_name: source.fileName,
          size_bytes: source.sizeBytes,
          media: toOptionalJson(source.media),
          package_prefix: source.packagePrefix ?? null,
          poster_key: source.posterKey ?? null,
          treatment: toOptionalJson(source.treatment),
          sprites: toOptionalJson(source.sprites),
          downloads: toOptionalJson(source.downloads),
          failure: toOptionalJson(source.failure),
          activation: source.activation,
          created_at_ms: source.createdAtMs,
          ready_at_ms: source.readyAtMs ?? null,
        })
        .execute()
      const folders = foreignFolders(source).map((folder) => ({ source_id: source.id, folder_source_id: folder }))
      if (folders.length > 0) await db.insertInto('source_folders').values(folders).execute()
      // From its first source on, an asset is part of the library's lists.
      await db
        .updateTable('assets')
        .set({ listed_at_ms: source.createdAtMs })
        .where('id', '=', source.assetId)
        .where('listed_at_ms', 'is', null)
        .execute()
    },
    async get(id) {
      const row = await db.selectFrom('sources').selectAll().where('id', '=', id).executeTakeFirst() // primary key
      return row && toSource(row)
    },
    async listForAsset(assetId) {
      const query = db.selectFrom('sources').selectAll().where('asset_id', '=', assetId) // sources_version
      return (await query.orderBy('version', 'desc').limit(500).execute()).map(toSource)
    },
    async newestForAssets(assetIds) {
      if (assetIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('sources')
        .selectAll()
        .where('asset_id', 'in', assetIds) // sources_version
        .orderBy('version')
        .execute()
      return new Map(rows.map((row) => [row.asset_id as AssetId, toSource(row)]))
    },
    async update(id, change) {
      if (Object.keys(change).length === 0) return
      const columns = changedColumns<Required<SourceChange>, Partial<Row>>(change as Required<SourceChange>, {
        media: (media) => ({ media: toOptionalJson(media) }),
        packagePrefix: (prefix) => ({ package_prefix: prefix ?? null }),
        posterKey: (key) => ({ poster_key: key ?? null }),
        treatment: (treatment) => ({ treatment: toOptionalJson(treatment) }),
        sprites: (sprites) => ({ sprites: toOptionalJson(sprites) }),
        downloads: (downloads) => ({ downloads: toOptionalJson(downloads) }),
        failure: (failure) => ({ failure: toOptionalJson(failure) }),
        activation: (activation) => ({ activation }),
        readyAtMs: (ms) => ({ ready_at_ms: ms ?? null }),
      })
      await db.updateTable('sources').set(columns).where('id', '=', id).execute()
    },
    async setRenditions(id, renditions) {
      await db.deleteFrom('renditions').where('source_id', '=', id).execute()
      if (renditions.length === 0) return
      const rows = renditions.map((rendition, position) => ({
        id: rendition.id,
        source_id: id,
        position,
        name: rendition.name,
        track: toOptionalJson(rendition.track),
        playlist: rendition.playlist,
        width_px: rendition.widthPx ?? null,
        height_px: rendition.heightPx ?? null,
        frame_rate: rendition.frameRate ?? null,
        codecs: rendition.codecs,
        bandwidth: rendition.bandwidth,
        average_bandwidth: rendition.averageBandwidth,
        duration_ms: rendition.durationMs,
        size_bytes: rendition.sizeBytes,
      }))
      await db.insertInto('renditions').values(rows).execute()
    },
    async delete(id) {
      await db.deleteFrom('sources').where('id', '=', id).execute() // primary key
    },
    async foldersOf(id) {
      const query = db.selectFrom('source_folders').select('folder_source_id').where('source_id', '=', id)
      return (await query.execute()).map((row) => row.folder_source_id as SourceId) // source_folders_pk
    },
    async usersOf(folder) {
      const rows = await db
        .selectFrom('source_folders')
        .innerJoin('sources', 'sources.id', 'source_folders.source_id') // primary key
        .select(STORED_COLUMNS)
        .distinct()
        .where('folder_source_id', '=', folder) // source_folders_by_folder
        .execute()
      return rows.map(toStoredFiles)
    },
    async renditions(ids) {
      if (ids.length === 0) return []
      const query = db.selectFrom('renditions').selectAll().where('source_id', 'in', ids) // renditions_position
      return (await query.orderBy('source_id').orderBy('position').execute()).map(toRendition)
    },
    async setContentKeys(id, keys) {
      const text = keys.map((key) => Buffer.from(key).toString('hex')).join(',')
      const sealed_keys = text === '' ? null : sealer.seal(text)
      await db.updateTable('sources').set({ sealed_keys }).where('id', '=', id).execute() // primary key
    },
    async contentKeys(id) {
      const query = db.selectFrom('sources').select('sealed_keys').where('id', '=', id) // primary key
      const sealed = (await query.executeTakeFirst())?.sealed_keys ?? null
      if (sealed === null) return []
      return sealer
        .open(sealed)
        .split(',')
        .map((hex) => Buffer.from(hex, 'hex'))
    },
  }
}
