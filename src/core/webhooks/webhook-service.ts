import { DomainError } from '../errors.ts'
import { type DeliveryId, type EndpointId, newId, type ProjectId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { RequestSender } from '../ports/request-sender.ts'
import type { Page, Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { DeliveryFilter, EndpointChange, EndpointFilter } from '../ports/webhook-repositories.ts'
import type { Delivery, DeliveryAttempt } from './delivery.ts'
import type { Endpoint, EndpointSettings, EventType } from './endpoint.ts'
import { newDelivery } from './event-fan-out.ts'
import type { WebhookFormats } from './format.ts'
import { newWebhookSecret, webhookKey } from './standard-signature.ts'

/** What somebody wants to be told, and where. */
export type NewEndpoint = Readonly<{
  projectId: ProjectId
  /** Name of a registered format. */
  format: string
  url: string
  description?: string | undefined
  /** Every type, if absent or empty. */
  eventTypes?: readonly EventType[] | undefined
  /** Made here, if absent. The format `standard` takes only `whsec_…`. */
  secret?: string | undefined
  settings?: EndpointSettings | undefined
  /** Only what happens in this channel. */
  channelId?: string | undefined
  /** Only what happens to this upload or asset. */
  subjectId?: string | undefined
  /** One delivery, then nothing more. */
  isOneShot?: boolean | undefined
  isActive?: boolean | undefined
}>

export type ChangedEndpoint = Readonly<
  Partial<
    Pick<Endpoint, 'url' | 'description' | 'eventTypes' | 'settings' | 'channelId'> & {
      /** True also ends our disabling it. */
      isActive: boolean
    }
  >
>

export type LoggedDelivery = Readonly<{ delivery: Delivery; attempts: readonly DeliveryAttempt[] }>

type Parts = Readonly<{
  work: UnitOfWork
  clock: Clock
  random: Random
  formats: WebhookFormats
  sender: RequestSender
  /** Tells the workers that there are deliveries, after the transaction that made them. */
  wake: () => void
}>

/** How long a replaced secret is still signed with, unless the caller says otherwise. */
const ROTATION_MS = 24 * 60 * 60_000
/** One replay takes no more; what is left stays dead for the next one. */
const MAX_REPLAYED = 10_000

/** Receivers of a project, and the log of what they were told. */
export class WebhookService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes a receiver of everything that happens from now on. Throws invalid_argument for a format that does not exist,
   * an address that cannot be one, a secret or settings that the format has no use for.
   */
  async create(wanted: NewEndpoint): Promise<Endpoint> {
    const endpoint = this.#plan(wanted)
    await this.#parts.work.read.endpoints.insert(endpoint)
    return endpoint
  }

  /** As `create`, within the caller's transaction. */
  async createIn(tx: Repositories, wanted: NewEndpoint): Promise<Endpoint> {
    const endpoint = this.#plan(wanted)
    await tx.endpoints.insert(endpoint)
    return endpoint
  }

  /** Throws not_found. */
  async get(projectId: ProjectId, id: EndpointId): Promise<Endpoint> {
    return (await this.#parts.work.read.endpoints.get(projectId, id)) ?? noEndpoint()
  }

  /** Newest first, without those for one upload or asset. */
  list(projectId: ProjectId, filter: EndpointFilter, page: Page): Promise<readonly Endpoint[]> {
    return this.#parts.work.read.endpoints.list(projectId, filter, page)
  }

  /** Throws not_found, invalid_argument as `create`. What waits is sent to a changed address too. */
  async update(projectId: ProjectId, id: EndpointId, change: ChangedEndpoint): Promise<Endpoint> {
    const { formats, sender } = this.#parts
    return this.#change(projectId, id, async (endpoint) => {
      const { isActive, ...rest } = change
      if (rest.url !== undefined) sender.assertAddress(rest.url)
      if (rest.settings !== undefined) formats.get(endpoint.format).checkSettings?.(rest.settings)
      if (isActive === undefined || endpoint.state === 'spent') return rest
      if (!isActive) return { ...rest, state: 'paused', disabledReason: undefined }
      return { ...rest, state: 'active', disabledReason: undefined, failingSinceMs: undefined }
    })
  }

  /** Forgets the endpoint and its deliveries. Throws not_found. */
  async delete(projectId: ProjectId, id: EndpointId): Promise<void> {
    if (!(await this.#parts.work.read.endpoints.delete(projectId, id))) noEndpoint()
  }

  /**
   * Gives the endpoint a new secret. Requests carry signatures by the old one too for `overlapMs` more. Throws
   * not_found.
   */
  rotateSecret(
    projectId: ProjectId,
    id: EndpointId,
    { secret, overlapMs = ROTATION_MS }: Readonly<{ secret?: string | undefined; overlapMs?: number | undefined }> = {},
  ): Promise<Endpoint> {
    const { clock, random } = this.#parts
    return this.#change(projectId, id, async ({ format, secrets }) => {
      const fresh = checkedSecret(format, secret) ?? newWebhookSecret(random)
      const endsAtMs = clock.now() + overlapMs
      const [current] = secrets
      const old = current === undefined || overlapMs === 0 ? [] : [{ secret: current.secret, endsAtMs }]
      return { secrets: [{ secret: fresh, endsAtMs: undefined }, ...old] }
    })
  }

  /** Sends `endpoint.tested`, to this endpoint only and whatever it has chosen. Throws not_found, state_conflict. */
  async test(projectId: ProjectId, id: EndpointId): Promise<Delivery> {
    const { work, clock, random, wake } = this.#parts
    await this.get(projectId, id)
    const nowMs = clock.now()
    const tested = { type: 'endpoint.tested', endpointId: id } as const
    const delivery = await work.transaction(async (tx) => {
      const locked = await tx.endpoints.lock(id)
      if (locked === undefined) return noEndpoint()
      if (locked.state !== 'active') {
        throw new DomainError(
          'state_conflict',
          `The endpoint is ${locked.state}; only an active one is told anything.`,
          {
            details: { state: locked.state },
          },
        )
      }
      const eventId = await tx.outbox.append(projectId, tested, nowMs)
      await tx.outbox.dispatched([eventId], nowMs)
      const made = newDelivery({ id: eventId, projectId, atMs: nowMs, event: tested }, locked, undefined, nowMs)
      const delivery = { ...made, id: newId('delivery', nowMs, random) }
      await tx.deliveries.insert(delivery)
      await tx.endpoints.hasten([id], nowMs)
      return delivery
    })
    wake()
    return delivery
  }

  /** Newest first, with their attempts. */
  async deliveries(projectId: ProjectId, filter: DeliveryFilter, page: Page): Promise<readonly LoggedDelivery[]> {
    const { read } = this.#parts.work
    return logged(read, await read.deliveries.list(projectId, filter, page))
  }

  /** Throws not_found. */
  async delivery(projectId: ProjectId, id: DeliveryId): Promise<LoggedDelivery> {
    const { read } = this.#parts.work
    const [found] = await logged(read, [(await read.deliveries.get(projectId, id)) ?? noDelivery()])
    return found ?? noDelivery()
  }

  /**
   * Sends a delivery again, delivered or dead, with its first content and id and a new series of attempts. Throws
   * not_found, state_conflict when it is on its way anyhow.
   */
  async replay(projectId: ProjectId, id: DeliveryId): Promise<LoggedDelivery> {
    const { work, clock, wake } = this.#parts
    const nowMs = clock.now()
    const { endpointId } = (await work.read.deliveries.get(projectId, id)) ?? noDelivery()
    await work.transaction(async (tx) => {
      await tx.endpoints.lock(endpointId)
      if (!(await tx.deliveries.replay(id, nowMs))) {
        throw new DomainError('state_conflict', 'The delivery is waiting or being sent already.')
      }
      await tx.endpoints.hasten([endpointId], nowMs)
    })
    wake()
    return this.delivery(projectId, id)
  }

  /** Sends everything again that is dead and was made in [sinceMs, untilMs). @returns how many; throws not_found */
  async replayDead(
    projectId: ProjectId,
    id: EndpointId,
    { sinceMs, untilMs }: Readonly<{ sinceMs: number; untilMs?: number | undefined }>,
  ): Promise<number> {
    const { work, clock, wake } = this.#parts
    await this.get(projectId, id)
    const nowMs = clock.now()
    const count = await work.transaction(async (tx) => {
      await tx.endpoints.lock(id)
      const range = { sinceMs, untilMs: untilMs ?? nowMs + 1, nowMs, limit: MAX_REPLAYED }
      const replayed = await tx.deliveries.replayDead(id, range)
      await tx.endpoints.hasten([id], nowMs)
      return replayed
    })
    wake()
    return count
  }

  #plan(wanted: NewEndpoint): Endpoint {
    const { clock, random, formats, sender } = this.#parts
    const { projectId, format, url, settings = {} } = wanted
    formats.get(format).checkSettings?.(settings)
    sender.assertAddress(url)
    const nowMs = clock.now()
    return {
      id: newId('endpoint', nowMs, random),
      projectId,
      format,
      url,
      description: wanted.description ?? '',
      eventTypes: wanted.eventTypes ?? [],
      state: wanted.isActive === false ? 'paused' : 'active',
      disabledReason: undefined,
      secrets: [{ secret: checkedSecret(format, wanted.secret) ?? newWebhookSecret(random), endsAtMs: undefined }],
      settings,
      channelId: wanted.channelId,
      subjectId: wanted.subjectId,
      isOneShot: wanted.isOneShot ?? false,
      failingSinceMs: undefined,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }
  }

  async #change(
    projectId: ProjectId,
    id: EndpointId,
    decide: (endpoint: Endpoint) => Promise<EndpointChange>,
  ): Promise<Endpoint> {
    const { work, clock, wake } = this.#parts
    const nowMs = clock.now()
    const changed = await work.transaction(async (tx) => {
      const endpoint = await tx.endpoints.lock(id)
      if (endpoint?.projectId !== projectId) return noEndpoint()
      await tx.endpoints.update(id, await decide(endpoint), nowMs)
      // What waited while it was paused goes now.
      await tx.endpoints.hasten([id], nowMs)
      return (await tx.endpoints.find(id)) ?? noEndpoint()
    })
    wake()
    return changed
  }
}

function checkedSecret(format: string, secret: string | undefined): string | undefined {
  if (secret !== undefined && format === 'standard') webhookKey(secret)
  return secret
}

async function logged(read: Repositories, deliveries: readonly Delivery[]): Promise<readonly LoggedDelivery[]> {
  const attempts = await read.deliveries.attempts(deliveries.map(({ id }) => id))
  return deliveries.map((delivery) => ({
    delivery,
    attempts: attempts.filter(({ deliveryId }) => deliveryId === delivery.id),
  }))
}

function noEndpoint(): never {
  throw new DomainError('not_found', 'No such endpoint.')
}

function noDelivery(): never {
  throw new DomainError('not_found', 'No such delivery.')
}
