import { newId, type ProjectId } from '../../src/core/ids.ts'
import type { Delivery } from '../../src/core/webhooks/delivery.ts'
import type { Endpoint } from '../../src/core/webhooks/endpoint.ts'
import { SystemRandom } from '../../src/system/system-random.ts'
import { START_MS } from './rows.ts'

/** As rows.ts: complete domain values with defaults. */

const random = new SystemRandom()

export function anEndpoint(projectId: ProjectId, own: Partial<Endpoint> = {}): Endpoint {
  const createdAtMs = own.createdAtMs ?? START_MS
  return {
    id: newId('endpoint', createdAtMs, random),
    projectId,
    format: 'standard',
    url: 'https://receiver.example/hook',
    description: '',
    eventTypes: [],
    state: 'active',
    disabledReason: undefined,
    secrets: [{ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', endsAtMs: undefined }],
    settings: {},
    channelId: undefined,
    subjectId: undefined,
    isOneShot: false,
    failingSinceMs: undefined,
    createdAtMs,
    updatedAtMs: createdAtMs,
    ...own,
  }
}

export function aDelivery(endpoint: Pick<Endpoint, 'id' | 'projectId'>, own: Partial<Delivery> = {}): Delivery {
  const createdAtMs = own.createdAtMs ?? START_MS
  return {
    id: newId('delivery', createdAtMs, random),
    projectId: endpoint.projectId,
    endpointId: endpoint.id,
    eventId: newId('event', createdAtMs, random),
    eventType: 'asset.ready',
    orderKey: 'ast_1',
    state: 'pending',
    attempts: 0,
    tries: 0,
    fence: 0,
    dueAtMs: createdAtMs,
    request: { method: 'POST', url: 'https://receiver.example/hook', headers: {}, body: '{}' },
    createdAtMs,
    finishedAtMs: undefined,
    ...own,
  }
}
