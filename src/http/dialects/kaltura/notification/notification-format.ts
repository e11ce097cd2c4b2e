import { createHash } from 'node:crypto'
import { isDomainError } from '../../../../core/errors.ts'
import type { DomainEvent, RecordedEvent } from '../../../../core/events.ts'
import type { AssetId, ProjectId, UploadId } from '../../../../core/ids.ts'
import type { RenderedRequest } from '../../../../core/webhooks/delivery.ts'
import type { DeliveryPolicy } from '../../../../core/webhooks/delivery-policy.ts'
import type { WebhookFormat } from '../../../../core/webhooks/format.ts'
import type { Services } from '../../../services.ts'
import { entriesOf } from '../media/entry.ts'
import { ENTRY_ID, foreignEntryId } from '../media/entry-id.ts'
import { mediaEntry } from '../media/media-entry.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { findPartner } from '../session/session.ts'
import { NOTES, toUploadToken } from '../upload-token/upload-token.ts'
import { notificationBody } from './notification-body.ts'
import { OBJECT_TYPE, type Occurrence, occurrenceOf } from './occurrence.ts'
import { FORMAT, settingsOf, type TemplateSettings } from './template.ts'

const MINUTE_MS = 60_000

/** Source: docs/dialects/kaltura.md#notifications. */
const POLICY: DeliveryPolicy = {
  connectTimeoutMs: 10_000,
  responseTimeoutMs: 30_000,
  isSuccess: (status) => status >= 200 && status < 300,
  retryDelaysMs: [1, 5, 15, 30, 60, 120, 180, 240, 300, 360].map((minutes) => minutes * MINUTE_MS),
  jitter: 0.1,
  heedsRetryAfter: true,
  goneStatus: undefined,
  disableAfterMs: undefined,
  maxInFlight: 4,
}

const ALGORITHMS: Readonly<Record<number, string>> = { 1: 'sha1', 2: 'sha256', 3: 'sha512' }
const METHODS: Readonly<Record<number, 'GET' | 'POST' | 'PUT' | 'DELETE'>> = {
  1: 'GET',
  2: 'POST',
  3: 'PUT',
  4: 'DELETE',
}
const DELETED = 3

type Parts = Readonly<{ services: () => Services }>

/** The vendor's HTTP notifications: a request of the template's making, signed with the partner's secret. */
export function kalturaFormat(parts: Parts): WebhookFormat {
  return {
    name: FORMAT,
    policy: POLICY,
    async render(recorded, endpoint): Promise<RenderedRequest | undefined> {
      const services = parts.services()
      const settings = settingsOf(endpoint)
      const occurrence = occurrenceOf(recorded.event, await isReplacement(services, recorded))
      const eventType = occurrence && askedFor(occurrence, settings)
      if (occurrence === undefined || eventType === undefined) return undefined
      const object = await objectOf(services, recorded, settings.partnerId)
      if (object === undefined) return undefined
      const eventId = recorded.id
      const { body, contentType } = notificationBody(settings, { object, eventType, occurrence, eventId })
      return requestOf(endpoint.url, settings, { body, contentType, secret: await secretOf(services, settings) })
    },
  }
}

async function secretOf(services: Services, { partnerId, values }: TemplateSettings): Promise<string> {
  const own = values['signSecret']
  if (typeof own === 'string' && own !== '') return own
  return (await findPartner(services, partnerId))?.adminSecret ?? ''
}

/** The vendor's type of event that the template waits for; undefined when this is not one. */
function askedFor({ objectType, eventTypes, columns }: Occurrence, { values }: TemplateSettings): number | undefined {
  const { eventConditions } = values
  const eventType = Number(values['eventType'])
  if (Number(values['eventObjectType']) !== objectType || !eventTypes.includes(eventType)) return undefined
  const conditions = Array.isArray(eventConditions) ? eventConditions : []
  const isMet = conditions.every(({ values: { modifiedColumns } }) => {
    const named = String(modifiedColumns ?? '').toLowerCase()
    return columns.some((column) => named.split(/[^a-z]+/).includes(column.toLowerCase()))
  })
  return isMet ? eventType : undefined
}

