import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { DomainError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { MessageBus } from '../core/ports/message-bus.ts'
import { assertMessageFits, TopicHandlers } from './topic-handlers.ts'

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 5_000

type Options = Readonly<{
  pool: Pool
  clock: Clock
  /** Gets what a handler threw: a bug to log. */
  onHandlerError: (error: unknown) => void
  /** Gets why the listening connection broke or could not be made; the bus is trying again by itself. */
  onConnectionError: (error: unknown) => void
}>

/**
 * LISTEN and NOTIFY of PostgreSQL. All topics share one channel: a notification is `topic`, a line break, `payload`,
 * unescaped, so that 4 000 bytes always fit the server's 8 000. One connection of the pool listens for as long as the
 * bus is open, and is replaced when it breaks; what is published meanwhile is lost, as the port allows.
 */
export class PostgresBus implements MessageBus {
  readonly #options: Options
  readonly #channel: string
  readonly #handlers: TopicHandlers
  #listener: PoolClient | undefined
  #cancelRetry: (() => void) | undefined
  #connecting: Promise<void> | undefined
  #isClosed = false

  /**
   * Resolves once this node listens; rejects with DomainError('unavailable') when the database cannot be reached. The
   * pool stays the caller's; it needs room for one connection more than its other users take.
   */
  static async open(options: Options): Promise<PostgresBus> {
    try {
      const { rows } = await options.pool.query<{ schema: string | null }>('select current_schema() as schema')
      // Installations that share a database in different schemas do not hear each other. Hashed, for a channel name
      // has at most 63 bytes.
      const corner = createHash('sha256')
        .update(rows[0]?.schema ?? '')
        .digest('hex')
        .slice(0, 16)
      const bus = new PostgresBus(options, `reeldock_${corner}`)
      await bus.#listen()
      return bus
    } catch (error) {
      throw new DomainError('unavailable', 'The database does not answer.', { cause: error })
    }
  }

  /** Use `open`. */
  private constructor(options: Options, channel: string) {
    this.#options = options
    this.#channel = channel
    this.#handlers = new TopicHandlers(options)
  }

  async publish(topic: string, payload: string): Promise<void> {
    assertMessageFits(topic, payload)
    if (this.#isClosed) throw new DomainError('unavailable', 'The server is shutting down.')
    try {
      await this.#options.pool.query('select pg_notify($1, $2)', [this.#channel, `${topic}\n${payload}`])
    } catch (error) {
      throw new DomainError('unavailable', 'The database does not answer.', { cause: error })
    }
  }

  subscribe(topic: string, handler: (payload: string) => void): () => void {
    return this.#isClosed ? () => undefined : this.#handlers.add(topic, handler)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#handlers.clear()
    this.#cancelRetry?.()
    await this.#connecting
    this.#drop(this.#listener)
  }

  async #listen(): Promise<void> {
    const client = await this.#options.pool.connect()
    client.on('error', (error) => this.#reconnect(client, error))
    client.on('end', () => this.#reconnect(client, new Error('The listening connection was closed.')))
    client.on('notification', ({ payload = '' }) => {
      const split = payload.indexOf('\n')
      this.#handlers.deliver(payload.slice(0, split), payload.slice(split + 1))
    })
    this.#listener = client
    try {
      await client.query(`listen ${client.escapeIdentifier(this.#channel)}`)
    } catch (error) {
      this.#drop(client)
      throw error
    }
  }

  #reconnect(broken: PoolClient, error: unknown): void {
    if (this.#listener !== broken) return
    this.#drop(broken)
    this.#options.onConnectionError(error)
    this.#retryAfter(FIRST_RETRY_MS)
  }

  #retryAfter(delayMs: number): void {
    if (this.#isClosed) return
    this.#cancelRetry = this.#options.clock.after(delayMs, () => {
      this.#connecting = this.#listen().catch((error: unknown) => {
        this.#options.onConnectionError(error)
        this.#retryAfter(Math.min(2 * delayMs, LONGEST_RETRY_MS))
      })
    })
  }

  /** Ends the connection rather than giving it back: it would go on listening. */
  #drop(client: PoolClient | undefined): void {
    if (client === undefined || this.#listener !== client) return
    this.#listener = undefined
    client.release(true)
  }
}
