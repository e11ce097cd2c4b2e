import { DomainError } from '../../../../core/errors.ts'
import { type AssetOrder, MAX_WINDOW, type Window } from '../../../../core/library/asset-filter.ts'
import type { KollusParameters } from '../parameters.ts'

/** A numbered page, as clients ask for it; `page` counts from 1. */
export type PageRequest = Readonly<{ page: number; perPage: number; window: Window }>

/** Of a client that says how it pages. One that does not iterates over the total count and needs them all. */
const DEFAULT_PER_PAGE = 100

/**
 * The page a list call asks for. A larger page than there can be is cut, as the answer says. Throws invalid_argument
 * for what is no number. Source: docs/dialects/kollus.md#lists.
 */
export function readPage(parameters: KollusParameters, mostPerPage = MAX_WINDOW): PageRequest {
  const isPaging = parameters.has('page') || parameters.has('per_page')
  const fallback = isPaging ? DEFAULT_PER_PAGE : MAX_WINDOW
  const perPage = Math.min(positive(parameters, 'per_page', fallback), mostPerPage)
  const page = positive(parameters, 'page', 1)
  return { page, perPage, window: { offset: (page - 1) * perPage, limit: perPage } }
}

function positive(parameters: KollusParameters, name: string, fallback: number): number {
  const text = parameters.get(name)
  if (text === undefined) return fallback
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw new DomainError('invalid_argument', `${name} must be a whole number from 1.`)
}

/** Of a list that is all in memory. */
export function cut<T>(all: readonly T[], { window }: PageRequest): readonly T[] {
  return all.slice(window.offset, window.offset + window.limit)
}

/** By the wire's names without their direction. Ids grow with time, and positions are not ours to know. */
const SORTED_BY: ReadonlyMap<string, 'created' | 'updated' | 'title'> = new Map([
  ['id', 'created'],
  ['position', 'created'],
  ['created_at', 'created'],
  ['transcoded_at', 'created'],
  ['updated_at', 'updated'],
  ['title', 'title'],
  ['name', 'title'],
])

/** `created_at_desc`, or `created_at|desc` in v3. What is not known, or not said, is newest first. */
export function readAssetOrder(parameters: KollusParameters): AssetOrder {
  const text = parameters.get('order') ?? parameters.get('order_by') ?? ''
  const [, name = '', direction] = /^(\w+?)[_|](asc|desc)$/i.exec(text) ?? []
  const by = SORTED_BY.get(name.toLowerCase())
  return by === undefined ? 'created_desc' : `${by}_${direction?.toLowerCase() === 'asc' ? 'asc' : 'desc'}`
}
