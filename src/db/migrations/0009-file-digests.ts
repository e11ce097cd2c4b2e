import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Finds a file that a project holds already, by its SHA-256, where that was verified when the upload was completed. */
export const fileDigests: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('uploads').addColumn('sha256', 'text').execute()
    await sql`create index uploads_by_sha256 on uploads (project_id, sha256) where sha256 is not null`.execute(db)
  },
}
