import type { EnumName } from './enums.ts'

/**
 * `float` is a JSON number, `size` a count of bytes that these clients get as a decimal string. `time` is Unix seconds.
 * `object:T` and `array:T` name a described type.
 */
export type ValueType =
  | 'string'
  | 'int'
  | 'float'
  | 'size'
  | 'bool'
  | 'nullableBool'
  | 'time'
  | `enum:${EnumName}`
  | `object:${string}`
  | `array:${string}`

/** `readOnly`: never to be set by a client; `insertOnly`: when the object is added, not later. */
export type Access = 'readOnly' | 'insertOnly' | 'any'

export type Property = Readonly<{
  type: ValueType
  access: Access
  minLength?: number
  maxLength?: number
  isRequired?: boolean
}>

export type TypeDescription = Readonly<{
  parent?: string
  /** Only its descendants can be sent. */
  isAbstract?: boolean
  properties: Readonly<Record<string, Property>>
}>

export const readOnly = (type: ValueType): Property => ({ type, access: 'readOnly' })

export const insertOnly = (type: ValueType, more: Partial<Property> = {}): Property => ({
  type,
  access: 'insertOnly',
  ...more,
})

export const any = (type: ValueType, more: Partial<Property> = {}): Property => ({ type, access: 'any', ...more })

export const list = (element: string): TypeDescription => ({
  properties: { objects: readOnly(`array:${element}`), totalCount: readOnly('int') },
})

/** How a property of a filter compares: its name is that of a field and one of these. See filter.ts. */
export const COMPARISONS = [
  // Each before those that it ends like.
  'GreaterThanOrEqual',
  'LessThanOrEqual',
  'GreaterThan',
  'LessThan',
  'NotEqual',
  'Equal',
  'NotIn',
  'In',
  'MultiLikeOr',
  'MultiLikeAnd',
  'Like',
  'MatchOr',
  'MatchAnd',
  'NotContains',
  'StartsWith',
  'Empty',
] as const

export type Comparison = (typeof COMPARISONS)[number]

const TAKES_A_LIST: readonly Comparison[] = [
  'In',
  'NotIn',
  'MultiLikeOr',
  'MultiLikeAnd',
  'MatchOr',
  'MatchAnd',
  'NotContains',
]

/** The properties of a filter: for each field its type, and what it can be compared by. */
export function comparisons(
  fields: Readonly<Record<string, readonly [type: ValueType, ...by: readonly Comparison[]]>>,
): Readonly<Record<string, Property>> {
  const properties = Object.entries(fields).flatMap(([field, [type, ...by]]) =>
    by.map(
      (comparison) => [`${field}${comparison}`, any(TAKES_A_LIST.includes(comparison) ? 'string' : type)] as const,
    ),
  )
  return { ...Object.fromEntries(properties), orderBy: any('string') }
}

/** Of a field that has an order. */
export const RANGE = ['GreaterThanOrEqual', 'LessThanOrEqual'] as const satisfies readonly Comparison[]
/** Of a field with words. */
export const WORDS = ['Like', 'MultiLikeOr', 'MultiLikeAnd'] as const satisfies readonly Comparison[]
