import { KalturaError } from '../errors.ts'
import { isTree, type Parameter, type Parameters } from '../transport/parameters.ts'
import { ENUMS, type EnumName } from './enums.ts'
import type { Property, ValueType } from './property.ts'
import { isKindOf, propertiesOf, typeDescription } from './types.ts'

/**
 * An object a client sent, cast to the type it says it is of. Absent properties are undefined, cleared ones null.
 * `fixed` are the full names of those it states although they cannot be changed any more.
 */
export type CastObject = Readonly<{
  objectType: string
  values: Readonly<Record<string, CastValue>>
  fixed: readonly string[]
}>

export type CastValue = string | number | boolean | null | undefined | CastObject | readonly CastObject[]

/**
 * `add` enforces what only the server may set and what must be there; `read` (filters, resources) the latter alone.
 * `update` notes what cannot be changed; `assertUnchanged` compares it with what is stored.
 */
export type Purpose = 'add' | 'update' | 'read'

/** Control characters that XML 1.0 has no way to say. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/** One value as the declared type has it; `name` is for errors. Throws KalturaError. */
export function cast(type: ValueType, value: Parameter, name: string, purpose: Purpose): CastValue {
  const [kind, of = ''] = type.split(':')
  switch (kind) {
    case 'string':
      return castString(value, name)
    case 'int':
    case 'time':
      return Math.trunc(castNumber(value))
    case 'float':
    case 'size':
      return castNumber(value)
    case 'bool':
      return castBool(value)
    case 'nullableBool':
      return castNullableBool(value)
    case 'enum':
      return castEnum(of as EnumName, value, name)
    case 'array':
      return elementsOf(value).map((element) => castObject(of, element, name, purpose))
    default:
      return castObject(of, value, name, purpose)
  }
}

function castBool(value: Parameter): boolean {
  if (typeof value === 'string') return value !== '' && value !== '0' && value.toLowerCase() !== 'false'
  return Boolean(value)
}

/** The number a text begins with; 0 for anything else. */
function castNumber(value: Parameter): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : 0
  if (typeof value === 'boolean') return value ? 1 : 0
  const prefix = typeof value === 'string' ? /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(value)?.[0] : undefined
  const number = Number(prefix ?? 0)
  return Number.isFinite(number) ? number : 0
}

function castNullableBool(value: Parameter): boolean | null {
  if (value === '' || value === false || value === 0 || value === '0') return false
  if (typeof value === 'string' && value.toLowerCase() === 'false') return false
  if (value === true || value === 1 || value === '1') return true
  return typeof value === 'string' && value.toLowerCase() === 'true' ? true : null
}

function castString(value: Parameter, name: string): string {
  const text = scalarText(value) ?? multilingualText(value)
  if (UNSPEAKABLE.test(text)) throw new KalturaError('INVALID_PARAMETER_CHAR', { XML_FIELD: name })
  return text.toWellFormed()
}

function scalarText(value: Parameter): string | undefined {
  if (value === null || value === false) return ''
  if (value === true) return '1'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** Newer clients may send a list of `{language, value}`; the first is as good as any. */
function multilingualText(value: Parameter): string {
  const [first] = elementsOf(value)
  return isTree(first) ? (scalarText(first['value'] ?? '') ?? '') : ''
}

function castEnum(name: EnumName, value: Parameter, parameter: string): string | number {
  const members: readonly (number | string)[] = ENUMS[name]
  const member = members.find((own) => String(own) === scalarText(value === false ? 0 : value))
  if (member !== undefined) return member
  throw new KalturaError('INVALID_ENUM_VALUE', {
    ENUM_VAL: scalarText(value) ?? '',
    PARAM_NAME: parameter,
    ENUM_TYPE: name,
  })
}

/** An array's elements in the order of their keys; the key `-` stands for an empty one. */
function elementsOf(value: Parameter | undefined): readonly Parameter[] {
  if (Array.isArray(value)) return value as readonly Parameter[]
  if (value === undefined || !isTree(value)) return []
  return Object.keys(value)
    .filter((key) => key !== '-')
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((key) => value[key] as Parameter)
}

function castObject(declared: string, value: Parameter, name: string, purpose: Purpose): CastObject {
  if (!isTree(value) && !(Array.isArray(value) && value.length === 0)) {
    throw new KalturaError('PROPERTY_VALIDATION_WRONG_FORMAT', { PROP_NAME: name, FORMAT: 'array' })
  }
  const tree: Parameters = isTree(value) ? value : {}
  const stated = tree['objectType']
  const objectType = typeof stated === 'string' && isKindOf(stated, declared) ? stated : declared
  if (typeDescription(objectType).isAbstract === true) {
    throw new KalturaError('OBJECT_TYPE_ABSTRACT', { OBJ_TYPE: objectType })
  }
  const values: Record<string, CastValue> = {}
  const fixed: string[] = []
  for (const [property, description] of propertiesOf(objectType)) {
    const value = castProperty(tree, `${objectType}::${property}`, description, purpose)
    values[property] = value
    if (purpose === 'update' && description.access !== 'any' && value !== undefined) fixed.push(property)
  }
  return { objectType, values, fixed }
}

/** Throws PROPERTY_VALIDATION_NOT_UPDATABLE when an update states another value for what cannot be changed. */
export function assertUnchanged(
  { objectType, values, fixed }: CastObject,
  stored: Readonly<Record<string, unknown>>,
): void {
  for (const property of fixed) {
    if (values[property] === stored[property]) continue
    throw new KalturaError('PROPERTY_VALIDATION_NOT_UPDATABLE', { PROP_NAME: `${objectType}::${property}` })
  }
}

function castProperty(tree: Parameters, fullName: string, property: Property, purpose: Purpose): CastValue {
  const name = fullName.slice(fullName.lastIndexOf(':') + 1)
  const isCleared = tree[`${name}__null`] !== undefined
  const sent = tree[name]
  const isComposite = property.type.startsWith('object:') || property.type.startsWith('array:')
  const isPresent = isCleared || (sent !== undefined && !(isComposite && (sent === null || sent === '')))
  if (purpose !== 'update' || isCleared) {
    if (property.isRequired === true && (!isPresent || isCleared))
      throw new KalturaError('PROPERTY_VALIDATION_CANNOT_BE_NULL', { PROP_NAME: fullName })
  }
  if (isPresent && purpose === 'add' && property.access === 'readOnly') {
    throw new KalturaError('PROPERTY_VALIDATION_NOT_UPDATABLE', { PROP_NAME: fullName })
  }
  if (!isPresent) return undefined
  if (isCleared || sent === undefined) return null
  const value = cast(property.type, sent, name, purpose)
  if (typeof value === 'string' && value !== '' && value.length < (property.minLength ?? 0)) {
    throw new KalturaError('PROPERTY_VALIDATION_MIN_LENGTH', {
      PROP_NAME: fullName,
      MIN_LEN: String(property.minLength),
    })
  }
  if (typeof value === 'string' && value.length > (property.maxLength ?? Number.POSITIVE_INFINITY)) {
    throw new KalturaError('PROPERTY_VALIDATION_MAX_LENGTH', {
      PROP_NAME: fullName,
      MAX_LEN: String(property.maxLength),
    })
  }
  return value
}
