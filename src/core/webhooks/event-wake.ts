import { isDomainError } from '../errors.ts'
import type { MessageBus } from '../ports/message-bus.ts'

const TOPIC = 'webhooks'

/** Tells whoever makes and sends deliveries, on all nodes, that there is something to do. A hint: may be lost. */
export class EventWake {
  readonly #bus: MessageBus
  readonly #onError: (error: unknown) => void
  #isPublishing = false
  #isAskedAgain = false

  /** `onError` gets what the bus threw, apart from being unavailable. */
  constructor(parts: Readonly<{ bus: MessageBus; onError: (error: unknown) => void }>) {
    this.#bus = parts.bus
    this.#onError = parts.onError
  }

  /** Cheap, for callers that do so a thousand times a second: while one message is under way, the others are one. */
  notify(): void {
    this.#isAskedAgain = true
    if (!this.#isPublishing) void this.#publish()
  }

  /** @returns the function that unsubscribes */
  subscribe(handler: () => void): () => void {
    return this.#bus.subscribe(TOPIC, handler)
  }

  async #publish(): Promise<void> {
    this.#isPublishing = true
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false
      try {
        await this.#bus.publish(TOPIC, '{}')
      } catch (error) {
        if (!isDomainError(error, 'unavailable')) this.#onError(error)
      }
    }
    this.#isPublishing = false
  }
}
