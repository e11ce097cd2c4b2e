import type { KalturaError } from '../errors.ts'
import { isWireObject, type WireValue } from '../schema/wire-value.ts'
import type { Outcome, Response } from './outcome.ts'

export type XmlOptions = Readonly<{ executionTimeS: number; omitsNull: boolean }>

/** `format` 2, the default. */
export function toXml(response: Response, { executionTimeS, omitsNull }: XmlOptions): string {
  const result =
    'slots' in response
      ? response.slots.map((slot) => `<item>${outcome(slot, omitsNull)}</item>`).join('')
      : outcome(response, omitsNull)
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<xml><result>${result}</result><executionTime>${executionTimeS}</executionTime></xml>`
  )
}

function outcome(one: Outcome, omitsNull: boolean): string {
  return 'error' in one ? errorElement(one.error) : content(one.value, omitsNull)
}

function errorElement({ code, message, args }: KalturaError): string {
  const items = Object.entries(args).map(
    ([name, value]) =>
      `<item><objectType>KalturaApiExceptionArg</objectType>${element('name', name)}${element('value', value)}</item>`,
  )
  const head = `${element('code', code)}${element('message', message)}${element('objectType', 'KalturaAPIException')}`
  return `<error>${head}<args>${items.join('')}</args></error>`
}

function element(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`
}

function content(value: WireValue, omitsNull: boolean): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (Array.isArray(value)) return value.map((item) => `<item>${content(item, omitsNull)}</item>`).join('')
  if (!isWireObject(value)) return escaped(String(value))
  const shown = omitsNull ? value.entries.filter(([, own]) => own !== null) : value.entries
  const properties = shown.map(([name, own]) => `<${name}>${content(own, omitsNull)}</${name}>`).join('')
  return `${value.objectType === undefined ? '' : element('objectType', value.objectType)}${properties}`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#039;',
}

/** Text that any XML 1.0 parser takes, whatever a client named its file. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to say them.
  const speakable = text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
  return speakable.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
