import type { RecordedEvent } from '../events.ts'
import { type EndpointId, newId, type ProjectId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Delivery, RenderedRequest } from './delivery.ts'
import { type Endpoint, orderKeyOf, subjectsOf, wants } from './endpoint.ts'
import type { WebhookFormats } from './format.ts'

/** Events at a time. */
export const FAN_OUT_BATCH = 200
/** A batch ends early once this much text waits to be stored. */
const MAX_BATCH_CHARACTERS = 4 * 1024 * 1024

type Parts = Readonly<{
  work: UnitOfWork
  clock: Clock
  random: Random
  formats: WebhookFormats
  /** Gets what a format threw: a bug, or a service that was away; the delivery is kept. */
  onRenderError: (error: unknown, about: Readonly<{ eventId: string; endpointId: string; format: string }>) => void
}>

/** `request` is undefined while the format has failed to make one. */
type Planned = Readonly<{ event: RecordedEvent; endpointId: EndpointId; request: RenderedRequest | undefined }>

/**
 * Makes deliveries of events: for each event one delivery to each endpoint that wants it, in the transaction that notes
 * the event as dispatched. A crash at any moment neither loses a delivery nor makes a second one.
 */
export class EventFanOut {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** One batch, oldest events first. @returns how many events it looked at; 0: there is nothing left to do */
  async run(): Promise<number> {
    const { work, clock } = this.#parts
    const events = await work.read.outbox.undispatched(FAN_OUT_BATCH)
    if (events.length === 0) return 0
    const { planned, done } = await this.#plan(events)
    await work.transaction(async (tx) => {
      const nowMs = clock.now()
      const fresh = new Set(
        await tx.outbox.dispatched(
          done.map(({ id }) => id),
          nowMs,
        ),
      )
      await this.#insert(
        tx,
        planned.filter(({ event }) => fresh.has(event.id)),
        nowMs,
      )
    })
    return done.length
  }

  /** Outside of the transaction, for formats ask services. `done`: the events that were got through. */
  async #plan(
    events: readonly RecordedEvent[],
  ): Promise<Readonly<{ planned: readonly Planned[]; done: readonly RecordedEvent[] }>> {
    const endpoints = await this.#endpointsFor(events)
    const planned: Planned[] = []
    const done: RecordedEvent[] = []
    let characters = 0
    for (const event of events) {
      if (characters > MAX_BATCH_CHARACTERS) break
      done.push(event)
      for (const endpoint of endpoints.get(event.projectId) ?? []) {
        if (!wants(endpoint, event)) continue
        const rendered = await this.#render(event, endpoint)
        if (rendered === 'nothing') continue
        characters += rendered?.body.length ?? 0
        planned.push({ event, endpointId: endpoint.id, request: rendered })
      }
    }
    return { planned, done }
  }

  /** Read after the events: whatever endpoint was there before an event is among them. */
  async #endpointsFor(events: readonly RecordedEvent[]): Promise<ReadonlyMap<ProjectId, readonly Endpoint[]>> {
    const { read } = this.#parts.work
    const found = new Map<ProjectId, readonly Endpoint[]>()
    for (const projectId of new Set(events.map((event) => event.projectId))) {
      const own = events.filter((event) => event.projectId === projectId)
      const subjects = new Set(own.flatMap(({ event }) => subjectsOf(event)))
      found.set(projectId, await read.endpoints.listening(projectId, [...subjects]))
    }
    return found
  }

  async #render(event: RecordedEvent, endpoint: Endpoint): Promise<RenderedRequest | 'nothing' | undefined> {
    const { formats, onRenderError } = this.#parts
    try {
      return (await formats.get(endpoint.format).render(event, endpoint)) ?? 'nothing'
    } catch (error) {
      onRenderError(error, { eventId: event.id, endpointId: endpoint.id, format: endpoint.format })
      return undefined
    }
  }

  async #insert(tx: Repositories, planned: readonly Planned[], nowMs: number): Promise<void> {
    const { random } = this.#parts
    // Everybody locks endpoints in this order, so that none wait for each other.
    const ids = [...new Set(planned.map(({ endpointId }) => endpointId))].toSorted()
    const endpoints = new Map<EndpointId, Endpoint>()
    for (const id of ids) {
      const endpoint = await tx.endpoints.lock(id)
      if (endpoint !== undefined) endpoints.set(id, endpoint)
    }
    for (const { event, endpointId, request } of planned) {
      const endpoint = endpoints.get(endpointId)
      // Deleted, paused or spent since it was looked at.
      if (endpoint === undefined || endpoint.state === 'paused' || endpoint.state === 'spent') continue
      const id = newId('delivery', nowMs, random)
      const delivery = newDelivery(event, endpoint, request, nowMs)
      await tx.deliveries.insert({ ...delivery, id })
      if (!endpoint.isOneShot) continue
      await tx.endpoints.update(endpointId, { state: 'spent' }, nowMs)
      endpoints.set(endpointId, { ...endpoint, state: 'spent' })
    }
    await tx.endpoints.hasten([...endpoints.keys()], nowMs)
  }
}

/** What happens while an endpoint is disabled is kept for a replay. */
export function newDelivery(
  { id: eventId, event }: RecordedEvent,
  { id: endpointId, projectId, state }: Endpoint,
  request: RenderedRequest | undefined,
  nowMs: number,
): Omit<Delivery, 'id'> {
  const isDead = state === 'disabled'
  return {
    projectId,
    endpointId,
    eventId,
    eventType: event.type,
    orderKey: orderKeyOf(event),
    state: isDead ? 'dead' : 'pending',
    attempts: 0,
    tries: 0,
    fence: 0,
    dueAtMs: isDead ? undefined : nowMs,
    request,
    createdAtMs: nowMs,
    finishedAtMs: isDead ? nowMs : undefined,
  }
}
