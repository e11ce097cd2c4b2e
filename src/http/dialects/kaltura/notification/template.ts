import { isDomainError } from '../../../../core/errors.ts'
import type { EndpointId, ProjectId } from '../../../../core/ids.ts'
import type { Endpoint } from '../../../../core/webhooks/endpoint.ts'
import type { Services } from '../../../services.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastObject, CastValue } from '../schema/cast.ts'
import type { Facts } from '../schema/filter.ts'
import type { TypeName } from '../schema/types.ts'
import type { KalturaObject } from '../schema/wire-value.ts'

export const FORMAT = 'kaltura'
const MAX_TEMPLATES = 500

/** KalturaEventNotificationTemplateStatus. */
export const TEMPLATE_STATUS = { disabled: 1, active: 2 } as const

/** What an endpoint of this dialect remembers: the template as its client described it, under its number. */
export type TemplateSettings = Readonly<{ id: number; partnerId: number; values: Readonly<Record<string, CastValue>> }>

export function settingsOf({ settings }: Endpoint): TemplateSettings {
  return settings as TemplateSettings
}

/** The templates of the caller's partner, newest first. */
export async function listTemplates({ services, session }: Call): Promise<readonly Endpoint[]> {
  const all = await endpointsOf(services, session.projectId)
  return all.filter((endpoint) => settingsOf(endpoint).partnerId === session.content.partnerId)
}

function endpointsOf({ webhooks }: Services, projectId: ProjectId): Promise<readonly Endpoint[]> {
  return webhooks.list(projectId, { format: FORMAT }, { limit: MAX_TEMPLATES })
}

/** Throws EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND. */
export async function findTemplate(call: Call, id: number): Promise<Endpoint> {
  const found = (await listTemplates(call)).find((endpoint) => settingsOf(endpoint).id === id)
  if (found !== undefined) return found
  throw new KalturaError('EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND', { ID: String(id) })
}

/** Makes the receiver that these values describe. Throws PROPERTY_VALIDATION_WRONG_FORMAT for an address that cannot be one. */
export async function createTemplate(call: Call, values: TemplateSettings['values']): Promise<Endpoint> {
  const { services, session, surroundings } = call
  const id = Buffer.from(surroundings.random.bytes(4)).readUInt32BE() >>> 1 || 1
  const settings: TemplateSettings = { id, partnerId: session.content.partnerId, values }
  const url = String(values['url'] ?? '')
  const isActive = values['automaticDispatchEnabled'] !== false
  return namingTheUrl(() =>
    services.webhooks.create({ projectId: session.projectId, format: FORMAT, url, settings, isActive }),
  )
}

export async function changeTemplate(
  call: Call,
  endpoint: Endpoint,
  change: Readonly<{ values?: TemplateSettings['values']; isActive?: boolean }>,
): Promise<Endpoint> {
  const { webhooks } = call.services
  const { values, isActive } = change
  const id: EndpointId = endpoint.id
  const described =
    values === undefined ? {} : { url: String(values['url'] ?? ''), settings: { ...settingsOf(endpoint), values } }
  const active = isActive === undefined ? {} : { isActive }
  return namingTheUrl(() => webhooks.update(call.session.projectId, id, { ...described, ...active }))
}

async function namingTheUrl<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!isDomainError(error, 'invalid_argument')) throw error
    const args = { PROP_NAME: 'KalturaHttpNotificationTemplate::url', FORMAT: 'url' }
    throw new KalturaError('PROPERTY_VALIDATION_WRONG_FORMAT', args, { cause: error })
  }
}

export function templateFacts(endpoint: Endpoint): Facts {
  const { id, values } = settingsOf(endpoint)
  const createdAt = Math.floor(endpoint.createdAtMs / 1000)
  return { id, systemName: String(values['systemName'] ?? ''), status: statusOf(endpoint), createdAt }
}

function statusOf({ state }: Endpoint): number {
  return state === 'active' ? TEMPLATE_STATUS.active : TEMPLATE_STATUS.disabled
}

/** The template as clients see it; its secrets are not shown. */
export function toTemplate(endpoint: Endpoint): KalturaObject {
  const { id, partnerId, values } = settingsOf(endpoint)
  const shown = Object.entries(values).map(([name, value]) => [name, shownValue(value)] as const)
  return {
    type: 'KalturaHttpNotificationTemplate',
    values: {
      ...Object.fromEntries(shown),
      type: 'httpNotification.Http',
      password: undefined,
      signSecret: undefined,
      id,
      partnerId,
      status: statusOf(endpoint),
      createdAt: Math.floor(endpoint.createdAtMs / 1000),
      updatedAt: Math.floor(endpoint.updatedAtMs / 1000),
    },
  }
}

function shownValue(value: CastValue): unknown {
  if (Array.isArray(value)) return value.map((one: CastObject) => shownObject(one))
  return typeof value === 'object' && value !== null ? shownObject(value as CastObject) : value
}

function shownObject({ objectType, values }: CastObject): KalturaObject {
  const entries = Object.entries(values).map(([name, value]) => [name, shownValue(value)] as const)
  return { type: objectType as TypeName, values: Object.fromEntries(entries) }
}
