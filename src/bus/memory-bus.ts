import { DomainError } from '../core/errors.ts'
import type { MessageBus } from '../core/ports/message-bus.ts'
import { assertMessageFits, TopicHandlers } from './topic-handlers.ts'

/** Messages within one process. */
export class MemoryBus implements MessageBus {
  readonly #handlers: TopicHandlers
  #isClosed = false

  /** `onHandlerError` gets what a handler threw: a bug to log. */
  constructor(options: { onHandlerError: (error: unknown) => void }) {
    this.#handlers = new TopicHandlers(options)
  }

  async publish(topic: string, payload: string): Promise<void> {
    assertMessageFits(topic, payload)
    if (this.#isClosed) throw new DomainError('unavailable', 'The server is shutting down.')
    // Not in the publisher's own turn: it would then wait for, and depend on, its subscribers.
    setImmediate(() => this.#handlers.deliver(topic, payload))
  }

  subscribe(topic: string, handler: (payload: string) => void): () => void {
    return this.#isClosed ? () => undefined : this.#handlers.add(topic, handler)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#handlers.clear()
  }
}
