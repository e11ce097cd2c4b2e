import type { Kysely, Transaction } from 'kysely'
import type { Sealer } from '../core/access/sealing.ts'
import type { EventId } from '../core/ids.ts'
import type { Random } from '../core/ports/random.ts'
import type { Database } from './database.ts'
import type { DatabaseKind } from './open-database.ts'

/** What a repository works with: the database or the current transaction, and what it needs to write rows. */
export type RepositoryContext = Readonly<{
  db: Kysely<Database> | Transaction<Database>
  kind: DatabaseKind
  sealer: Sealer
  random: Random
  /** Called for each event that is appended. */
  onEvent: () => void
  /** The newest event of this process: later ones sort after it, even those of the same millisecond. */
  newestEvent: { id: EventId | undefined }
}>
