import { type Selectable, sql } from 'kysely'
import { DomainError } from '../../core/errors.ts'
import { type AssetId, type JobId, newId, type ProjectId, type SourceId, type UploadId } from '../../core/ids.ts'
import {
  AGEING_MS,
  type ClaimedJob,
  dueOrder,
  type Job,
  type JobError,
  type JobKind,
  type JobState,
} from '../../core/jobs/job.ts'
import type { JobRepository } from '../../core/ports/unit-of-work.ts'
import type { RepositoryContext } from '../context.ts'
import { fromOptionalJson, optional, toJson, toOptionalJson } from '../convert.ts'
import type { JobRow } from '../database.ts'

const DEFAULT_PRIORITY = 100
const DEFAULT_MAX_ATTEMPTS = 5
const MOST_JOBS = 500
/** Nobody holds a job that does not run. */
const ENDED = { lease_until_ms: null, worker_id: null } as const

export function toJob<Kind extends JobKind>(row: Selectable<JobRow>): Job<Kind> {
  const subject =
    row.upload_id === null ? { sourceId: row.source_id as SourceId } : { uploadId: row.upload_id as UploadId }
  const facts = {
    ...subject,
    id: row.id as JobId,
    projectId: row.project_id as ProjectId,
    kind: row.kind as Kind,
    assetId: row.asset_id as AssetId,
    state: row.state as JobState,
    priority: row.priority,
    progress: row.progress,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    fence: row.fence,
    runAtMs: row.run_at_ms,
    leaseUntilMs: optional(row.lease_until_ms),
    workerId: optional(row.worker_id),
    error: fromOptionalJson<JobError>(row.error),
    piece: optional(row.piece),
    createdAtMs: row.created_at_ms,
    startedAtMs: optional(row.started_at_ms),
    finishedAtMs: optional(row.finished_at_ms),
  }
  // The kind decides what the job is about, and `enqueue` wrote both.
  return facts as unknown as Job<Kind>
}

export function jobRepository({ db, random }: RepositoryContext): JobRepository {
  const end = async (job: ClaimedJob<JobKind>, columns: Partial<Selectable<JobRow>>): Promise<void> => {
    const result = await db
      .updateTable('jobs')
      .set({ ...columns, lease_until_ms: null, worker_id: null })
      .where('id', '=', job.id) // primary key
      .where('fence', '=', job.fence)
      .where('state', '=', 'running')
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) {
      throw new DomainError('lease_lost', `Job ${job.id} belongs to somebody else by now.`)
    }
  }
  return {
    async enqueue(job, { key, nowMs }) {
      const priority = job.priority ?? DEFAULT_PRIORITY
      const runAtMs = job.runAtMs ?? nowMs
      await db
        .insertInto('jobs')
        .values({
          id: newId('job', nowMs, random),
          project_id: job.projectId,
          kind: job.kind,
          asset_id: job.assetId,
          source_id: 'sourceId' in job ? job.sourceId : '',
          upload_id: 'uploadId' in job ? job.uploadId : null,
          piece: job.piece ?? null,
          key,
          state: 'queued',
          priority,
          due_order: dueOrder(priority, runAtMs),
          max_attempts: job.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
          run_at_ms: runAtMs,
          lease_until_ms: null,
          worker_id: null,
          error: null,
          created_at_ms: nowMs,
          started_at_ms: null,
          finished_at_ms: null,
        })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute()
    },
    async get(id) {
      const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst() // primary key
      return row && toJob(row)
    },
    async listForSources(sourceIds) {
      if (sourceIds.length === 0) return []
      const query = db.selectFrom('jobs').selectAll().where('source_id', 'in', sourceIds) // jobs_by_source
      return (await query.orderBy('id').execute()).map((row) => toJob(row))
    },
    async listForAsset(assetId) {
      const query = db.selectFrom('jobs').selectAll().where('asset_id', '=', assetId) // jobs_by_asset
      const rows = await query.orderBy('id', 'desc').limit(MOST_JOBS).execute()
      return rows.map((row) => toJob<JobKind>(row)).reverse()
    },
    async pullOf(uploadId) {
      const query = db.selectFrom('jobs').selectAll().where('upload_id', '=', uploadId) // jobs_by_upload
      const row = await query.where('kind', '=', 'pull').executeTakeFirst()
      return row && toJob<'pull'>(row)
    },
    finish: (job, nowMs) => end(job, { state: 'done', progress: 1, error: null, finished_at_ms: nowMs }),
    fail: (job, error, nowMs) => end(job, { state: 'failed', error: toOptionalJson(error), finished_at_ms: nowMs }),
    park: (job, runAtMs) =>
      end(job, {
        ...{ state: 'queued', progress: 0, attempt: job.attempt - 1, error: null, started_at_ms: null },
        ...{ run_at_ms: runAtMs, due_order: dueOrder(job.priority, runAtMs) },
      }),
    async cancel(id, error, nowMs, as = 'cancelled') {
      const { numUpdatedRows } = await db
        .updateTable('jobs')
        // The fence rises, so that nothing is taken from the holder any more.
        .set({ ...ENDED, state: as, error: toJson(error), fence: sql`fence + 1`, finished_at_ms: nowMs })
        .where('id', '=', id) // primary key
        .where('state', 'in', ['queued', 'running'])
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async requeue(id, nowMs) {
      const { numUpdatedRows } = await db
        .updateTable('jobs')
        .set({ ...ENDED, state: 'queued', attempt: 0, progress: 0, started_at_ms: null, finished_at_ms: null })
        // As `dueOrder` has it; both databases would otherwise reckon in the type of the smaller one.
        .set({ run_at_ms: nowMs, due_order: sql`priority * ${sql.lit(AGEING_MS)} + cast(${nowMs} as bigint)` })
        .where('id', '=', id) // primary key
        .where((where) =>
          where.or([
            where('state', 'in', ['failed', 'cancelled']),
            where.and([where('state', '=', 'queued'), where('run_at_ms', '>', nowMs)]),
          ]),
        )
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async deleteForSource(sourceId) {
      await db.deleteFrom('jobs').where('source_id', '=', sourceId).execute() // jobs_by_source
    },
  }
}
