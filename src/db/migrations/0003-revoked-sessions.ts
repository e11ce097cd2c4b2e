import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Signed sessions that were ended before their time, by the hash of their name. */
export const revokedSessions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('revoked_sessions')
      .addColumn('dialect', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('until_ms', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('revoked_sessions_pk', ['dialect', 'hash'])
      .execute()
    await db.schema.createIndex('revoked_sessions_by_end').on('revoked_sessions').column('until_ms').execute()
  },
}
