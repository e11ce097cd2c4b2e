import type { KalturaError } from '../errors.ts'
import { isWireObject, type WireValue } from '../schema/wire-value.ts'
import type { Outcome, Response } from './outcome.ts'

/** `format` 1: properties that are null are left out. */
export function toJson(response: Response): string {
  return JSON.stringify('slots' in response ? response.slots.map(outcome) : outcome(response))
}

function outcome(one: Outcome): unknown {
  return 'error' in one ? errorDocument(one.error) : plain(one.value)
}

/** Without arguments they are an empty array, as PHP has it. */
function errorDocument({ code, message, args }: KalturaError): unknown {
  return {
    code,
    message,
    objectType: 'KalturaAPIException',
    args: Object.keys(args).length === 0 ? [] : args,
  }
}

function plain(value: WireValue): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isWireObject(value)) return value
  const set = value.entries.filter(([, own]) => own !== null).map(([name, own]) => [name, plain(own)] as const)
  return { ...Object.fromEntries(set), objectType: value.objectType }
}
