import type { KalturaError } from '../errors.ts'
import { isWireObject, type WireValue } from '../schema/wire-value.ts'
import type { Outcome, Response } from './outcome.ts'

/** `format` 3: what PHP's `unserialize` reads. Lengths count bytes of UTF-8. */
export function toPhp(response: Response): string {
  if (!('slots' in response)) return outcome(response)
  return array(response.slots.map((slot, index) => [index, outcome(slot)]))
}

function outcome(one: Outcome): string {
  return 'error' in one ? errorArray(one.error) : serialized(one.value)
}

function errorArray({ code, message, args }: KalturaError): string {
  return array([
    ['code', string(code)],
    ['message', string(message)],
    ['objectType', string('KalturaAPIException')],
    ['args', array(Object.entries(args).map(([name, value]) => [name, string(value)]))],
  ])
}

function serialized(value: WireValue): string {
  if (value === null) return 'N;'
  if (typeof value === 'boolean') return `b:${value ? 1 : 0};`
  if (typeof value === 'number') return Number.isSafeInteger(value) ? `i:${value};` : `d:${value};`
  if (typeof value === 'string') return string(value)
  if (!isWireObject(value)) return array(value.map((element, index) => [index, serialized(element)]))
  const properties = value.entries.map(([name, own]) => `${string(name)}${serialized(own)}`).join('')
  const type = value.objectType ?? 'stdClass'
  return `O:${type.length}:"${type}":${value.entries.length}:{${properties}}`
}

function array(entries: readonly (readonly [key: string | number, serialized: string])[]): string {
  const items = entries.map(([key, value]) => `${typeof key === 'number' ? `i:${key};` : string(key)}${value}`)
  return `a:${entries.length}:{${items.join('')}}`
}

function string(text: string): string {
  return `s:${Buffer.byteLength(text)}:"${text}";`
}
