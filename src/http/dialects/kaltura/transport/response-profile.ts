import type { CastObject } from '../schema/cast.ts'
import { itemsOf } from '../schema/pager.ts'
import { isWireObject, type WireObject, type WireValue } from '../schema/wire-value.ts'

const INCLUDE = 1

/**
 * The result with those fields of its objects that the profile includes, or without those it excludes. A list is left as
 * it is but for its objects.
 */
export function profiled(value: WireValue, profile: CastObject | undefined): WireValue {
  const fields = itemsOf(profile?.values['fields'])
  const type = profile?.values['type']
  if (fields === undefined || typeof type !== 'number') return value
  const keeps = (name: string): boolean => fields.includes(name) === (type === INCLUDE)
  const reduced = (object: WireObject): WireObject => ({
    ...object,
    entries: object.entries.filter(([name]) => keeps(name)),
  })
  const reduce = (one: WireValue): WireValue => (isWireObject(one) ? reduced(one) : one)
  if (Array.isArray(value)) return value.map(reduce)
  if (!isWireObject(value)) return value
  if (!(value.objectType ?? '').endsWith('ListResponse')) return reduced(value)
  const entries = value.entries.map(([name, own]) => [name, Array.isArray(own) ? own.map(reduce) : own] as const)
  return { ...value, entries }
}
