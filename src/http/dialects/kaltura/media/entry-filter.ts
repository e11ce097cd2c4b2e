import type { AssetId } from '../../../../core/ids.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import { itemsOf } from '../schema/pager.ts'
import { ENTRY_STATUS, type Entry, entryOf, entryStatus, findEntry, isOwnedBy, METADATA } from './entry.ts'

/** How many entries a filter without ids looks at, newest first. */
const MAX_LISTED = 10_000
const PAGE = 200
const MAX_NAMED = 500

type Filter = Readonly<Record<string, unknown>>

/**
 * The entries that a KalturaMediaEntryFilter asks for, newest first unless it says otherwise. Without a word about the
 * status only those that are ready; with an id all of them.
 */
export async function filterEntries(call: Call, filter: Filter): Promise<readonly Entry[]> {
  const { session } = call
  const seesAll = session.isAdmin || session.privileges.allows('list', '*')
  const found = (await candidates(call, filter)).filter(
    (entry) => (seesAll || isOwnedBy(session, entry.view)) && matches(entry, filter),
  )
  return filter['orderBy'] === '+createdAt' ? found.toReversed() : found
}

async function candidates(call: Call, filter: Filter): Promise<readonly Entry[]> {
  const { services, session } = call
  const named =
    itemsOf(filter['idEqual'] ?? filter['redirectFromEntryId']) ?? itemsOf(filter['idIn']) ?? session.onlyEntries
  if (named !== undefined) {
    const ids = [...new Set(named)].slice(0, MAX_NAMED)
    const entries = await Promise.all(ids.map((id) => findEntry(services, session, id).catch(unlessUnknown)))
    return entries.filter((entry) => entry !== undefined)
  }
  const entries: Entry[] = []
  for (let after: AssetId | undefined; entries.length < MAX_LISTED; ) {
    const page = await services.library.list(session.projectId, { limit: PAGE, after })
    for (const view of page) entries.push(await entryOf(services, view))
    after = page.at(-1)?.asset.id
    if (page.length < PAGE) break
  }
  return entries
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof KalturaError && error.code === 'ENTRY_ID_NOT_FOUND') return undefined
  throw error
}

function matches({ view }: Entry, filter: Filter): boolean {
  return matchesStatus(String(entryStatus(view)), filter) && matchesText(view, filter)
}

function matchesStatus(status: string, filter: Filter): boolean {
  const { statusEqual, statusIn, statusNotEqual, statusNotIn, idEqual, redirectFromEntryId } = filter
  const said = [statusEqual, statusIn, statusNotEqual, statusNotIn].filter((value) => value !== undefined)
  if (said.length === 0) {
    const names = typeof idEqual === 'string' || typeof redirectFromEntryId === 'string'
    return names || status === String(ENTRY_STATUS.ready)
  }
  if (typeof statusEqual === 'string' && status !== statusEqual) return false
  if (typeof statusNotEqual === 'string' && status === statusNotEqual) return false
  if (itemsOf(statusIn)?.includes(status) === false) return false
  return itemsOf(statusNotIn)?.includes(status) !== true
}

function matchesText({ asset }: Entry['view'], filter: Filter): boolean {
  const { nameEqual, nameLike, userIdEqual, mediaTypeEqual } = filter
  if (typeof nameEqual === 'string' && asset.title !== nameEqual) return false
  if (typeof nameLike === 'string' && !asset.title.toLowerCase().includes(nameLike.toLowerCase())) return false
  if (typeof mediaTypeEqual === 'number' && (asset.metadata[METADATA.mediaType] ?? '1') !== String(mediaTypeEqual)) {
    return false
  }
  if (typeof userIdEqual !== 'string') return true
  return (asset.metadata[METADATA.userId] ?? '').toLowerCase() === userIdEqual.toLowerCase()
}
