import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { JOB_KINDS, type JobKind, laneOf } from '../core/jobs/job.ts'
import type { PerProjectLimits } from '../core/ports/job-queue.ts'
import type { Database } from '../db/database.ts'

/** One claim, as the statements need it. Times in milliseconds since the epoch. */
export type ClaimRequest = Readonly<{
  kinds: readonly JobKind[]
  workerId: string
  nowMs: number
  leaseUntilMs: number
  perProject?: PerProjectLimits | undefined
}>

/** Jobs wait in one line per kind; those whose lease has expired stand in a line of their own (`lost`). */
export type Line = JobKind | 'lost'

type LineQuery = SelectQueryBuilder<Database, 'jobs', { id: string; due_order: number }>

/** The first job of a line that may run at `nowMs`. Ids sort by creation and break ties. */
export function headOfLine(db: Kysely<Database>, line: Line, request: ClaimRequest): LineQuery {
  const { kinds, nowMs } = request
  const jobs = db.selectFrom('jobs').select(['id', 'due_order']).orderBy('due_order').orderBy('id').limit(1)
  // The states are literals, for otherwise neither database would consider its partial index.
  if (line === 'lost') {
    return jobs
      .where(sql<boolean>`state = 'running'`)
      .where('lease_until_ms', '<=', nowMs) // jobs_running
      .where('kind', 'in', kinds)
  }
  const due = jobs
    .where(sql<boolean>`state = 'queued'`)
    .where('kind', '=', line) // jobs_queued
    .where('run_at_ms', '<=', nowMs)
  const limit = request.perProject?.[laneOf(line)]
  return limit === undefined ? due : due.where('project_id', 'not in', busyProjects(db, line, nowMs, limit))
}

/** Those that have as many jobs of the lane running as they may. Few jobs run at a time. */
function busyProjects(db: Kysely<Database>, kind: JobKind, nowMs: number, limit: number) {
  const kinds = JOB_KINDS.filter((other) => laneOf(other) === laneOf(kind))
  return db
    .selectFrom('jobs')
    .select('project_id')
    .where(sql<boolean>`state = 'running'`)
    .where('lease_until_ms', '>', nowMs) // jobs_running
    .where('kind', 'in', kinds)
    .groupBy('project_id')
    .having(sql<number>`count(*)`, '>=', limit)
}

/** The heads of all lines that the request may take from, the most urgent one first. `kinds` is not empty. */
export function headsOfLines(db: Kysely<Database>, request: ClaimRequest) {
  // A LIMIT inside a UNION needs a query around it in SQLite.
  const head = (line: Line) =>
    db
      .selectFrom(headOfLine(db, line, request).as('head'))
      .select(['id', 'due_order', sql<Line>`${sql.lit(line)}`.as('line')])
  const lines = request.kinds.reduce((all, kind) => all.unionAll(head(kind)), head('lost'))
  return db.selectFrom(lines.as('heads')).select(['id', 'line']).orderBy('due_order').orderBy('id')
}

/** What a claim writes: the holder, a higher fence, a new lease. */
export function claimedColumns({ workerId, nowMs, leaseUntilMs }: ClaimRequest) {
  return {
    state: 'running',
    worker_id: workerId,
    lease_until_ms: leaseUntilMs,
    started_at_ms: nowMs,
    progress: 0,
    attempt: sql<number>`attempt + 1`,
    fence: sql<number>`fence + 1`,
  }
}
