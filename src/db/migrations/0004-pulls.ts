import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Uploads whose files are got from an address, by jobs of their own. Older code claims no job of that kind. */
export const pulls: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('pulls')
      .addColumn('upload_id', 'text', (c) => c.primaryKey().references('uploads.id').onDelete('cascade'))
      .addColumn('sealed_url', 'text', (c) => c.notNull())
      .addColumn('total_bytes', 'bigint')
      .addColumn('validator', 'text')
      .execute()
    await sql`alter table jobs add column upload_id text`.execute(db)
    await sql`create index jobs_by_upload on jobs (upload_id) where upload_id is not null`.execute(db)
  },
}
