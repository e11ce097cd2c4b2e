import type { DeliveryId, EndpointId, EventId, ProjectId } from '../ids.ts'
import type {
  ClaimedDelivery,
  Delivery,
  DeliveryAttempt,
  DeliveryState,
  RenderedRequest,
} from '../webhooks/delivery.ts'
import type { Endpoint } from '../webhooks/endpoint.ts'
import type { Page } from './unit-of-work.ts'

/** The columns of an endpoint that change after it was created; absent members stay as they are. */
export type EndpointChange = Readonly<
  Partial<
    Pick<
      Endpoint,
      | 'url'
      | 'description'
      | 'eventTypes'
      | 'state'
      | 'disabledReason'
      | 'secrets'
      | 'settings'
      | 'channelId'
      | 'failingSinceMs'
    >
  >
>

/** `undefined` for `subjectId`: endpoints of the whole project only. */
export type EndpointFilter = Readonly<{ format?: string | undefined; channelId?: string | undefined }>

/**
 * Receivers. Each has a place in a line of those that need looking at (`setDue`, `lockDue`), so that one with a long
 * backlog costs the others nothing.
 */
export interface EndpointRepository {
  insert(endpoint: Endpoint): Promise<void>
  get(projectId: ProjectId, id: EndpointId): Promise<Endpoint | undefined>
  /** For deliveries, which hold no project's credential. */
  find(id: EndpointId): Promise<Endpoint | undefined>
  /** As `find`, and no other transaction changes the endpoint, or claims its deliveries, until this one ends. */
  lock(id: EndpointId): Promise<Endpoint | undefined>
  /** Newest first, without those that are for one upload or asset only. */
  list(projectId: ProjectId, filter: EndpointFilter, page: Page): Promise<readonly Endpoint[]>
  /**
   * The active and the disabled ones of a project: those of the whole project, and those of one of these subjects.
   * Oldest first.
   */
  listening(projectId: ProjectId, subjectIds: readonly string[]): Promise<readonly Endpoint[]>
  update(id: EndpointId, change: EndpointChange, nowMs: number): Promise<void>
  /** Its deliveries go with it. */
  delete(projectId: ProjectId, id: EndpointId): Promise<boolean>
  /** The endpoint shall be looked at then; undefined: not before somebody says so. */
  setDue(id: EndpointId, dueAtMs: number | undefined): Promise<void>
  /** Moves the time forward to `dueAtMs` for those that would be looked at later or not at all. */
  hasten(ids: readonly EndpointId[], dueAtMs: number): Promise<void>
  /**
   * The one that has waited longest to be looked at, locked as by `lock`; endpoints that another transaction has locked
   * are passed over.
   */
  lockDue(nowMs: number): Promise<Endpoint | undefined>
  /** Those of one upload or asset that were made before, and have no delivery left. At most `limit`. */
  deleteForgotten(createdBeforeMs: number, limit: number): Promise<number>
}

export type DeliveryFilter = Readonly<{
  endpointId?: EndpointId | undefined
  eventId?: EventId | undefined
  state?: DeliveryState | undefined
}>

/** How a claimed delivery ends an attempt. `request` is noted if it had none. */
export type DeliveryEnd = Readonly<{
  state: 'pending' | 'delivered' | 'dead'
  /** Pending only: when it is tried next. */
  dueAtMs: number | undefined
  request: RenderedRequest | undefined
}>

export interface DeliveryRepository {
  /** A second one of the same event for the same endpoint is not inserted. */
  insert(delivery: Delivery): Promise<void>
  get(projectId: ProjectId, id: DeliveryId): Promise<Delivery | undefined>
  /** Newest first. */
  list(projectId: ProjectId, filter: DeliveryFilter, page: Page): Promise<readonly Delivery[]>
  /** Of these deliveries, oldest first. */
  attempts(ids: readonly DeliveryId[]): Promise<readonly DeliveryAttempt[]>
  /** How many are under way whose workers are not taken for dead. */
  countSending(endpointId: EndpointId, nowMs: number): Promise<number>
  /**
   * Claims deliveries that are due, those of dead workers included, the one due longest first. One waits as long as an
   * earlier event of the same order key has not had its first attempt. The transaction holds the endpoint's lock.
   */
  take(
    endpointId: EndpointId,
    options: Readonly<{ nowMs: number; leaseUntilMs: number; limit: number }>,
  ): Promise<readonly ClaimedDelivery[]>
  /** When a delivery of the endpoint falls due, of those that do so after `afterMs`. */
  nextDue(endpointId: EndpointId, afterMs?: number): Promise<number | undefined>
  /** Ends an attempt. False: the claim is not the current one any more, and nothing changed. */
  end(claimed: ClaimedDelivery, end: DeliveryEnd, nowMs: number): Promise<boolean>
  addAttempt(attempt: DeliveryAttempt): Promise<void>
  /** Back to pending, as if it had not been claimed. */
  release(claimed: ClaimedDelivery, dueAtMs: number): Promise<void>
  /** There was nothing to tell after all. */
  drop(claimed: ClaimedDelivery): Promise<void>
  /** Makes a delivered or dead one pending. False: it is neither. */
  replay(id: DeliveryId, nowMs: number): Promise<boolean>
  /** Makes dead ones pending that were made in [sinceMs, untilMs), oldest first. @returns how many, `limit` at most */
  replayDead(
    endpointId: EndpointId,
    options: Readonly<{ sinceMs: number; untilMs: number; nowMs: number; limit: number }>,
  ): Promise<number>
  /** What waits for this endpoint is dead. */
  killPending(endpointId: EndpointId, nowMs: number): Promise<number>
  /** Delivered and dead ones that were made before, with their attempts. At most `limit`. */
  deleteFinished(createdBeforeMs: number, limit: number): Promise<number>
}
