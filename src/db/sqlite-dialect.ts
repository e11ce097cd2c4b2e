import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { DomainError } from '../core/errors.ts'

/** How long a statement waits for another process that holds the database's write lock. */
const BUSY_LIMIT_MS = 5_000
const MAX_CACHED_STATEMENTS = 500

/**
 * Kysely over Node's own SQLite. One connection, used by one transaction at a time (the others wait in order), so
 * nobody may ask for the connection again from inside a transaction. Every commit is synced (WAL, synchronous=FULL).
 * A lock held by another process is waited for asynchronously, never by blocking the event loop.
 */
export function sqliteDialect(file: string): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new NodeSqliteDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** Kysely plays safe, but SQLite rolls back DDL like any statement: a migration is done entirely or not at all. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class NodeSqliteDriver implements Driver {
  readonly #file: string
  #connection: NodeSqliteConnection | undefined
  #held = false
  readonly #waiting: (() => void)[] = []

  constructor(file: string) {
    this.#file = file
  }

  async init(): Promise<void> {
    const database = new DatabaseSync(this.#file)
    // Setting WAL needs an exclusive moment; it is the one statement that may block, at start only.
    database.exec('pragma busy_timeout = 5000; pragma journal_mode = wal; pragma busy_timeout = 0;')
    database.exec('pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;')
    database.exec('pragma cache_size = -16000; pragma journal_size_limit = 67108864;')
    this.#connection = new NodeSqliteConnection(database)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#connection === undefined) throw new Error('the database is closed')
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#held = true
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    // The next in line inherits the hold, so that nobody can slip in between.
    const next = this.#waiting.shift()
    if (next === undefined) this.#held = false
    else next()
  }

  /** `immediate`, because a transaction that turns from reading to writing cannot wait for the lock any more. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite may have done so by itself, for example when the disk is full.
    if (this.#connection?.isInTransaction === true) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    this.#connection?.close()
    this.#connection = undefined
  }
}

type CachedStatement = { statement: StatementSync; returnsRows: boolean }

class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, CachedStatement>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    for (const startedAt = performance.now(); ; await delay(5 + Math.random() * 20)) {
      try {
        return this.#execute<R>(query)
      } catch (error) {
        if (hasCode(error, SQLITE_FULL)) {
          throw new DomainError('storage_full', 'The database has no room.', { cause: error })
        }
        if (!hasCode(error, SQLITE_BUSY) || performance.now() - startedAt > BUSY_LIMIT_MS) throw error
      }
    }
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for the method; nothing here streams rows.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('row streaming is not used with SQLite')
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #execute<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, returnsRows } = this.#prepare(query.sql)
    const parameters = query.parameters as SQLInputValue[]
    if (returnsRows) return { rows: statement.all(...parameters) as R[] }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  #prepare(text: string): CachedStatement {
    const cached = this.#statements.get(text)
    if (cached !== undefined) return cached
    const statement = this.#database.prepare(text)
    const entry = { statement, returnsRows: statement.columns().length > 0 }
    if (this.#statements.size >= MAX_CACHED_STATEMENTS) this.#statements.clear()
    // DDL may change what a cached statement means.
    if (/^\s*(create|alter|drop)\b/i.test(text)) this.#statements.clear()
    else this.#statements.set(text, entry)
    return entry
  }
}

const SQLITE_BUSY = 5
const SQLITE_FULL = 13

function hasCode(error: unknown, wanted: number): boolean {
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  return typeof code === 'number' && (code & 0xff) === wanted
}
