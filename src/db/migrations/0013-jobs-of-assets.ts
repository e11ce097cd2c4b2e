import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Finds the jobs of an asset, which people look at, stop and start again. */
export const jobsOfAssets: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.createIndex('jobs_by_asset').on('jobs').columns(['asset_id', 'id']).execute()
  },
}
