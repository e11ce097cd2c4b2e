import type { CastValue } from './cast.ts'
import { itemsOf } from './pager.ts'
import { COMPARISONS, type Comparison } from './property.ts'

/** What of an object a filter can ask about, by the vendor's names of the fields. */
export type Facts = Readonly<Record<string, string | number | readonly string[] | undefined>>

export type FilterValues = Readonly<Record<string, CastValue>>

/**
 * True when the object has everything that the filter states. Text is compared without case, as the vendor's database
 * does. What a filter says about something that is no fact of the object is not for here.
 */
export function matchesFilter(facts: Facts, filter: FilterValues): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const comparison = COMPARISONS.find((own) => name.endsWith(own))
    if (comparison === undefined || wanted === undefined || wanted === null || wanted === '') return true
    const field = name.slice(0, -comparison.length)
    if (!(field in facts) || typeof wanted === 'object') return true
    return compares(facts[field], comparison, String(wanted))
  })
}

/** Of what is a list, words are compared as they are; within a text they are looked for. */
function compares(fact: Facts[string], comparison: Comparison, wanted: string): boolean {
  const values = textsOf(fact)
  const word = wanted.trim().toLowerCase()
  const words = (itemsOf(wanted) ?? []).map((item) => item.toLowerCase())
  const contains = (part: string): boolean => values.some((value) => value.includes(part))
  const matches = (part: string): boolean => (typeof fact === 'object' ? values.includes(part) : contains(part))
  const number = values[0] === undefined ? Number.NaN : Number(values[0])
  switch (comparison) {
    case 'Equal':
      return values.includes(word)
    case 'NotEqual':
      return !values.includes(word)
    case 'In':
      return words.some((item) => values.includes(item))
    case 'NotIn':
      return !words.some((item) => values.includes(item))
    case 'Like':
      return contains(word)
    case 'MultiLikeOr':
      return words.some(contains)
    case 'MultiLikeAnd':
      return words.every(contains)
    case 'MatchOr':
      return words.some(matches)
    case 'MatchAnd':
      return words.every(matches)
    case 'NotContains':
      return !words.some(matches)
    case 'Empty':
      return (values.length === 0) === (wanted === 'true')
    case 'StartsWith':
      return values.some((value) => value.startsWith(word))
    case 'GreaterThan':
      return number > Number(wanted)
    case 'LessThan':
      return number < Number(wanted)
    case 'GreaterThanOrEqual':
      return number >= Number(wanted)
    case 'LessThanOrEqual':
      return number <= Number(wanted)
  }
}

function textsOf(fact: Facts[string]): readonly string[] {
  if (fact === undefined) return []
  return (typeof fact === 'object' ? fact : [String(fact)]).map((text) => text.toLowerCase())
}

/**
 * Sorts as `orderBy` says (`-createdAt`, `+name`; several after commas). Fields that are no facts are passed over, and
 * what is equal stays in the order it has.
 */
export function ordered<T>(all: readonly T[], orderBy: CastValue, factsOf: (item: T) => Facts): readonly T[] {
  const keys = (itemsOf(orderBy) ?? []).map((key) => ({
    sign: key.startsWith('-') ? -1 : 1,
    field: key.replace(/^[+-]/, ''),
  }))
  if (keys.length === 0) return all
  const rows = all.map((item) => ({ item, facts: factsOf(item) }))
  rows.sort((a, b) => {
    for (const { sign, field } of keys) {
      const difference = compareFacts(a.facts[field], b.facts[field])
      if (difference !== 0) return sign * difference
    }
    return 0
  })
  return rows.map(({ item }) => item)
}

function compareFacts(a: Facts[string], b: Facts[string]): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a ?? '').localeCompare(String(b ?? ''), 'en', { sensitivity: 'base' })
}
