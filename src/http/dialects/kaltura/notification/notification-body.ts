import { createHash } from 'node:crypto'
import type { CastObject, CastValue } from '../schema/cast.ts'
import { type KalturaObject, toWire } from '../schema/wire-value.ts'
import { toJson } from '../transport/to-json.ts'
import { toPhp } from '../transport/to-php.ts'
import { toXml } from '../transport/to-xml.ts'
import type { Occurrence } from './occurrence.ts'
import type { TemplateSettings } from './template.ts'

type Facts = Readonly<{ object: KalturaObject; eventType: number; occurrence: Occurrence; eventId: string }>

type Body = Readonly<{ body: string; contentType: string | undefined }>

/** What is sent, by the template's `data`: the object, fixed fields or fixed text; nothing without it. */
export function notificationBody(settings: TemplateSettings, facts: Facts): Body {
  const { data, contentParameters } = settings.values
  if (!isObject(data)) return { body: '', contentType: undefined }
  switch (data.objectType) {
    case 'KalturaHttpNotificationObjectData':
      return objectBody(settings, data, facts)
    case 'KalturaHttpNotificationDataFields': {
      const fields = (Array.isArray(contentParameters) ? contentParameters : []).map(
        ({ values }) => [String(values['key']), textOf(values['value'])] as [string, string],
      )
      return { body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' }
    }
    default:
      return { body: textOf(data.values['content']), contentType: 'text/plain; charset=utf-8' }
  }
}

function objectBody({ id, values }: TemplateSettings, data: CastObject, facts: Facts): Body {
  const { object, eventType, occurrence, eventId } = facts
  const notification: KalturaObject = {
    type: 'KalturaHttpNotification',
    values: {
      object,
      eventObjectType: occurrence.objectType,
      eventNotificationJobId: jobIdOf(eventId),
      templateId: id,
      templateName: values['name'],
      templateSystemName: values['systemName'],
      eventType,
    },
  }
  const response = { value: toWire(notification) }
  switch (data.values['format']) {
    case 2: {
      const body = toXml(response, { executionTimeS: 0, omitsNull: data.values['ignoreNull'] === true })
      return { body, contentType: 'text/xml; charset=utf-8' }
    }
    case 3:
      return { body: toPhp(response), contentType: 'text/plain; charset=utf-8' }
    default:
      return { body: toJson(response), contentType: 'application/json' }
  }
}

/** A number of the event's, the same for every retry. */
function jobIdOf(eventId: string): number {
  return createHash('sha256').update(eventId).digest().readUIntBE(0, 6)
}

function textOf(value: CastValue): string {
  return isObject(value) ? String(value.values['value'] ?? '') : ''
}

function isObject(value: CastValue): value is CastObject {
  return typeof value === 'object' && value !== null && 'objectType' in value
}
