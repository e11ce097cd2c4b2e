import type { DomainEvent } from '../../../../core/events.ts'

/** EventNotificationEventType: what happened to an object. */
const EVENT_TYPE = {
  added: 2,
  changed: 3,
  created: 5,
  deleted: 7,
  readyForReplacement: 9,
  saved: 10,
  updated: 11,
  replaced: 12,
} as const

/** EventNotificationEventObjectType: what it happened to. */
export const OBJECT_TYPE = { entry: 1, uploadToken: 33 } as const

/** An event in the vendor's words. One of ours may be several of theirs. */
export type Occurrence = Readonly<{ objectType: number; eventTypes: readonly number[]; columns: readonly string[] }>

const ADDED = [EVENT_TYPE.added, EVENT_TYPE.created, EVENT_TYPE.saved]
const CHANGED = [EVENT_TYPE.changed, EVENT_TYPE.updated, EVENT_TYPE.saved]
const { entry, uploadToken } = OBJECT_TYPE

/** Undefined for what the vendor tells nobody. `isReplacement`: the asset had a file that played before. */
export function occurrenceOf(event: DomainEvent, isReplacement: boolean): Occurrence | undefined {
  switch (event.type) {
    case 'upload.created':
      return { objectType: uploadToken, eventTypes: ADDED, columns: ['status'] }
    case 'upload.completed':
    case 'upload.expired':
    case 'upload.failed':
      return { objectType: uploadToken, eventTypes: CHANGED, columns: ['status'] }
    case 'upload.deleted':
      return { objectType: uploadToken, eventTypes: [EVENT_TYPE.deleted], columns: ['status'] }
    case 'asset.ready': {
      const eventTypes = isReplacement ? [...CHANGED, EVENT_TYPE.replaced] : CHANGED
      return { objectType: entry, eventTypes, columns: ['status'] }
    }
    case 'asset.failed':
      return { objectType: entry, eventTypes: CHANGED, columns: ['status'] }
    case 'source.ready':
      return { objectType: entry, eventTypes: [EVENT_TYPE.readyForReplacement], columns: [] }
    case 'asset.updated':
      return { objectType: entry, eventTypes: CHANGED, columns: event.changes.map((trait) => COLUMNS[trait] ?? trait) }
    case 'asset.deleted':
      return { objectType: entry, eventTypes: [EVENT_TYPE.deleted], columns: ['status'] }
    default:
      return undefined
  }
}

const COLUMNS: Readonly<Record<string, string>> = { title: 'name', source: 'version', poster: 'thumbnail' }
