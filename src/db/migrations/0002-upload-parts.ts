import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Parts: uploads whose bytes lie beside those of others in one staged file, until an upload joins them. And what a
 * transport has to repeat to its client. Older code, running beside this, sees parts as uploads of their own.
 */
export const uploadParts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table uploads add column kind text not null default 'file'`.execute(db)
    await sql`alter table uploads add column echo text not null default '{}'`.execute(db)
    await sql`alter table uploads add column part_of text`.execute(db)
    await sql`alter table uploads add column part_ids text`.execute(db)
    await sql`alter table uploads add column staging_host text`.execute(db)
    await sql`alter table uploads add column staging_start bigint`.execute(db)
    await sql`create index uploads_by_host on uploads (staging_host) where staging_host is not null`.execute(db)
    await sql`create index uploads_joining on uploads (id)
      where part_ids is not null and state in ('pending', 'receiving')`.execute(db)
  },
}
