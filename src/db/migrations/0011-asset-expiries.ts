import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** When assets go by themselves: those that never got a file, and those that were to be kept for a time only. */
export const assetExpiries: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('asset_expiries')
      .addColumn('asset_id', 'text', (c) => c.primaryKey().references('assets.id').onDelete('cascade'))
      .addColumn('at_ms', 'bigint', (c) => c.notNull())
      .addColumn('only_if_empty', 'integer', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('asset_expiries_by_time').on('asset_expiries').column('at_ms').execute()
  },
}
