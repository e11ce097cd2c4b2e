import { type Selectable, sql } from 'kysely'
import type { AssetId, ProjectId, UploadId } from '../../core/ids.ts'
import type { UploadChange, UploadRepository } from '../../core/ports/unit-of-work.ts'
import { addRange, type RangeSet, receivedBytes } from '../../core/uploads/ranges.ts'
import { OPEN_STATES, type Upload, type UploadKind, type UploadState } from '../../core/uploads/upload.ts'
import type { RepositoryContext } from '../context.ts'
import { changedColumns, fromJson, fromOptionalJson, optional, toJson, toOptionalJson } from '../convert.ts'
import type { UploadRow } from '../database.ts'
import { pageLimit } from '../page.ts'

type Row = Selectable<UploadRow>

function toUpload(row: Row, ranges: RangeSet): Upload {
  return {
    id: row.id as UploadId,
    projectId: row.project_id as ProjectId,
    assetId: optional(row.asset_id) as AssetId | undefined,
    state: row.state as UploadState,
    fileName: row.file_name,
    sizeBytes: optional(row.size_bytes),
    policy: fromJson<Upload['policy']>(row.policy),
    target: fromJson<Upload['target']>(row.target),
    staging: toStaging(row),
    kind: row.kind as UploadKind,
    partOf: optional(row.part_of) as UploadId | undefined,
    partIds: fromOptionalJson<UploadId[]>(row.part_ids),
    echo: fromJson<Upload['echo']>(row.echo),
    ranges,
    sequence: row.sequence,
    failure: fromOptionalJson<NonNullable<Upload['failure']>>(row.failure),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    expiresAtMs: row.expires_at_ms,
    hardExpiresAtMs: row.hard_expires_at_ms,
    completedAtMs: optional(row.completed_at_ms),
    sha256: optional(row.sha256),
  }
}

function toStaging(row: Row): Upload['staging'] {
  const { staging_host: host, staging_key: key, staging_layout: layout, staging_start: startByte } = row
  return host === null ? { key, layout } : { key: host, layout, startByte: startByte ?? 0 }
}

/** A part's own key is its id; it names no file. */
function stagingColumns({ key, layout, startByte }: Upload['staging']): Partial<Row> {
  return startByte === undefined
    ? { staging_key: key, staging_layout: layout, staging_host: null, staging_start: null }
    : { staging_host: key, staging_start: startByte, staging_layout: layout }
}

function toColumns(change: UploadChange): Partial<Row> {
  return changedColumns<Required<UploadChange>, Partial<Row>>(change as Required<UploadChange>, {
    state: (state) => ({ state }),
    sizeBytes: (bytes) => ({ size_bytes: bytes ?? null }),
    assetId: (id) => ({ asset_id: id ?? null }),
    fileName: (name) => ({ file_name: name }),
    target: (target) => ({ target: toJson(target) }),
    policy: (policy) => ({ policy: toJson(policy) }),
    staging: stagingColumns,
    partOf: (id) => ({ part_of: id ?? null }),
    partIds: (ids) => ({ part_ids: toOptionalJson(ids) }),
    echo: (echo) => ({ echo: toJson(echo) }),
    failure: (failure) => ({ failure: toOptionalJson(failure) }),
    expiresAtMs: (ms) => ({ expires_at_ms: ms }),
    completedAtMs: (ms) => ({ completed_at_ms: ms ?? null }),
    sequence: (sequence) => ({ sequence }),
    sha256: (digest) => ({ sha256: digest ?? null }),
  })
}