async function isReplacement(services: Services, { projectId, event }: RecordedEvent): Promise<boolean> {
  if (event.type !== 'asset.ready') return false
  const sources = await services.versions.list(projectId, event.assetId).catch(unlessGone)
  return (sources?.find(({ id }) => id === event.sourceId)?.version ?? 1) > 1
}

/** What it happened to, as it is now; undefined when it is gone or no business of this partner's. */
async function objectOf(
  services: Services,
  { projectId, event }: RecordedEvent,
  partnerId: number,
): Promise<KalturaObject | undefined> {
  if (event.type === 'asset.deleted') return deletedEntry(event, partnerId)
  if (isAboutToken(event)) return tokenOf(services, projectId, event.uploadId, partnerId)
  if ('assetId' in event && event.assetId !== undefined)
    return entryObject(services, projectId, event.assetId, partnerId)
  return undefined
}

function isAboutToken(event: DomainEvent): event is DomainEvent & Readonly<{ uploadId: UploadId }> {
  return occurrenceOf(event, false)?.objectType === OBJECT_TYPE.uploadToken && 'uploadId' in event
}

async function tokenOf(services: Services, projectId: ProjectId, id: UploadId, partnerId: number) {
  const found = await services.uploads.get(projectId, id).catch(unlessGone)
  return found?.upload.echo[NOTES.partnerId] === String(partnerId) ? toUploadToken(found.upload) : undefined
}

async function entryObject(services: Services, projectId: ProjectId, id: AssetId, partnerId: number) {
  const view = await services.library.get(projectId, id).catch(unlessGone)
  const [entry] = view === undefined ? [] : await entriesOf(services, projectId, [view])
  return entry && mediaEntry(entry, { publicUrl: services.publicUrl, partnerId, isAdmin: true })
}

function deletedEntry(
  { assetId, asset }: Extract<DomainEvent, { type: 'asset.deleted' }>,
  partnerId: number,
): KalturaObject {
  const id = asset?.names[ENTRY_ID] ?? foreignEntryId(assetId)
  return { type: 'KalturaMediaEntry', values: { id, name: asset?.title, partnerId, status: DELETED, type: 1 } }
}

function unlessGone(error: unknown): undefined {
  if (isDomainError(error, 'not_found')) return undefined
  throw error
}

type Content = Readonly<{ body: string; contentType: string | undefined; secret: string }>

/** A GET carries in its query what others carry in their body. The signature covers the body as it would be sent. */
function requestOf(url: string, { values }: TemplateSettings, { body, contentType, secret }: Content): RenderedRequest {
  const method = METHODS[Number(values['method'] ?? 2)] ?? 'POST'
  const algorithm = ALGORITHMS[Number(values['secureHashingAlgo'] ?? 1)] ?? 'sha1'
  const own = (Array.isArray(values['customHeaders']) ? values['customHeaders'] : []).map(({ values: header }) => {
    return [String(header['key'] ?? '').toLowerCase(), String(header['value'] ?? '')] as const
  })
  const headers = {
    ...Object.fromEntries(own.filter(([name, value]) => /^[a-z0-9-]+$/.test(name) && !/[\r\n]/.test(value))),
    ...authorization(values),
    ...(contentType !== undefined && method !== 'GET' && { 'content-type': contentType }),
    'x-kaltura-signature': createHash(algorithm).update(secret).update(body).digest('hex'),
    'x-kaltura-hash-algo': algorithm,
  }
  if (method !== 'GET') return { method, url, headers, body }
  const query = contentType?.startsWith('application/x-www-form') === true ? body : new URLSearchParams({ data: body })
  const separator = url.includes('?') ? '&' : '?'
  return { method, url: body === '' ? url : `${url}${separator}${query}`, headers, body: '' }
}

function authorization({ username, password }: TemplateSettings['values']): Readonly<Record<string, string>> {
  if (typeof username !== 'string' || username === '') return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}
