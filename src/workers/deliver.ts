import type { Clock } from '../core/ports/clock.ts'
import type { Locker } from '../core/ports/locker.ts'
import type { ClaimedDelivery } from '../core/webhooks/delivery.ts'
import type { DeliveryService } from '../core/webhooks/delivery-service.ts'
import { type EventFanOut, FAN_OUT_BATCH } from '../core/webhooks/event-fan-out.ts'
import type { EventWake } from '../core/webhooks/event-wake.ts'
import { WakeableLoop } from './wakeable-loop.ts'
import type { WorkerLog } from './worker-log.ts'

/** How long something due may stay unnoticed when no wake tells of it (retries, dead workers' work, lost hints). */
const DEFAULT_POLL_MS = 1_000
/** Requests under way at a time, of this process. They mostly wait for others. */
const DEFAULT_CONCURRENCY = 64
/** How long `stop` waits for answers before it gives deliveries back. */
const DEFAULT_DRAIN_MS = 5_000

export type DeliverersParts = Readonly<{
  fanOut: EventFanOut
  deliveries: DeliveryService
  wake: EventWake
  locker: Locker
  clock: Clock
  logger: WorkerLog
  pollMs?: number
  concurrency?: number
  drainMs?: number
}>

/**
 * Makes deliveries of events and sends them, a number of them at a time. Deliveries have a table and a claim of their
 * own rather than being jobs: see docs/decisions/0007-deliveries-are-not-jobs.md.
 */
export class Deliverers {
  readonly #parts: DeliverersParts
  readonly #concurrency: number
  readonly #sending = new Set<Promise<void>>()
  readonly #abort = new AbortController()
  readonly #fanOutLoop: WakeableLoop
  readonly #sendLoop: WakeableLoop
  #unsubscribe: () => void = () => undefined
  #isStopped = false

  constructor(parts: DeliverersParts) {
    this.#parts = parts
    this.#concurrency = parts.concurrency ?? DEFAULT_CONCURRENCY
    const { clock, pollMs = DEFAULT_POLL_MS } = parts
    const onError = (what: string) => (error: unknown) =>
      parts.logger.error({ err: error }, `${what} failed; it is tried again and again`)
    this.#fanOutLoop = new WakeableLoop({
      clock,
      pollMs,
      onError: onError('reading events'),
      turn: () => this.#fanOut(),
    })
    this.#sendLoop = new WakeableLoop({
      clock,
      pollMs,
      onError: onError('claiming deliveries'),
      turn: () => this.#claim(),
    })
  }

  /** To be called once. */
  start(): void {
    this.#unsubscribe = this.#parts.wake.subscribe(() => {
      this.#fanOutLoop.wake()
      this.#sendLoop.wake()
    })
    this.#fanOutLoop.start()
    this.#sendLoop.start()
  }

  /** Takes no more, waits for what is under way, and gives back what does not end in time. Repeatable. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#unsubscribe()
    await Promise.all([this.#fanOutLoop.stop(), this.#sendLoop.stop()])
    const { clock, drainMs = DEFAULT_DRAIN_MS } = this.#parts
    const cancel = clock.after(drainMs, () => this.#abort.abort(new Error('the server is stopping')))
    while (this.#sending.size > 0) await Promise.all(this.#sending)
    cancel()
  }

  /** One process of the installation at a time, for the order of events. */
  async #fanOut(): Promise<'again' | 'rest' | 'done'> {
    const { fanOut, locker } = this.#parts
    const count = await locker.tryHold('fan-out-events', () => fanOut.run())
    if (count === undefined || count === 0) return 'done'
    this.#sendLoop.wake()
    return count < FAN_OUT_BATCH ? 'rest' : 'again'
  }

  async #claim(): Promise<'again' | 'done'> {
    const room = this.#concurrency - this.#sending.size
    if (room <= 0) return 'done'
    const claimed = await this.#parts.deliveries.claim(room)
    for (const delivery of claimed ?? []) this.#send(delivery)
    return claimed === undefined ? 'done' : 'again'
  }

  #send(delivery: ClaimedDelivery): void {
    const sent = this.#attempt(delivery).finally(() => {
      this.#sending.delete(sent)
      this.#sendLoop.wake()
    })
    this.#sending.add(sent)
  }

  /** As long as there is room: when there is none, whoever has waited longest comes first. */
  #goesOn(): boolean {
    return !this.#isStopped && 2 * this.#sending.size <= this.#concurrency
  }

  async #attempt(delivery: ClaimedDelivery): Promise<void> {
    const { deliveries, logger, wake } = this.#parts
    const { id, endpointId, eventId, eventType } = delivery
    const fields = { deliveryId: id, endpointId, eventId, eventType, attempt: delivery.attempts + 1 }
    try {
      const report = await deliveries.attempt(delivery, this.#abort.signal, () => this.#goesOn())
      const { state, status, reason, disabled, next } = report
      for (const another of next) this.#send(another)
      const level = state === 'dead' ? 'warn' : 'info'
      logger[level]({ ...fields, state, status, reason }, 'delivery attempted')
      if (disabled !== undefined) logger.warn({ endpointId, reason: disabled }, 'endpoint disabled')
      // Another node may have room for what this one held up.
      if (state === 'released') wake.notify()
    } catch (error) {
      logger.error({ ...fields, err: error }, 'the end of a delivery could not be noted; its lease will run out')
    }
  }
}
