import type { Kysely, Selectable } from 'kysely'
import type { Database, JobRow } from '../db/database.ts'
import { type ClaimRequest, claimedColumns, headsOfLines } from './due-jobs.ts'

/**
 * Takes the most urgent job. SQLite lets one writer work at a time, and a statement sees the database as no other
 * writer can change it any more: choosing and taking in one statement is all the exclusion there has to be.
 */
export function claimOnSqlite(db: Kysely<Database>, request: ClaimRequest): Promise<Selectable<JobRow> | undefined> {
  return db
    .updateTable('jobs')
    .set(claimedColumns(request))
    .where('id', '=', headsOfLines(db, request).clearSelect().select('id').limit(1))
    .returningAll()
    .executeTakeFirst()
}
