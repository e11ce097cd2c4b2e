/**
 * Hints between requests and nodes ("this upload moved", "there is work"). At most once, unordered, may be lost: nobody
 * may depend on one for correctness, only for speed. Implementations: bus/memory-bus.ts, bus/postgres-bus.ts.
 * test/contract/message-bus.ts proves for each of them: a subscriber gets what any node publishes on its topic and
 * nothing else; after `unsubscribe` it gets nothing; a handler that throws disturbs no other.
 */
export interface MessageBus {
  /** `payload` is JSON text of at most 4 000 bytes. */
  publish(topic: string, payload: string): Promise<void>
  /** Returns the function that unsubscribes. `handler` must not throw. */
  subscribe(topic: string, handler: (payload: string) => void): () => void
  close(): Promise<void>
}
