import type { Property } from './property.ts'
import { propertiesOf, type TypeName } from './types.ts'

/** An object to send: its type, and values by property. What is absent is sent as null or left out. */
export type KalturaObject = Readonly<{ type: TypeName; values: Readonly<Record<string, unknown>> }>

/** What an operation answers with; `null` is the vendor's void. */
export type Result = KalturaObject | readonly KalturaObject[] | string | number | boolean | null

/** A result laid out by its type: what every format serialises. */
export type WireValue = string | number | boolean | null | readonly WireValue[] | WireObject

export type WireObject = Readonly<{
  /** Undefined for a map that is no object of the vendor's (an error's arguments). */
  objectType: string | undefined
  entries: readonly (readonly [name: string, value: WireValue])[]
}>

export function isWireObject(value: WireValue): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Lays out a result by the descriptions of its types. */
export function toWire(result: Result): WireValue {
  if (Array.isArray(result)) return result.map(toWire)
  return isKalturaObject(result) ? objectToWire(result) : (result as WireValue)
}

function objectToWire({ type, values }: KalturaObject): WireObject {
  const entries = propertiesOf(type).map(([name, property]) => [name, propertyToWire(property, values[name])] as const)
  return { objectType: type, entries }
}

function propertyToWire(property: Property, value: unknown): WireValue {
  if (value === undefined || value === null) return null
  if (Array.isArray(value)) return value.map((element) => toWire(element as Result))
  if (isKalturaObject(value)) return objectToWire(value)
  return property.type === 'size' ? String(value) : (value as WireValue)
}

function isKalturaObject(value: unknown): value is KalturaObject {
  return typeof value === 'object' && value !== null && 'type' in value && 'values' in value
}
