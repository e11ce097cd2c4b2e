import { once } from 'node:events'
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Pool, type PoolClient, types as pgTypes } from 'pg'
import type { Database } from './database.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

export type OpenDatabase = Readonly<{
  db: Kysely<Database>
  kind: DatabaseKind
  /** Only with PostgreSQL; shared with locks and bus. */
  pool: Pool | undefined
  /** Closes connections; the caller awaits it once everything else has stopped. */
  close(): Promise<void>
}>

const INT8 = 20
const NUMERIC = 1700

/** PostgreSQL sends 64-bit integers and sums as text; all of ours stay below 2^53. */
const numbers = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC ? Number : defaultParser(oid, format),
}

function defaultParser(oid: number, format: 'text' | 'binary' | undefined): (value: string) => unknown {
  return pgTypes.getTypeParser(oid, format ?? 'text')
}

/** Opens the SQLite file, creating it when it is missing. The schema is not touched: see `migrate`. */
export function openSqlite(file: string): OpenDatabase {
  const db = new Kysely<Database>({ dialect: sqliteDialect(file) })
  return { db, kind: 'sqlite', pool: undefined, close: () => db.destroy() }
}

/** Opens a pool of at most `poolSize` connections. Nothing is connected before the first query. */
export function openPostgres(url: string, poolSize: number, onError: (error: Error) => void): OpenDatabase {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    types: numbers,
    keepAlive: true,
    application_name: 'reeldock',
  })
  pool.on('error', onError)
  const connections = new Set<PoolClient>()
  pool.on('connect', (client) => {
    connections.add(client)
    client.once('end', () => connections.delete(client))
    // A connection that breaks between two statements of a transaction would end the process if nobody listened. Its
    // user learns of it from the next statement; of idle ones the pool tells.
    client.on('error', () => undefined)
  })
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const close = async (): Promise<void> => {
    // The pool forgets its connections before they have ended.
    const ended = [...connections].map((client) => once(client, 'end'))
    await db.destroy()
    // Kysely leaves a pool alone that it has not used itself.
    if (!pool.ending) await pool.end()
    await Promise.all(ended)
  }
  return { db, kind: 'postgres', pool, close }
}

/**
 * Brings the schema up to date, under the database's own lock: all missing migrations or, when one fails, none.
 * Returns the names of those it ran.
 */
export async function migrate(db: Kysely<Database>, migrations = MIGRATIONS): Promise<readonly string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}
