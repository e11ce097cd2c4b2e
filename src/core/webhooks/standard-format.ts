import type { DomainEvent } from '../events.ts'
import type { AssetId, UploadId } from '../ids.ts'
import { playingSource } from '../library/playing-source.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { DeliveryPolicy } from './delivery-policy.ts'
import type { WebhookFormat } from './format.ts'
import { standardHeaders } from './standard-signature.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Ten attempts in a little more than three days: the schedule that Standard Webhooks recommends. */
export const STANDARD_POLICY: DeliveryPolicy = {
  connectTimeoutMs: 5 * SECOND_MS,
  responseTimeoutMs: 15 * SECOND_MS,
  isSuccess: (status) => status >= 200 && status < 300,
  retryDelaysMs: [
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
  ],
  jitter: 0.1,
  heedsRetryAfter: true,
  goneStatus: 410,
  disableAfterMs: 5 * DAY_MS,
  maxInFlight: 8,
}

/** Standard Webhooks: a signed JSON document `{type, timestamp, data}`. `data` is described in docs/webhooks.md. */
export function standardFormat({ read }: Readonly<{ read: Repositories }>): WebhookFormat {
  return {
    name: 'standard',
    policy: STANDARD_POLICY,
    async render({ event, atMs }, { url }) {
      const { type, ...facts } = event
      const { uploadId, assetId } = namesOf(event)
      const data = {
        ...facts,
        ...(uploadId !== undefined && { upload: await uploadFacts(read, uploadId) }),
        // A deleted asset's facts came with the event.
        ...(assetId !== undefined && !('asset' in facts) && { asset: await assetFacts(read, assetId) }),
      }
      const body = JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data })
      return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body }
    },
    sign({ body }, { eventId, endpoint, nowMs }) {
      const live = endpoint.secrets.filter(({ endsAtMs }) => endsAtMs === undefined || endsAtMs > nowMs)
      return standardHeaders(
        { id: eventId, atMs: nowMs, body },
        live.map(({ secret }) => secret),
      )
    },
  }
}

function namesOf(event: DomainEvent): Readonly<{ uploadId: UploadId | undefined; assetId: AssetId | undefined }> {
  return {
    uploadId: 'uploadId' in event ? event.uploadId : undefined,
    assetId: 'assetId' in event ? event.assetId : undefined,
  }
}

/** Null when the upload is gone by now. */
async function uploadFacts(read: Repositories, id: UploadId) {
  const upload = await read.uploads.get(id)
  if (upload === undefined) return null
  const { fileName, sizeBytes, policy, target, failure } = upload
  return {
    id,
    fileName,
    sizeBytes: sizeBytes ?? null,
    ownerId: policy.ownerId ?? null,
    metadata: target.metadata,
    failure: failure ?? null,
  }
}

/** Null when the asset is gone by now. */
async function assetFacts(read: Repositories, id: AssetId) {
  const asset = await read.assets.find(id)
  if (asset === undefined) return null
  const source = await playingSource(read, asset)
  return {
    id,
    title: asset.title,
    metadata: asset.metadata,
    createdAt: new Date(asset.createdAtMs).toISOString(),
    durationMs: source?.media?.durationMs ?? null,
    isPlayable: source !== undefined,
  }
}
