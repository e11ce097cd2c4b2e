import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What is done to a source, as data: profiles and workflows of a project, the pictures they draw, what was decided for
 * a source, and what came of it. Subtitles belong to the asset, so that they outlive a replaced file. Older code knows
 * none of it and goes on as before.
 */
export const mediaTreatment: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table sources add column treatment text`.execute(db)
    await sql`alter table sources add column sealed_keys text`.execute(db)
    await sql`alter table sources add column sprites text`.execute(db)
    await sql`alter table sources add column downloads text`.execute(db)
    await sql`alter table renditions add column track text`.execute(db)

    for (const table of ['profiles', 'workflows']) {
      await db.schema
        .createTable(table)
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
        .addColumn('key', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('settings', 'text', (c) => c.notNull())
        .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
        .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
        .addUniqueConstraint(`${table}_key`, ['project_id', 'key'])
        .execute()
    }

    await db.schema
      .createTable('images')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('content_type', 'text', (c) => c.notNull())
      .addColumn('size_bytes', 'bigint', (c) => c.notNull())
      .addColumn('base64', 'text', (c) => c.notNull())
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('images_by_project').on('images').columns(['project_id', 'id']).execute()

    await db.schema
      .createTable('subtitles')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('asset_id', 'text', (c) => c.notNull().references('assets.id').onDelete('cascade'))
      .addColumn('language', 'text', (c) => c.notNull())
      .addColumn('label', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('is_default', 'integer', (c) => c.notNull())
      .addColumn('vtt', 'text', (c) => c.notNull())
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('subtitles_by_asset').on('subtitles').columns(['asset_id', 'id']).execute()
  },
}
