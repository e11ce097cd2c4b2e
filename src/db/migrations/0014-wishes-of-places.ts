import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Categories and channels may say how the files that go there are treated. Older code says nothing, as before. */
export const wishesOfPlaces: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['categories', 'channels']) {
      await sql`alter table ${sql.table(table)} add column workflow_key text`.execute(db)
      await sql`alter table ${sql.table(table)} add column profile_key text`.execute(db)
    }
  },
}
