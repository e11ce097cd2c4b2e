import type { Kysely, Selectable } from 'kysely'
import type { Database, JobRow } from '../db/database.ts'
import { type ClaimRequest, claimedColumns, headOfLine, headsOfLines } from './due-jobs.ts'

/**
 * Takes the most urgent job that no other worker is taking at this moment. A look without locks says which lines have
 * work and which is the most urgent; then the head of that line is locked and taken, and whoever comes at the same time
 * skips it. No more than one row is ever locked, so that nobody misses a job which somebody else only looked at.
 */
export async function claimOnPostgres(
  db: Kysely<Database>,
  request: ClaimRequest,
): Promise<Selectable<JobRow> | undefined> {
  for (const { line } of await headsOfLines(db, request).execute()) {
    const job = await db
      .updateTable('jobs')
      .set(claimedColumns(request))
      .where('id', '=', headOfLine(db, line, request).clearSelect().select('id').forUpdate().skipLocked())
      .returningAll()
      .executeTakeFirst()
    if (job !== undefined) return job
  }
  return undefined
}
