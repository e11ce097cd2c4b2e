import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How often signed sessions with a limited number of uses were used, by the hash of their name. */
export const sessionUses: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('session_uses')
      .addColumn('dialect', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('uses', 'bigint', (c) => c.notNull())
      .addColumn('until_ms', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('session_uses_pk', ['dialect', 'hash'])
      .execute()
    await db.schema.createIndex('session_uses_by_end').on('session_uses').column('until_ms').execute()
  },
}
