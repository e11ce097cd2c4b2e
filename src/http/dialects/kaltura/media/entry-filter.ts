import type { AssetId } from '../../../../core/ids.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import { type FilterValues, matchesFilter, ordered } from '../schema/filter.ts'
import { itemsOf } from '../schema/pager.ts'
import { ENTRY_STATUS, type Entry, entryOf, findEntry, isOwnedBy } from './entry.ts'
import { entryFacts } from './entry-facts.ts'

/** How many entries a filter without ids looks at, newest first. */
const MAX_LISTED = 10_000
const PAGE = 200
const MAX_NAMED = 500

/**
 * The entries that a KalturaMediaEntryFilter asks for, newest first unless it says otherwise. Without a word about the
 * status only those that are ready; with an id all of them.
 */
export async function filterEntries(call: Call, filter: FilterValues): Promise<readonly Entry[]> {
  const { session } = call
  const seesAll = session.isAdmin || session.isWidget || session.privileges.allows('list', '*')
  const asked = withImpliedStatus(filter)
  const found = (await candidates(call, filter)).filter(
    (entry) => (seesAll || isOwnedBy(session, entry.view)) && matchesFilter(entryFacts(entry), asked),
  )
  return ordered(found, filter['orderBy'], entryFacts)
}

const STATUS_WORDS = ['statusEqual', 'statusIn', 'statusNotEqual', 'statusNotIn', 'idEqual', 'redirectFromEntryId']

function withImpliedStatus(filter: FilterValues): FilterValues {
  const { freeText, ...said } = filter
  const asked = typeof freeText === 'string' ? { ...said, searchTextMatchAnd: freeText.replaceAll(' ', ',') } : said
  const isStated = STATUS_WORDS.some((name) => asked[name] !== undefined && asked[name] !== null)
  return isStated ? asked : { ...asked, statusEqual: String(ENTRY_STATUS.ready) }
}

async function candidates(call: Call, filter: FilterValues): Promise<readonly Entry[]> {
  const { services, session } = call
  const named =
    itemsOf(filter['idEqual'] ?? filter['redirectFromEntryId']) ?? itemsOf(filter['idIn']) ?? session.onlyEntries
  if (named !== undefined) return entriesNamed(call, named)
  const entries: Entry[] = []
  for (let after: AssetId | undefined; entries.length < MAX_LISTED; ) {
    const page = await services.library.list(session.projectId, { limit: PAGE, after })
    for (const view of page) entries.push(await entryOf(services, view))
    after = page.at(-1)?.asset.id
    if (page.length < PAGE) break
  }
  return entries
}

/** Those of these ids that there are, each once. */
export async function entriesNamed({ services, session }: Call, named: readonly string[]): Promise<readonly Entry[]> {
  const ids = [...new Set(named)].slice(0, MAX_NAMED)
  const entries = await Promise.all(ids.map((id) => findEntry(services, session, id).catch(unlessUnknown)))
  return entries.filter((entry) => entry !== undefined)
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof KalturaError && error.code === 'ENTRY_ID_NOT_FOUND') return undefined
  throw error
}
