import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Finds the parts of an upload, whose bytes together may not exceed what its token allows. */
export const partsOfUploads: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index uploads_by_whole on uploads (part_of) where part_of is not null`.execute(db)
  },
}
