import { sql } from 'kysely'
import type { AssetId, ImageId, ProfileId, ProjectId, SubtitleId, WorkflowId } from '../../core/ids.ts'
import type { ImageRepository, SettingsRepository, SubtitleRepository } from '../../core/ports/unit-of-work.ts'
import type { Image } from '../../core/transcoding/image.ts'
import type { Profile } from '../../core/transcoding/profile.ts'
import type { Subtitle, SubtitleKind } from '../../core/transcoding/subtitle.ts'
import type { Workflow } from '../../core/transcoding/workflow.ts'
import type { RepositoryContext } from '../context.ts'
import { fromJson, toJson } from '../convert.ts'
import type { ImageRow, SettingsRow, SubtitleRow } from '../database.ts'

const MAX_LISTED = 500

type Kept = Profile | Workflow

function settingsRepository<Own extends Kept>(
  { db }: RepositoryContext,
  table: 'profiles' | 'workflows',
): SettingsRepository<Own> {
  const toKept = (row: SettingsRow) =>
    ({
      id: row.id as ProfileId & WorkflowId,
      projectId: row.project_id as ProjectId,
      key: row.key,
      name: row.name,
      settings: fromJson(row.settings),
      createdAtMs: row.created_at_ms,
      updatedAtMs: row.updated_at_ms,
    }) as unknown as Own
  return {
    async put(kept) {
      const changing = { name: kept.name, settings: toJson(kept.settings), updated_at_ms: kept.updatedAtMs }
      const fixed = { id: kept.id, project_id: kept.projectId, key: kept.key, created_at_ms: kept.createdAtMs }
      await db
        .insertInto(table)
        .values({ ...fixed, ...changing })
        .onConflict((conflict) => conflict.columns(['project_id', 'key']).doUpdateSet(changing))
        .execute()
    },
    async find(projectId, key) {
      const query = db.selectFrom(table).selectAll().where('project_id', '=', projectId).where('key', '=', key)
      const row = await query.executeTakeFirst() // profiles_key, workflows_key
      return row && toKept(row)
    },
    async list(projectId) {
      const query = db.selectFrom(table).selectAll().where('project_id', '=', projectId) // profiles_key, workflows_key
      return (await query.orderBy('key').limit(MAX_LISTED).execute()).map(toKept)
    },
    async delete(projectId, key) {
      const query = db.deleteFrom(table).where('project_id', '=', projectId).where('key', '=', key)
      return (await query.executeTakeFirst()).numDeletedRows > 0n // profiles_key, workflows_key
    },
  }
}

export function profileRepository(context: RepositoryContext): SettingsRepository<Profile> {
  return settingsRepository<Profile>(context, 'profiles')
}

export function workflowRepository(context: RepositoryContext): SettingsRepository<Workflow> {
  return settingsRepository<Workflow>(context, 'workflows')
}

const IMAGE_COLUMNS = ['id', 'project_id', 'content_type', 'size_bytes', 'created_at_ms'] as const

function toImage(row: Pick<ImageRow, (typeof IMAGE_COLUMNS)[number]>): Image {
  return {
    id: row.id as ImageId,
    projectId: row.project_id as ProjectId,
    contentType: row.content_type as Image['contentType'],
    sizeBytes: row.size_bytes,
    createdAtMs: row.created_at_ms,
  }
}

