import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Categories are described, and keep what a dialect's clients say of them. Older code says neither. */
export const categoryDescriptions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table categories add column description text not null default ''`.execute(db)
    await sql`alter table categories add column metadata text not null default '{}'`.execute(db)
  },
}
