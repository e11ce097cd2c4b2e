import type { Pool, PoolClient } from 'pg'
import { DomainError } from '../core/errors.ts'
import type { Locker } from '../core/ports/locker.ts'

/** Names of one database are told apart by schema, so that two installations can share a database. */
const LOCK_KEY = "hashtextextended(coalesce(current_schema(), '') || '/' || $1, 0)"

/** One connection that carries every lock this process holds. */
type Session = { client: PoolClient; lostBecause: Error | undefined; lastQuery: Promise<unknown> }

/**
 * Advisory locks of PostgreSQL. All locks of a process live on one connection of the pool, taken with the first lock
 * and given back with the last; the server frees them when that connection ends, however the process died. It must be
 * a connection to PostgreSQL itself or to a pooler in session mode: a pooler in transaction mode would share the lock.
 *
 * When the connection breaks while work runs, the lock is gone though nobody can stop the work; `tryHold` then rejects
 * with DomainError('lease_lost') once the work has settled, so that its result is not taken for exclusive.
 */
export class PostgresLocker implements Locker {
  readonly #pool: Pool
  readonly #held = new Map<string, Promise<unknown>>()
  #session: Promise<Session> | undefined
  #isClosed = false

  /** The pool stays the caller's; it needs room for one connection more than its other users take. */
  constructor(options: { pool: Pool }) {
    this.#pool = options.pool
  }

  async tryHold<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#isClosed) throw new DomainError('unavailable', 'The server is shutting down.')
    // The server would grant a lock again to the connection that has it: this process tells its own holders apart.
    if (this.#held.has(name)) return undefined
    const running = this.#hold(name, work)
    this.#held.set(name, running)
    try {
      return await running
    } finally {
      this.#held.delete(name)
      if (this.#held.size === 0) await this.#leaveSession()
    }
  }

  /** Refuses new work and resolves when the work under way has settled and its locks are free. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#held.values())
    await this.#leaveSession()
  }

  async #hold<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    const session = await this.#openSession()
    if (!(await this.#ask(session, `select pg_try_advisory_lock(${LOCK_KEY}) as answer`, name))) return undefined
    let result: T
    try {
      result = await work()
    } finally {
      await this.#ask(session, `select pg_advisory_unlock(${LOCK_KEY}) as answer`, name).catch((error: Error) => {
        // A lock that cannot be given back goes with its connection.
        this.#lose(session, error)
      })
    }
    if (session.lostBecause !== undefined) {
      throw new DomainError('lease_lost', 'The lock was lost while the work ran.', { cause: session.lostBecause })
    }
    return result
  }

  async #ask(session: Session, text: string, name: string): Promise<boolean> {
    // A connection answers one question at a time, and several names share this one.
    const answer = session.lastQuery.then(() => session.client.query<{ answer: boolean }>(text, [name]))
    session.lastQuery = answer.catch(() => undefined)
    try {
      const { rows } = await answer
      return rows[0]?.answer === true
    } catch (error) {
      throw new DomainError('unavailable', 'The database does not answer.', { cause: error })
    }
  }

  #openSession(): Promise<Session> {
    this.#session ??= this.#connect().catch((error: unknown) => {
      this.#session = undefined
      throw new DomainError('unavailable', 'The database does not answer.', { cause: error })
    })
    return this.#session
  }

  async #connect(): Promise<Session> {
    const client = await this.#pool.connect()
    const session: Session = { client, lostBecause: undefined, lastQuery: Promise.resolve() }
    client.on('error', (error) => this.#lose(session, error))
    return session
  }

  #lose(session: Session, error: Error): void {
    if (session.lostBecause !== undefined) return
    session.lostBecause = error
    this.#session = undefined
    session.client.release(error)
  }

  async #leaveSession(): Promise<void> {
    const leaving = this.#session
    this.#session = undefined
    const session = await leaving?.catch(() => undefined)
    if (session === undefined || session.lostBecause !== undefined) return
    session.client.removeAllListeners('error')
    session.client.release()
  }
}
