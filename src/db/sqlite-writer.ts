import { CompiledQuery, type QueryResult } from 'kysely'
import type { SqliteHandle } from './sqlite-handle.ts'

/** Bounds what is lost together when the disk refuses, and how long the first one waits. */
const MAX_MEMBERS = 64

/** `immediate`, because a transaction that turns from reading to writing cannot wait for the lock any more. */
const BEGIN = CompiledQuery.raw('begin immediate')
const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')
const SAVEPOINT = CompiledQuery.raw('savepoint member')
const RELEASE = CompiledQuery.raw('release member')
const ROLLBACK_TO = CompiledQuery.raw('rollback to member')

/** Transactions that ended during the same turn of the event loop and become durable by the same sync. */
type Group = {
  size: number
  /** The turn is over: it is committed as soon as nobody is in the middle of a transaction. */
  isDue: boolean
  readonly durable: PromiseWithResolvers<void>
}

/**
 * The one connection that writes, used by one transaction at a time; the others wait in order. So nobody may ask for it
 * again from inside a transaction, nor wait there for somebody who does.
 *
 * A sync of the disk costs more than all else in a transaction. So transactions that come together are committed
 * together: each is a savepoint of its own, which can fail alone, and each ends when the commit of all has been synced.
 */
export class SqliteWriter {
  readonly #handle: SqliteHandle
  #isHeld = false
  readonly #waiting: (() => void)[] = []
  #group: Group | undefined
  /** Why SQLite gave up the whole transaction, for example because the disk is full. */
  #undoneBy: unknown

  constructor(handle: SqliteHandle) {
    this.#handle = handle
  }

  /** Waits for its turn. Every call that succeeds is followed by one `commit` or one `rollback`. */
  async begin(): Promise<void> {
    await this.#take()
    try {
      if (this.#group === undefined) {
        await this.#handle.execute(BEGIN)
        this.#group = this.#open()
      }
      this.#handle.executeNow(SAVEPOINT)
    } catch (error) {
      await this.#leave()
      throw error
    }
  }

  /** Inside of a transaction. */
  async execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#handle.isInTransaction) throw new Error('the transaction was undone already', { cause: this.#undoneBy })
    try {
      return this.#handle.executeNow<R>(query)
    } catch (error) {
      if (!this.#handle.isInTransaction) this.#undoneBy = error
      throw error
    }
  }

  /** `durable` rejects when nothing was committed after all. When this throws, the transaction is still open. */
  commit(): Readonly<{ durable: Promise<void> }> {
    const group = this.#group
    if (group === undefined || !this.#handle.isInTransaction) {
      throw new Error('the transaction was undone already', { cause: this.#undoneBy })
    }
    this.#handle.executeNow(RELEASE)
    group.size += 1
    void this.#leave()
    return { durable: group.durable.promise }
  }

  /**
   * Undoes this transaction alone. Ends when those before it have been committed: whoever failed because of one of them
   * looks for it next, outside of transactions.
   */
  async rollback(): Promise<void> {
    const group = this.#group
    try {
      if (this.#handle.isInTransaction) {
        this.#handle.executeNow(ROLLBACK_TO)
        this.#handle.executeNow(RELEASE)
      }
    } finally {
      await this.#leave()
    }
    // That others failed is theirs to tell.
    await group?.durable.promise.catch(() => undefined)
  }

  /** A statement outside of transactions that changes rows. */
  async change<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    await this.begin()
    let result: QueryResult<R>
    try {
      result = await this.execute<R>(query)
    } catch (error) {
      await this.rollback()
      throw error
    }
    await this.commit().durable
    return result
  }

  /** Any other statement outside of transactions: some of them, such as pragmas, work nowhere else. */
  async run<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    await this.#take()
    try {
      if (this.#group !== undefined) await this.#close(this.#group)
      return await this.#handle.execute<R>(query)
    } finally {
      await this.#leave()
    }
  }

  /** After everybody else. */
  async close(): Promise<void> {
    await this.#take()
    if (this.#group !== undefined) await this.#close(this.#group)
    this.#handle.close()
  }

  async #take(): Promise<void> {
    if (this.#isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#isHeld = true
  }

  /** Ends a turn. The next in line inherits the hold, so that nobody can slip in between. */
  async #leave(): Promise<void> {
    const group = this.#group
    const isOver = group !== undefined && (group.isDue || group.size >= MAX_MEMBERS || !this.#handle.isInTransaction)
    if (isOver) await this.#close(group)
    const next = this.#waiting.shift()
    if (next === undefined) this.#isHeld = false
    else next()
  }

  #open(): Group {
    const group: Group = { size: 0, isDue: false, durable: Promise.withResolvers() }
    // Nobody may have joined when it fails.
    group.durable.promise.catch(() => undefined)
    setImmediate(() => void this.#closeOfItself(group))
    return group
  }

  async #closeOfItself(group: Group): Promise<void> {
    if (this.#group !== group) return
    group.isDue = true
    if (this.#isHeld) return
    this.#isHeld = true
    await this.#leave()
  }

  async #close(group: Group): Promise<void> {
    this.#group = undefined
    try {
      if (!this.#handle.isInTransaction) throw this.#undoneBy
      await this.#handle.execute(COMMIT)
      group.durable.resolve()
    } catch (error) {
      // SQLite may have done so by itself.
      if (this.#handle.isInTransaction) this.#handle.executeNow(ROLLBACK)
      group.durable.reject(error)
    }
  }
}
