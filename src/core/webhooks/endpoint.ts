import type { DomainEvent, RecordedEvent } from '../events.ts'
import type { EndpointId, ProjectId } from '../ids.ts'

export type EventType = DomainEvent['type']

/**
 * `active`: is told what happens. `paused`: by its owner; what happens meanwhile is not for it, what was due waits.
 * `disabled`: by us, see `disabledReason`; what happens meanwhile is kept as dead deliveries, to be replayed. `spent`: a
 * one-shot receiver that has got its one delivery, which is still sent if it was not yet.
 */
export const ENDPOINT_STATES = ['active', 'paused', 'disabled', 'spent'] as const
export type EndpointState = (typeof ENDPOINT_STATES)[number]

/** `failing`: every attempt of days failed. `gone`: it answered that it does not exist any more. */
export type DisabledReason = 'failing' | 'gone'

/** `endsAtMs`: when a replaced secret stops being signed with; undefined for the current one. */
export type EndpointSecret = Readonly<{ secret: string; endsAtMs: number | undefined }>

/** JSON members that only the format reads, for example a method, a user name, a body template. */
export type EndpointSettings = Readonly<Record<string, unknown>>

/** A receiver of what happens in a project. */
export type Endpoint = Readonly<{
  id: EndpointId
  projectId: ProjectId
  /** The name of a format (see format.ts): what is sent, and how often it is tried. */
  format: string
  /** http or https. Sealed at rest, for it may carry a password. */
  url: string
  /** For people. */
  description: string
  /** Empty: every type, also those that do not exist yet. */
  eventTypes: readonly EventType[]
  state: EndpointState
  disabledReason: DisabledReason | undefined
  /** Newest first, at least one. Sealed at rest. */
  secrets: readonly EndpointSecret[]
  /** Sealed at rest. */
  settings: EndpointSettings
  /** Told only of what happens in this channel; undefined: of everything. */
  channelId: string | undefined
  /** Told only of this upload or asset; undefined: of all. */
  subjectId: string | undefined
  /** Gets one delivery, of the first event that its format has a request for. */
  isOneShot: boolean
  /** The first failed attempt after the last success. */
  failingSinceMs: number | undefined
  createdAtMs: number
  updatedAtMs: number
}>

/**
 * An endpoint made on one node and an event noted on another carry the times of two clocks. An endpoint is told of
 * events that seem to be older than itself by up to this much, rather than missing one.
 */
const CLOCK_TOLERANCE_MS = 10_000

/** The upload and asset that an event names: what an endpoint's `subjectId` is compared with. */
export function subjectsOf(event: DomainEvent): readonly string[] {
  const subjects: string[] = []
  if ('uploadId' in event) subjects.push(event.uploadId)
  if ('assetId' in event && event.assetId !== undefined) subjects.push(event.assetId)
  return subjects
}

/** Events of one subject reach an endpoint in the order they happened, as long as none of them fails. */
export function orderKeyOf(event: DomainEvent): string {
  if ('assetId' in event && event.assetId !== undefined) return event.assetId
  if ('uploadId' in event) return event.uploadId
  return 'endpointId' in event ? event.endpointId : ''
}

/** Whether the endpoint is to be told. Its state is not looked at, and its format may still have nothing to say. */
export function wants(endpoint: Endpoint, { projectId, atMs, event }: RecordedEvent): boolean {
  if (projectId !== endpoint.projectId || atMs < endpoint.createdAtMs - CLOCK_TOLERANCE_MS) return false
  // Tests are sent to their endpoint directly, and whoever is disabled would not hear of it.
  if (event.type === 'endpoint.tested') return false
  if (event.type === 'endpoint.disabled' && event.endpointId === endpoint.id) return false
  if (endpoint.eventTypes.length > 0 && !endpoint.eventTypes.includes(event.type)) return false
  if (endpoint.subjectId !== undefined && !subjectsOf(event).includes(endpoint.subjectId)) return false
  if (endpoint.channelId === undefined) return true
  return 'channelId' in event && event.channelId === endpoint.channelId
}
