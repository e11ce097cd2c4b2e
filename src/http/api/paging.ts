import { Type } from 'typebox'
import { DomainError } from '../../core/errors.ts'
import { type IdKind, parseId } from '../../core/ids.ts'
import type { Page } from '../../core/ports/unit-of-work.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

/** The query of every list. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
  cursor: Type.Optional(Type.String({ maxLength: 64, description: '`nextCursor` of the page before' })),
}

/** Where a page starts: `page` asks the core for one row more than is shown, which tells whether there is a next page. */
export type Cursor = Readonly<{ page: Page; limit: number }>

/** Throws invalid_argument for a cursor that no page of this list can have ended with. */
export function readCursor(kind: IdKind, query: Readonly<{ limit?: number; cursor?: string }>): Cursor {
  const { limit = DEFAULT_LIMIT, cursor } = query
  const after = cursor === undefined ? undefined : parseId(kind, cursor)
  if (cursor !== undefined && after === undefined) {
    throw new DomainError('invalid_argument', 'The cursor is not one that this list gave out.')
  }
  return { page: { limit: limit + 1, after }, limit }
}

/** What of the rows that were found is shown, and where the next page starts. */
export function cutPage<Row>(
  found: readonly Row[],
  { limit }: Cursor,
  idOf: (row: Row) => string,
): Readonly<{ shown: readonly Row[]; nextCursor: string | null }> {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { shown, nextCursor: found.length > limit && last !== undefined ? idOf(last) : null }
}
