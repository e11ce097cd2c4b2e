import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * In whose folders of the blob store the files of a source lie, besides its own: a source that was copied uses those of
 * the one it was copied from, of this asset or of another. Versions that were made of an earlier one's original are
 * noted here; older code goes on making such without noting them, and makes no others.
 */
export const sourceFolders: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('source_folders')
      .addColumn('source_id', 'text', (c) => c.notNull().references('sources.id').onDelete('cascade'))
      .addColumn('folder_source_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('source_folders_pk', ['source_id', 'folder_source_id'])
      .execute()
    await db.schema.createIndex('source_folders_by_folder').on('source_folders').column('folder_source_id').execute()
    // Originals lie at sources/<source>/original; nothing else was shared.
    await sql`
      insert into source_folders (source_id, folder_source_id)
      select id, substr(blob_key, length('sources/') + 1, length(blob_key) - length('sources/') - length('/original'))
      from sources
      where blob_key like 'sources/%/original' and blob_key <> 'sources/' || id || '/original'`.execute(db)
  },
}