export function uploadRepository({ db, kind }: RepositoryContext): UploadRepository {
  const rangesOf = async (ids: readonly string[]): Promise<ReadonlyMap<string, RangeSet>> => {
    const grouped = new Map<string, { start: number; end: number }[]>()
    if (ids.length === 0) return grouped
    const rows = await db
      .selectFrom('upload_ranges')
      .selectAll()
      .where('upload_id', 'in', ids) // primary key
      .orderBy('upload_id')
      .orderBy('start_byte')
      .execute()
    for (const row of rows) {
      const list = grouped.get(row.upload_id) ?? []
      list.push({ start: row.start_byte, end: row.end_byte })
      grouped.set(row.upload_id, list)
    }
    return grouped
  }

  const withRanges = async (rows: readonly Row[]): Promise<Upload[]> => {
    // An upload without bytes needs no second query: the common case when tokens are issued and checked.
    const ranges = await rangesOf(rows.filter((row) => row.received_bytes > 0).map((row) => row.id))
    return rows.map((row) => toUpload(row, ranges.get(row.id) ?? []))
  }

  const one = async (row: Row | undefined): Promise<Upload | undefined> => row && (await withRanges([row]))[0]

  return {
    async insert(upload, tokenHash) {
      await db
        .insertInto('uploads')
        .values({
          id: upload.id,
          project_id: upload.projectId,
          asset_id: upload.assetId ?? null,
          state: upload.state,
          token_hash: tokenHash,
          owner_id: upload.policy.ownerId ?? null,
          file_name: upload.fileName,
          size_bytes: upload.sizeBytes ?? null,
          policy: toJson(upload.policy),
          target: toJson(upload.target),
          staging_key: upload.id,
          staging_layout: '',
          ...stagingColumns(upload.staging),
          kind: upload.kind,
          part_of: upload.partOf ?? null,
          part_ids: toOptionalJson(upload.partIds),
          echo: toJson(upload.echo),
          failure: toOptionalJson(upload.failure),
          created_at_ms: upload.createdAtMs,
          updated_at_ms: upload.updatedAtMs,
          expires_at_ms: upload.expiresAtMs,
          hard_expires_at_ms: upload.hardExpiresAtMs,
          completed_at_ms: upload.completedAtMs ?? null,
        })
        .execute()
    },
    async findByTokenHash(tokenHash) {
      const query = db.selectFrom('uploads').selectAll().where('token_hash', '=', tokenHash)
      return one(await query.executeTakeFirst()) // unique token_hash
    },
    async get(id) {
      return one(await db.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst()) // primary key
    },
    async lock(id) {
      const query = db.selectFrom('uploads').selectAll().where('id', '=', id)
      return one(await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()) // primary key
    },
    async newestForAsset(assetId) {
      const query = db.selectFrom('uploads').selectAll().where('asset_id', '=', assetId)
      return one(await query.orderBy('id', 'desc').limit(1).executeTakeFirst()) // uploads_by_asset
    },
    async newestForAssets(assetIds) {
      if (assetIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('uploads')
        .selectAll()
        .where('id', 'in', (inner) =>
          inner
            .selectFrom('uploads as newest')
            .select((e) => e.fn.max('newest.id').as('id'))
            .where('newest.asset_id', 'in', assetIds) // uploads_by_asset
            .groupBy('newest.asset_id'),
        )
        .execute()
      return new Map((await withRanges(rows)).map((upload) => [upload.assetId as AssetId, upload]))
    },
    async list(projectId, filter, page) {
      let query = db.selectFrom('uploads').selectAll().where('project_id', '=', projectId) // uploads_by_project
      query = query.where('kind', '=', 'file')
      if (filter.states.length > 0) query = query.where('state', 'in', filter.states)
      if (filter.ownerId !== undefined) query = query.where('owner_id', '=', filter.ownerId)
      if (page.after !== undefined) query = query.where('id', '<', page.after)
      return withRanges(await query.orderBy('id', 'desc').limit(pageLimit(page)).execute())
    },
    async update(id, change, nowMs) {
      const columns = { ...toColumns(change), updated_at_ms: nowMs }
      await db.updateTable('uploads').set(columns).where('id', '=', id).execute()
    },
    async endForAsset(assetId, nowMs) {
      await db
        .updateTable('uploads')
        .set({ state: 'deleted', updated_at_ms: nowMs })
        .where('asset_id', '=', assetId) // uploads_by_asset
        .where('state', 'in', [...OPEN_STATES, 'complete'])
        .execute()
    },
    async addRange(id, range, receipts) {
      const touched = await db
        .selectFrom('upload_ranges')
        .select(['start_byte as start', 'end_byte as end'])
        .where('upload_id', '=', id) // primary key
        .where('start_byte', '<=', range.end)
        .where('end_byte', '>=', range.start)
        .orderBy('start_byte')
        .execute()
      const [merged] = addRange(touched, range)
      if (merged !== undefined) {
        const starts = touched.map((own) => own.start).filter((start) => start !== merged.start)
        if (starts.length > 0) {
          await db.deleteFrom('upload_ranges').where('upload_id', '=', id).where('start_byte', 'in', starts).execute()
        }
        await db
          .insertInto('upload_ranges')
          .values({ upload_id: id, start_byte: merged.start, end_byte: merged.end })
          .onConflict((c) => c.columns(['upload_id', 'start_byte']).doUpdateSet({ end_byte: merged.end }))
          .execute()
        const gained = merged.end - merged.start - receivedBytes(touched)
        await db
          .updateTable('uploads')
          .set((e) => ({ received_bytes: e('received_bytes', '+', gained) }))
          .where('id', '=', id)
          .execute()
      }
      if (receipts.length > 0) {
        await db
          .insertInto('upload_receipts')
          .values(receipts.map((receipt) => ({ upload_id: id, receipt })))
          .onConflict((c) => c.doNothing())
          .execute()
      }
    },
    async clearRanges(id) {
      await db.deleteFrom('upload_ranges').where('upload_id', '=', id).execute()
      await db.deleteFrom('upload_receipts').where('upload_id', '=', id).execute()
      await db.updateTable('uploads').set({ received_bytes: 0 }).where('id', '=', id).execute()
    },
    async receipts(id) {
      const rows = await db.selectFrom('upload_receipts').select('receipt').where('upload_id', '=', id).execute()
      return rows.map((row) => row.receipt) // primary key
    },
    async listExpired(nowMs, limit) {
      const query = db.selectFrom('uploads').selectAll().where('expires_at_ms', '<=', nowMs) // uploads_open
      const open = query.where(sql<boolean>`state in ('pending', 'receiving')`)
      return withRanges(await open.orderBy('expires_at_ms').limit(limit).execute())
    },
    async listUnclaimed(completedBeforeMs, limit) {
      const query = db.selectFrom('uploads').selectAll().where('completed_at_ms', '<=', completedBeforeMs)
      const complete = query.where(sql<boolean>`state = 'complete'`) // uploads_unclaimed
      return withRanges(await complete.orderBy('completed_at_ms').limit(limit).execute())
    },
    async listWithDigest(projectId, sha256, limit) {
      const query = db.selectFrom('uploads').selectAll().where('project_id', '=', projectId)
      const held = query.where('sha256', '=', sha256).where('state', '=', 'consumed') // uploads_by_sha256
      const rows = await held.orderBy('id', 'desc').limit(limit).execute()
      return rows.map((row) => toUpload(row, []))
    },
    async openPartsOf(id) {
      const query = db.selectFrom('uploads').selectAll().where('part_of', '=', id) // uploads_by_whole
      const rows = await query.where('state', 'in', OPEN_STATES).orderBy('id').execute()
      return rows.map((row) => toUpload(row, []))
    },
    async partsIn(stagingKey) {
      const query = db.selectFrom('uploads').select('id').where('staging_host', '=', stagingKey) // uploads_by_host
      const rows = await query.where('state', 'in', OPEN_STATES).execute()
      return rows.map((row) => row.id as UploadId)
    },
    async listJoining(limit) {
      const query = db.selectFrom('uploads').selectAll().where('part_ids', 'is not', null) // uploads_joining
      const open = query.where(sql<boolean>`state in ('pending', 'receiving')`)
      return withRanges(await open.orderBy('id').limit(limit).execute())
    },
    async unownedStagingKeys(keys) {
      if (keys.length === 0) return []
      const shared = await db
        .selectFrom('uploads')
        .select('staging_host')
        .where('staging_host', 'in', keys) // uploads_by_host
        .where('state', 'in', OPEN_STATES)
        .execute()
      const rows = await db
        .selectFrom('uploads')
        .leftJoin('sources', 'sources.upload_id', 'uploads.id')
        .select('staging_key')
        .where('staging_key', 'in', keys) // unique staging_key
        .where((e) =>
          e.or([
            e('state', 'in', [...OPEN_STATES, 'complete']),
            // Consumed, but the ingest job has not got through: the original may still lie in staging.
            e.and([
              e('state', '=', 'consumed'),
              e('sources.id', 'is not', null),
              e('sources.media', 'is', null),
              e('sources.failure', 'is', null),
            ]),
          ]),
        )
        .execute()
      const owned = new Set([...rows.map((row) => row.staging_key), ...shared.map((row) => row.staging_host)])
      return keys.filter((key) => !owned.has(key))
    },
    async reservedBytes() {
      const row = await db
        .selectFrom('uploads')
        .select((e) => e.fn.sum<number | null>(e('size_bytes', '-', e.ref('received_bytes'))).as('bytes'))
        .where(sql<boolean>`state in ('pending', 'receiving')`) // uploads_open
        .where('size_bytes', 'is not', null)
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('uploads as whole')
                .select('whole.id')
                .whereRef('whole.id', '=', 'uploads.part_of') // primary key
                .where('whole.size_bytes', 'is not', null),
            ),
          ),
        )
        .executeTakeFirst()
      return Number(row?.bytes ?? 0)
    },
    async delete(id) {
      await db.deleteFrom('uploads').where('id', '=', id).execute()
    },
  }
}
