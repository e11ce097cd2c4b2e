import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { SqliteHandle } from './sqlite-handle.ts'
import { SqliteWriter } from './sqlite-writer.ts'

/**
 * Kysely over Node's own SQLite: one connection that writes (SqliteWriter), and one that reads what has been committed,
 * for reads outside of transactions, which wait for nobody.
 */
export function sqliteDialect(file: string): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new NodeSqliteDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** Kysely plays safe in two respects that matter here. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  /** Or Kysely would let nobody begin before whoever is at it has been synced, and no two would be committed together. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** SQLite rolls back DDL like any statement: a migration is done entirely or not at all. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

type Connections = Readonly<{ writer: SqliteWriter; reader: SqliteHandle; schemaChanged: () => void }>

class NodeSqliteDriver implements Driver {
  readonly #file: string
  #connections: Connections | undefined

  constructor(file: string) {
    this.#file = file
  }

  async init(): Promise<void> {
    const writing = SqliteHandle.openWriter(this.#file)
    const reader = SqliteHandle.openReader(this.#file)
    const schemaChanged = (): void => {
      writing.forgetStatements()
      reader.forgetStatements()
    }
    this.#connections = { writer: new SqliteWriter(writing), reader, schemaChanged }
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#connections === undefined) throw new Error('the database is closed')
    return new Lease(this.#connections)
  }

  async releaseConnection(): Promise<void> {
    // Nothing: it is transactions and statements that take turns.
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Lease).begin()
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Lease).commit()
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Lease).rollback()
  }

  async destroy(): Promise<void> {
    const connections = this.#connections
    this.#connections = undefined
    connections?.reader.close()
    // Last, for whoever closes last puts everything into the one file, and only a writer can.
    await connections?.writer.close()
  }
}

/** What one caller of Kysely holds: a transaction's statements go one way, others by what they do. */
class Lease implements DatabaseConnection {
  readonly #connections: Connections
  #isInTransaction = false

  constructor(connections: Connections) {
    this.#connections = connections
  }

  async begin(): Promise<void> {
    await this.#connections.writer.begin()
    this.#isInTransaction = true
  }

  async commit(): Promise<void> {
    const { durable } = this.#connections.writer.commit()
    this.#isInTransaction = false
    await durable
  }

  async rollback(): Promise<void> {
    // Kysely calls it after a commit that failed, too.
    if (!this.#isInTransaction) return
    this.#isInTransaction = false
    await this.#connections.writer.rollback()
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { schemaChanged } = this.#connections
    if (!/^\s*(create|alter|drop)\b/i.test(query.sql)) return this.#route<R>(query)
    schemaChanged()
    return this.#route<R>(query).finally(schemaChanged)
  }

  #route<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { writer, reader } = this.#connections
    if (this.#isInTransaction) return writer.execute<R>(query)
    switch (query.query.kind) {
      case 'SelectQueryNode':
        return reader.execute<R>(query)
      case 'InsertQueryNode':
      case 'UpdateQueryNode':
      case 'DeleteQueryNode':
        return writer.change<R>(query)
      default:
        return writer.run<R>(query)
    }
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for the method; nothing here streams rows.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('row streaming is not used with SQLite')
  }
}
