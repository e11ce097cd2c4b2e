import { DomainError } from '../errors.ts'
import type { AssetId, CategoryId, ChannelId } from '../ids.ts'
import type { AssetKind } from './asset.ts'

/**
 * `processing`: has a file that is not ready yet. `failed`: its newest file never will be, and no other is. What is ready is
 * either `changing`, while a newer version of it is processed, or `settled`.
 */
export type ListedState = 'waiting' | 'processing' | 'ready' | 'changing' | 'settled' | 'failed'

/** Which assets a list shows; every member that is there narrows it. */
export type AssetFilter = Readonly<{
  ids?: readonly AssetId[] | undefined
  notIds?: readonly AssetId[] | undefined
  /** In any of these; descendants are the caller's to name (CategoryTree.withDescendants). */
  categoryIds?: readonly CategoryId[] | undefined
  /** In no category at all. */
  isUncategorised?: boolean | undefined
  /** Placed in this channel. */
  channelId?: ChannelId | undefined
  /** Part of the title or of a tag, whatever the case. */
  keyword?: string | undefined
  /** The whole title, whatever the case. */
  title?: string | undefined
  /** Has at least one of these tags, whatever the case. */
  tags?: readonly string[] | undefined
  states?: readonly ListedState[] | undefined
  isEnabled?: boolean | undefined
  kinds?: readonly AssetKind[] | undefined
  ownerId?: string | undefined
  /** Has a name in this namespace of a dialect. */
  namedIn?: string | undefined
  /** Has none in any of these. */
  notNamedIn?: readonly string[] | undefined
  /** At or after. */
  createdFromMs?: number | undefined
  /** Before. */
  createdBeforeMs?: number | undefined
  updatedFromMs?: number | undefined
  updatedBeforeMs?: number | undefined
}>

export const ASSET_ORDERS = [
  'created_desc',
  'created_asc',
  'updated_desc',
  'updated_asc',
  'title_asc',
  'title_desc',
] as const
export type AssetOrder = (typeof ASSET_ORDERS)[number]

/** A numbered page: rows `offset` to `offset + limit`. */
export type Window = Readonly<{ offset: number; limit: number }>

export const MAX_WINDOW = 500
/** Deep pages cost what they skip; who needs more pages by cursor, or narrows the list. */
const MAX_REACH = 100_000

/** Throws invalid_argument for a page that is too large or lies too deep. */
export function assertWindow({ offset, limit }: Window): void {
  if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= MAX_WINDOW)) {
    throw new DomainError('invalid_argument', `A page has 1 to ${MAX_WINDOW} items.`)
  }
  if (!(Number.isSafeInteger(offset) && offset >= 0 && offset + limit <= MAX_REACH)) {
    throw new DomainError('invalid_argument', `Only the first ${MAX_REACH} items of a list can be paged by number.`)
  }
}

/** Text as it is compared: case and compatibility forms do not matter. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
