import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Long films that are encoded in pieces: how each is cut, and what came of each piece. Older code claims no job of kind
 * `piece`, and encodes a film whose encode job it gets as a whole.
 */
export const splitFilms: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('splits')
      .addColumn('source_id', 'text', (c) => c.primaryKey().references('sources.id').onDelete('cascade'))
      .addColumn('encode_job_id', 'text', (c) => c.notNull())
      .addColumn('package_prefix', 'text', (c) => c.notNull())
      .addColumn('plan', 'text', (c) => c.notNull())
      .addColumn('pieces', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('made_pieces')
      .addColumn('source_id', 'text', (c) => c.notNull().references('splits.source_id').onDelete('cascade'))
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('renditions', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('made_pieces_pk', ['source_id', 'position'])
      .execute()
    await sql`alter table jobs add column piece integer`.execute(db)
  },
}