export function imageRepository({ db }: RepositoryContext): ImageRepository {
  return {
    async insert(image, bytes) {
      await db
        .insertInto('images')
        .values({
          id: image.id,
          project_id: image.projectId,
          content_type: image.contentType,
          size_bytes: image.sizeBytes,
          base64: Buffer.from(bytes).toString('base64'),
          created_at_ms: image.createdAtMs,
        })
        .execute()
    },
    async get(projectId, id) {
      const query = db.selectFrom('images').select(IMAGE_COLUMNS).where('id', '=', id) // primary key
      const row = await query.where('project_id', '=', projectId).executeTakeFirst()
      return row && toImage(row)
    },
    async bytes(id) {
      const row = await db.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirst() // primary key
      return row && { image: toImage(row), bytes: Buffer.from(row.base64, 'base64') }
    },
    async list(projectId) {
      const query = db.selectFrom('images').select(IMAGE_COLUMNS).where('project_id', '=', projectId) // images_by_project
      return (await query.orderBy('id', 'desc').limit(MAX_LISTED).execute()).map(toImage)
    },
    async delete(projectId, id) {
      const query = db.deleteFrom('images').where('id', '=', id).where('project_id', '=', projectId) // primary key
      return (await query.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}

const SUBTITLE_COLUMNS = ['id', 'asset_id', 'language', 'label', 'kind', 'is_default', 'created_at_ms'] as const
/** Texts are large; whether there is one is all that lists need. */
const IS_EMPTY = sql<number>`case when vtt = '' then 1 else 0 end`.as('is_empty')

function toSubtitle(row: Pick<SubtitleRow, (typeof SUBTITLE_COLUMNS)[number]> & { is_empty: number }): Subtitle {
  return {
    id: row.id as SubtitleId,
    assetId: row.asset_id as AssetId,
    language: row.language,
    label: row.label,
    kind: row.kind as SubtitleKind,
    isDefault: row.is_default === 1,
    ...(row.is_empty === 1 ? { isEmpty: true } : {}),
    createdAtMs: row.created_at_ms,
  }
}

export function subtitleRepository({ db }: RepositoryContext): SubtitleRepository {
  const ofAsset = (assetId: AssetId) =>
    db.selectFrom('subtitles').select(SUBTITLE_COLUMNS).select(IS_EMPTY).where('asset_id', '=', assetId) // subtitles_by_asset
  return {
    async insert(subtitle, vtt) {
      await db
        .insertInto('subtitles')
        .values({
          id: subtitle.id,
          asset_id: subtitle.assetId,
          language: subtitle.language,
          label: subtitle.label,
          kind: subtitle.kind,
          is_default: subtitle.isDefault ? 1 : 0,
          vtt,
          created_at_ms: subtitle.createdAtMs,
        })
        .execute()
    },
    async get(id) {
      const query = db.selectFrom('subtitles').select(SUBTITLE_COLUMNS).select(IS_EMPTY).where('id', '=', id) // primary key
      const row = await query.executeTakeFirst()
      return row && toSubtitle(row)
    },
    async vtt(id) {
      const query = db.selectFrom('subtitles').select('vtt').where('id', '=', id) // primary key
      return (await query.executeTakeFirst())?.vtt
    },
    async listForAsset(assetId) {
      const query = ofAsset(assetId).where('vtt', '<>', '')
      return (await query.orderBy('id').limit(MAX_LISTED).execute()).map(toSubtitle)
    },
    async listAll(assetId) {
      return (await ofAsset(assetId).orderBy('id').limit(MAX_LISTED).execute()).map(toSubtitle)
    },
    async update(id, { language, label, isDefault, vtt }) {
      const change = {
        ...(language === undefined ? {} : { language }),
        ...(label === undefined ? {} : { label }),
        ...(isDefault === undefined ? {} : { is_default: isDefault ? 1 : 0 }),
        ...(vtt === undefined ? {} : { vtt }),
      }
      if (Object.keys(change).length === 0) return
      await db.updateTable('subtitles').set(change).where('id', '=', id).execute() // primary key
    },
    async listForAssets(assetIds) {
      if (assetIds.length === 0) return []
      const query = db
        .selectFrom('subtitles')
        .select(SUBTITLE_COLUMNS)
        .select(IS_EMPTY)
        .where('asset_id', 'in', assetIds) // subtitles_by_asset
      return (await query.where('vtt', '<>', '').orderBy('id').execute()).map(toSubtitle)
    },
    async clearDefault(assetId) {
      await db.updateTable('subtitles').set({ is_default: 0 }).where('asset_id', '=', assetId).execute() // subtitles_by_asset
    },
    async delete(assetId, id) {
      const query = db.deleteFrom('subtitles').where('id', '=', id).where('asset_id', '=', assetId) // primary key
      return (await query.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}
