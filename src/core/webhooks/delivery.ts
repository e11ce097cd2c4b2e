import type { DeliveryId, EndpointId, EventId, ProjectId } from '../ids.ts'
import type { EventType } from './endpoint.ts'

/** What a format makes of an event: sent the same way at every attempt, apart from what signing adds. */
export type RenderedRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** http or https, absolute. */
  url: string
  /** Names in lower case. `host`, `content-length` and `user-agent` are added. */
  headers: Readonly<Record<string, string>>
  /** Empty: none. */
  body: string
}>

/** pending → sending → delivered, or back to pending (failed, or its worker died), or dead; a replay makes it pending. */
export const DELIVERY_STATES = ['pending', 'sending', 'delivered', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** One event for one endpoint: told once at least, or dead after the last attempt. */
export type Delivery = Readonly<{
  id: DeliveryId
  projectId: ProjectId
  endpointId: EndpointId
  eventId: EventId
  eventType: EventType
  /** See `orderKeyOf`. */
  orderKey: string
  state: DeliveryState
  /** Attempts that ended, ever. */
  attempts: number
  /** Attempts that ended since it was made or last replayed: what the format's policy counts. */
  tries: number
  /** Grows with every claim; a result is accepted only with the current one. */
  fence: number
  /** Pending: when it is sent. Sending: when its worker is taken for dead. Else undefined. */
  dueAtMs: number | undefined
  /** Undefined while the format has failed to make one; the next attempt tries again. */
  request: RenderedRequest | undefined
  createdAtMs: number
  finishedAtMs: number | undefined
}>

/** One attempt, as the log keeps it. */
export type DeliveryAttempt = Readonly<{
  deliveryId: DeliveryId
  /** From 1. */
  number: number
  startedAtMs: number
  durationMs: number
  /** HTTP status; undefined when no answer came. */
  status: number | undefined
  /** Why it does not count as delivered; undefined if it does. */
  error: AttemptError | undefined
  /** The beginning of the answer's body, as text. */
  answer: string
}>

/** `reason` is for programs: `status`, `address_unreachable`, `timeout_connect`, `timeout_response`, … */
export type AttemptError = Readonly<{ reason: string; message: string }>

/** A delivery in the hands of a worker, until `dueAtMs`. */
export type ClaimedDelivery = Delivery & Readonly<{ state: 'sending'; dueAtMs: number }>
