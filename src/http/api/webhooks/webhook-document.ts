import { DomainError } from '../../../core/errors.ts'
import { type DeliveryId, type EndpointId, parseId } from '../../../core/ids.ts'
import type { DeliveryAttempt } from '../../../core/webhooks/delivery.ts'
import type { Endpoint } from '../../../core/webhooks/endpoint.ts'
import type { LoggedDelivery } from '../../../core/webhooks/webhook-service.ts'
import type { DeliveryDocument, EndpointDocument, IssuedEndpointDocument } from './webhook-schema.ts'

export function endpointDocument(endpoint: Endpoint): EndpointDocument {
  const { id, url, format, description, eventTypes, channelId, state, disabledReason } = endpoint
  return {
    id,
    url,
    format,
    description,
    eventTypes: [...eventTypes],
    channelId: channelId ?? null,
    state,
    disabledReason: disabledReason ?? null,
    failingSince: momentOf(endpoint.failingSinceMs),
    createdAt: new Date(endpoint.createdAtMs).toISOString(),
  }
}

/** With the secret, for whoever has just made it. */
export function issuedEndpointDocument(endpoint: Endpoint): IssuedEndpointDocument {
  const [current] = endpoint.secrets
  if (current === undefined) throw new Error('an endpoint has a secret')
  return { ...endpointDocument(endpoint), secret: current.secret }
}

/** As lists show it. */
export function deliveryDocument({ delivery, attempts }: LoggedDelivery): DeliveryDocument {
  const { id, endpointId, eventId, eventType, state } = delivery
  return {
    id,
    endpointId,
    eventId,
    eventType,
    state,
    nextAttemptAt: state === 'pending' ? momentOf(delivery.dueAtMs) : null,
    createdAt: new Date(delivery.createdAtMs).toISOString(),
    finishedAt: momentOf(delivery.finishedAtMs),
    attempts: attempts.map(attemptDocument),
  }
}

/** As it is shown by itself: with what is sent, apart from headers, in which secrets may be. */
export function wholeDeliveryDocument(logged: LoggedDelivery): DeliveryDocument {
  const { request } = logged.delivery
  const shown = request && { method: request.method, url: request.url, body: request.body }
  return { ...deliveryDocument(logged), request: shown ?? null }
}

function attemptDocument(attempt: DeliveryAttempt): DeliveryDocument['attempts'][number] {
  const { number, startedAtMs, durationMs, status, error, answer } = attempt
  const startedAt = new Date(startedAtMs).toISOString()
  return { number, startedAt, durationMs, status: status ?? null, error: error ?? null, answer }
}

function momentOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

/** Throws not_found for text that is the id of no endpoint. */
export function readEndpointId({ endpointId }: Readonly<{ endpointId: string }>): EndpointId {
  const id = parseId('endpoint', endpointId)
  if (id === undefined) throw new DomainError('not_found', 'No such endpoint.')
  return id
}

/** Throws not_found for text that is the id of no delivery. */
export function readDeliveryId({ deliveryId }: Readonly<{ deliveryId: string }>): DeliveryId {
  const id = parseId('delivery', deliveryId)
  if (id === undefined) throw new DomainError('not_found', 'No such delivery.')
  return id
}

/** Throws not_found for text that is the id of no channel. */
export function readChannelId(channelId: string | undefined) {
  const id = channelId === undefined ? undefined : parseId('channel', channelId)
  if (channelId !== undefined && id === undefined) throw new DomainError('not_found', 'No such channel.')
  return id
}
