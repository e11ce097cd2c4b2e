import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Categories, channels and what is published in them; what assets are described and found by. */
export const library: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table assets add column description text not null default ''`.execute(db)
    await sql`alter table assets add column tags text not null default '[]'`.execute(db)
    await sql`alter table assets add column title_folded text not null default ''`.execute(db)
    await sql`alter table assets add column tags_folded text not null default ''`.execute(db)
    await sql`alter table assets add column is_enabled integer not null default 1`.execute(db)
    await sql`alter table assets add column kind text`.execute(db)
    await sql`alter table assets add column owner_id text`.execute(db)
    // Close to how titles are folded from now on; the next change of a title folds it fully.
    await sql`update assets set title_folded = lower(title)`.execute(db)
    await sql`create index assets_by_owner on assets (project_id, owner_id, id) where owner_id is not null`.execute(db)
    await sql`create index assets_by_title on assets (project_id, title_folded, id)`.execute(db)
    await sql`create index assets_by_update on assets (project_id, updated_at_ms, id)`.execute(db)
    await sql`create index assets_unready on assets (project_id, id)
      where listed_at_ms is not null and current_source_id is null`.execute(db)
    await sql`alter table sources add column activation text not null default 'automatic'`.execute(db)

    await db.schema
      .createTable('categories')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('parent_id', 'text', (c) => c.references('categories.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('categories_by_project').on('categories').columns(['project_id', 'id']).execute()
    await db.schema.createIndex('categories_by_parent').on('categories').column('parent_id').execute()

    await db.schema
      .createTable('asset_categories')
      .addColumn('category_id', 'text', (c) => c.notNull().references('categories.id').onDelete('cascade'))
      .addColumn('asset_id', 'text', (c) => c.notNull().references('assets.id').onDelete('cascade'))
      .addColumn('at_ms', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('asset_categories_pk', ['category_id', 'asset_id'])
      .execute()
    await db.schema
      .createIndex('asset_categories_by_asset')
      .on('asset_categories')
      .columns(['asset_id', 'at_ms'])
      .execute()

    await db.schema
      .createTable('channels')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_folded', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('is_enabled', 'integer', (c) => c.notNull())
      .addColumn('policy', 'text', (c) => c.notNull())
      .addColumn('metadata', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('channels_by_project')
      .on('channels')
      .columns(['project_id', 'position', 'id'])
      .execute()

    await db.schema
      .createTable('category_channels')
      .addColumn('category_id', 'text', (c) => c.notNull().references('categories.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('category_channels_pk', ['category_id', 'channel_id'])
      .execute()
    await db.schema.createIndex('category_channels_by_channel').on('category_channels').column('channel_id').execute()

    await db.schema
      .createTable('placements')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channels.id').onDelete('cascade'))
      .addColumn('asset_id', 'text', (c) => c.notNull().references('assets.id').onDelete('cascade'))
      .addColumn('key', 'text', (c) => c.notNull().unique())
      .addColumn('previous_asset_id', 'text', (c) => c.references('assets.id').onDelete('set null'))
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .addUniqueConstraint('placements_once', ['channel_id', 'asset_id'])
      .execute()
    await db.schema.createIndex('placements_by_asset').on('placements').columns(['asset_id', 'id']).execute()
    await db.schema.createIndex('placements_by_channel').on('placements').columns(['channel_id', 'id']).execute()
    await sql`create index placements_by_previous on placements (previous_asset_id)
      where previous_asset_id is not null`.execute(db)
  },
}
