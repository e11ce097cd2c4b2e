import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import type { CompiledQuery, QueryResult } from 'kysely'
import { DomainError } from '../core/errors.ts'

/** How long a statement waits for another process that holds the database's write lock. */
const BUSY_LIMIT_MS = 5_000
const MAX_CACHED_STATEMENTS = 500

type CachedStatement = { statement: StatementSync; returnsRows: boolean }

/** One connection to an SQLite file. A lock held by another process is waited for without blocking the event loop. */
export class SqliteHandle {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, CachedStatement>()

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Opens the file, creating it when it is missing. Every commit is synced (WAL, synchronous=FULL). */
  static openWriter(file: string): SqliteHandle {
    const database = new DatabaseSync(file)
    // Setting WAL needs an exclusive moment; it is the one statement that may block, at start only.
    database.exec('pragma busy_timeout = 5000; pragma journal_mode = wal; pragma busy_timeout = 0;')
    database.exec('pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;')
    database.exec('pragma cache_size = -16000; pragma journal_size_limit = 67108864;')
    return new SqliteHandle(database)
  }

  /** Sees what has been committed, whatever a writer is about. The file is there, in WAL mode. */
  static openReader(file: string): SqliteHandle {
    const database = new DatabaseSync(file, { readOnly: true })
    database.exec('pragma busy_timeout = 0; pragma temp_store = memory; pragma cache_size = -16000;')
    return new SqliteHandle(database)
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction
  }

  /** Throws storage_full when the disk is. */
  async execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    for (const startedAt = performance.now(); ; await delay(5 + Math.random() * 20)) {
      try {
        return this.executeNow<R>(query)
      } catch (error) {
        if (!hasCode(error, SQLITE_BUSY) || performance.now() - startedAt > BUSY_LIMIT_MS) throw error
      }
    }
  }

  /** As `execute`, but a lock held by another process is an error. */
  executeNow<R>(query: CompiledQuery): QueryResult<R> {
    try {
      const { statement, returnsRows } = this.#prepare(query.sql)
      const parameters = query.parameters as SQLInputValue[]
      if (returnsRows) return { rows: statement.all(...parameters) as R[] }
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    } catch (error) {
      if (!hasCode(error, SQLITE_FULL)) throw error
      throw new DomainError('storage_full', 'The database has no room.', { cause: error })
    }
  }

  /** After a change of the schema, which may change what a statement means. */
  forgetStatements(): void {
    this.#statements.clear()
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepare(text: string): CachedStatement {
    const cached = this.#statements.get(text)
    if (cached !== undefined) return cached
    const statement = this.#database.prepare(text)
    const entry = { statement, returnsRows: statement.columns().length > 0 }
    if (this.#statements.size >= MAX_CACHED_STATEMENTS) this.#statements.clear()
    this.#statements.set(text, entry)
    return entry
  }
}

const SQLITE_BUSY = 5
const SQLITE_FULL = 13

function hasCode(error: unknown, wanted: number): boolean {
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  return typeof code === 'number' && (code & 0xff) === wanted
}
