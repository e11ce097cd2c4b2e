import type { CategoryId } from '../../../../core/ids.ts'
import type { AssetFilter, AssetOrder, ListedState } from '../../../../core/library/asset-filter.ts'
import { numberedCategories } from '../category/category.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { type Facts, type FilterValues, matchesFilter, ordered } from '../schema/filter.ts'
import { itemsOf, pageOf, windowOf } from '../schema/pager.ts'
import { ENTRY_STATUS, type Entry, entriesOf, findEntry, isOwnedBy } from './entry.ts'
import { factsOfEntries } from './entry-facts.ts'

/** How many entries are looked at, newest first, for a filter that the library cannot answer by itself. */
const MAX_SCANNED = 10_000
const PAGE = 500
const MAX_NAMED = 500

/** One page of what a filter lets through, and how many there are in all. */
export type FoundEntries = Readonly<{ entries: readonly Entry[]; total: number }>

/**
 * The entries that a KalturaMediaEntryFilter asks for, newest first unless it says otherwise. Without a word about the
 * status only those that are ready; with an id all of them. What the library can tell by its own columns costs a page,
 * anything else a look at all that these columns let through.
 */
export async function findPage(call: Call, filter: FilterValues, pager: CastObject | undefined): Promise<FoundEntries> {
  const { services, session } = call
  const asked = withImpliedStatus(filter)
  const named = idsOf(call, asked)
  if (named !== undefined) return paged(await entriesNamed(call, named), call, asked, pager)
  const { core, isExact } = await coreFilter(call, asked)
  const order = ORDERS[String(asked['orderBy'] ?? '-createdAt')]
  const window = windowOf(pager)
  if (isExact && order !== undefined) {
    const { items, total } = await services.library.search(session.projectId, core, { ...window, order })
    return { entries: await entriesOf(services, session.projectId, items), total }
  }
  const scanned: Entry[] = []
  for (let offset = 0; offset < MAX_SCANNED; offset += PAGE) {
    const { items } = await services.library.search(session.projectId, core, { offset, limit: PAGE })
    scanned.push(...(await entriesOf(services, session.projectId, items)))
    if (items.length < PAGE) break
  }
  return paged(scanned, call, asked, pager)
}

async function paged(
  all: readonly Entry[],
  call: Call,
  asked: FilterValues,
  pager: CastObject | undefined,
): Promise<FoundEntries> {
  const { session } = call
  const visible = all.filter((entry) => seesAll(call) || isOwnedBy(session, entry.view))
  const facts = await factsOfEntries(call, visible, asked)
  const factsOf = (entry: Entry): Facts => facts.get(entry) ?? {}
  const matching = visible.filter((entry) => matchesFilter(factsOf(entry), asked))
  const found = ordered(matching, asked['orderBy'], factsOf)
  return { entries: pageOf(found, pager), total: found.length }
}

/** Users see their own, players what is published. */
function seesAll({ session }: Call): boolean {
  return session.isAdmin || session.isWidget || session.privileges.allows('list', '*')
}

const STATUS_WORDS = ['statusEqual', 'statusIn', 'statusNotEqual', 'statusNotIn', 'idEqual', 'redirectFromEntryId']

/** The filter without what says nothing, and with what the vendor adds to it. */
function withImpliedStatus(filter: FilterValues): FilterValues {
  const said = Object.fromEntries(Object.entries(filter).filter(([, value]) => isSaid(value)))
  const { freeText, ...rest } = said
  const asked = typeof freeText === 'string' ? { ...rest, searchTextMatchAnd: freeText.replaceAll(' ', ',') } : rest
  const isStated = STATUS_WORDS.some((name) => name in asked)
  return isStated ? asked : { ...asked, statusEqual: String(ENTRY_STATUS.ready) }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function idsOf({ session }: Call, asked: FilterValues): readonly string[] | undefined {
  const named = asked['idEqual'] ?? asked['redirectFromEntryId']
  return itemsOf(named) ?? itemsOf(asked['idIn']) ?? session.onlyEntries
}

const ORDERS: Readonly<Record<string, AssetOrder>> = {
  '-createdAt': 'created_desc',
  '+createdAt': 'created_asc',
  createdAt: 'created_asc',
  '-updatedAt': 'updated_desc',
  '+updatedAt': 'updated_asc',
  updatedAt: 'updated_asc',
  '+name': 'title_asc',
  name: 'title_asc',
  '-name': 'title_desc',
}

/** The states in which an asset can have one of the vendor's statuses. */
const STATES: Readonly<Record<string, readonly ListedState[]>> = {
  '-2': ['failed', 'waiting'],
  '-1': ['failed'],
  '0': ['waiting'],
  '1': ['processing'],
  '2': ['ready'],
  '7': ['waiting', 'failed'],
}
const ALL_STATES = ['waiting', 'processing', 'ready', 'failed'] as const

/** What the library can filter by itself; `isExact` when that is all that was asked. */
async function coreFilter(call: Call, asked: FilterValues): Promise<Readonly<{ core: AssetFilter; isExact: boolean }>> {
  const { nameEqual, createdAtGreaterThanOrEqual, createdAtLessThanOrEqual } = asked
  const { updatedAtGreaterThanOrEqual, updatedAtLessThanOrEqual } = asked
  const statuses = itemsOf(asked['statusEqual']) ?? itemsOf(asked['statusIn'])
  const core: AssetFilter = {
    states: statuses === undefined ? ALL_STATES : [...new Set(statuses.flatMap((status) => STATES[status] ?? []))],
    ...(typeof nameEqual === 'string' ? { title: nameEqual } : {}),
    createdFromMs: milliseconds(createdAtGreaterThanOrEqual, 0),
    createdBeforeMs: milliseconds(createdAtLessThanOrEqual, 1),
    updatedFromMs: milliseconds(updatedAtGreaterThanOrEqual, 0),
    updatedBeforeMs: milliseconds(updatedAtLessThanOrEqual, 1),
    categoryIds: await categoriesAskedFor(call, asked),
  }
  const isReadyOnly = statuses?.every((status) => status === String(ENTRY_STATUS.ready)) === true
  const isExact = isReadyOnly && seesAll(call) && Object.keys(asked).every((name) => EXACT.has(name))
  return { core, isExact }
}

const EXACT: ReadonlySet<string> = new Set([
  'statusEqual',
  'statusIn',
  'nameEqual',
  'createdAtGreaterThanOrEqual',
  'createdAtLessThanOrEqual',
  'updatedAtGreaterThanOrEqual',
  'updatedAtLessThanOrEqual',
  'categoriesIdsMatchOr',
  'categoryAncestorIdIn',
  'orderBy',
])

/** A bound in whole seconds, which the later end of a span includes. */
function milliseconds(seconds: unknown, added: 0 | 1): number | undefined {
  return typeof seconds === 'number' ? (seconds + added) * 1000 : undefined
}

/** The categories named, with all below them where ancestors are named. */
async function categoriesAskedFor(call: Call, asked: FilterValues): Promise<readonly CategoryId[] | undefined> {
  const direct = itemsOf(asked['categoriesIdsMatchOr'])
  const ancestors = itemsOf(asked['categoryAncestorIdIn'])
  if (direct === undefined && ancestors === undefined) return undefined
  const all = [...(await numberedCategories(call)).values()]
  return all
    .filter(({ id, path }) => {
      const isDirect = direct?.includes(String(id)) === true
      return isDirect || path.some((step) => ancestors?.includes(String(step.id)) === true)
    })
    .map(({ category }) => category.id)
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
