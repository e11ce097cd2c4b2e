import { DomainError } from '../core/errors.ts'

type Subscription = Readonly<{ handler: (payload: string) => void }>

const TOPIC = /^[A-Za-z0-9._:/-]{1,200}$/
const MAX_PAYLOAD_BYTES = 4_000

/** Throws DomainError('invalid_argument') unless the message is one that every implementation can carry. */
export function assertMessageFits(topic: string, payload: string): void {
  if (!TOPIC.test(topic)) {
    throw new DomainError('invalid_argument', 'A topic is 1 to 200 letters, digits and ". _ : / -".')
  }
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
    throw new DomainError('invalid_argument', `A message holds at most ${MAX_PAYLOAD_BYTES} bytes.`)
  }
}

/** Who listens to what in this process. */
export class TopicHandlers {
  readonly #topics = new Map<string, Set<Subscription>>()
  readonly #onHandlerError: (error: unknown) => void

  constructor(options: { onHandlerError: (error: unknown) => void }) {
    this.#onHandlerError = options.onHandlerError
  }

  /** Returns the function that removes this subscription, and no other one of the same handler. */
  add(topic: string, handler: (payload: string) => void): () => void {
    const subscription: Subscription = { handler }
    const subscriptions = this.#topics.get(topic) ?? new Set()
    subscriptions.add(subscription)
    this.#topics.set(topic, subscriptions)
    return () => {
      subscriptions.delete(subscription)
      if (subscriptions.size === 0 && this.#topics.get(topic) === subscriptions) this.#topics.delete(topic)
    }
  }

  /** Calls the handlers of `topic`. One that throws is reported and disturbs no other. */
  deliver(topic: string, payload: string): void {
    const subscriptions = this.#topics.get(topic)
    for (const subscription of [...(subscriptions ?? [])]) {
      if (!subscriptions?.has(subscription)) continue
      try {
        subscription.handler(payload)
      } catch (error) {
        this.#onHandlerError(error)
      }
    }
  }

  clear(): void {
    for (const subscriptions of this.#topics.values()) subscriptions.clear()
    this.#topics.clear()
  }
}
