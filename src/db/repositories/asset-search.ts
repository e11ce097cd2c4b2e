import { type ExpressionBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { ProjectId } from '../../core/ids.ts'
import { type AssetFilter, type AssetOrder, folded, type ListedState } from '../../core/library/asset-filter.ts'
import type { RepositoryContext } from '../context.ts'
import type { Database } from '../database.ts'
import { containing } from '../like.ts'

type Assets = ExpressionBuilder<Database, 'assets'>

/** The project's assets that a filter lets through: one query for the page and for its total. */
export function matchingAssets(
  db: RepositoryContext['db'],
  projectId: ProjectId,
  filter: AssetFilter,
): SelectQueryBuilder<Database, 'assets', object> {
  let query = db.selectFrom('assets').where('assets.project_id', '=', projectId) // assets_by_project, assets_listed
  const { ids, notIds, categoryIds, channelId, keyword, title, tags, kinds } = filter
  if (ids !== undefined) query = query.where('assets.id', 'in', orNone(ids)) // primary key
  if (notIds !== undefined && notIds.length > 0) query = query.where('assets.id', 'not in', notIds)
  if (categoryIds !== undefined) query = query.where((eb) => inCategories(eb, orNone(categoryIds)))
  if (filter.isUncategorised === true) query = query.where((eb) => eb.not(inCategories(eb)))
  if (channelId !== undefined) {
    query = query.where((eb) =>
      eb(
        'assets.id',
        'in',
        eb.selectFrom('placements').select('placements.asset_id').where('placements.channel_id', '=', channelId),
      ),
    )
  }
  if (keyword !== undefined && keyword !== '') {
    const pattern = containing(folded(keyword))
    query = query.where(
      sql<boolean>`(assets.title_folded like ${pattern} escape '\\' or assets.tags_folded like ${pattern} escape '\\')`,
    )
  }
  if (title !== undefined) query = query.where('assets.title_folded', '=', folded(title)) // assets_by_title
  if (tags !== undefined) {
    const patterns = tags.map((tag) => containing(`\n${folded(tag)}\n`))
    query = query.where(({ or }) =>
      or(patterns.map((pattern) => sql<boolean>`assets.tags_folded like ${pattern} escape '\\'`)),
    )
  }
  if (kinds !== undefined) query = query.where('assets.kind', 'in', kinds.length > 0 ? kinds : [''])
  if (filter.isEnabled !== undefined) query = query.where('assets.is_enabled', '=', filter.isEnabled ? 1 : 0)
  if (filter.ownerId !== undefined) query = query.where('assets.owner_id', '=', filter.ownerId) // assets_by_owner
  const { namedIn, notNamedIn = [] } = filter
  if (namedIn !== undefined) query = query.where((eb) => eb.exists(namesIn(eb, [namedIn])))
  if (notNamedIn.length > 0) query = query.where((eb) => eb.not(eb.exists(namesIn(eb, notNamedIn))))
  if (filter.createdFromMs !== undefined) query = query.where('assets.created_at_ms', '>=', filter.createdFromMs)
  if (filter.createdBeforeMs !== undefined) query = query.where('assets.created_at_ms', '<', filter.createdBeforeMs)
  if (filter.updatedFromMs !== undefined) query = query.where('assets.updated_at_ms', '>=', filter.updatedFromMs)
  if (filter.updatedBeforeMs !== undefined) query = query.where('assets.updated_at_ms', '<', filter.updatedBeforeMs)
  const { states } = filter
  if (states === undefined) return query.where('assets.listed_at_ms', 'is not', null)
  return query.where((eb) => eb.or([...new Set(states)].map((state) => inState(eb, state))))
}

function namesIn(eb: Assets, namespaces: readonly string[]) {
  const names = eb.selectFrom('external_keys').select('external_keys.key')
  // external_keys_by_subject
  return names.whereRef('external_keys.subject_id', '=', 'assets.id').where('external_keys.namespace', 'in', namespaces)
}

/** As core/library/asset-state.ts derives it, from the same rows. */
function inState(eb: Assets, state: ListedState) {
  switch (state) {
    case 'ready':
      return eb('assets.current_source_id', 'is not', null)
    case 'changing':
      return eb.and([eb('assets.current_source_id', 'is not', null), newestUnderWay])
    case 'settled':
      return eb.and([eb('assets.current_source_id', 'is not', null), eb.not(newestUnderWay)])
    case 'waiting':
      return eb.and([eb('assets.listed_at_ms', 'is', null), eb('assets.current_source_id', 'is', null)])
    case 'failed':
      return eb.and([isUnready(eb), newestFailed])
    case 'processing':
      return eb.and([isUnready(eb), eb.not(newestFailed)])
  }
}

function isUnready(eb: Assets) {
  return eb.and([eb('assets.listed_at_ms', 'is not', null), eb('assets.current_source_id', 'is', null)])
}

const newestFailed = sql<boolean>`exists (select 1 from sources failed where failed.asset_id = assets.id
  and failed.failure is not null and not exists (select 1 from sources newer
    where newer.asset_id = failed.asset_id and newer.version > failed.version))`

/** Newest, but not the one that plays. */
const newestUnderWay = sql<boolean>`exists (select 1 from sources coming where coming.asset_id = assets.id
  and coming.id <> assets.current_source_id and coming.ready_at_ms is null and coming.failure is null
  and not exists (select 1 from sources newer
    where newer.asset_id = coming.asset_id and newer.version > coming.version))`

/** In one of these categories, or in any. */
function inCategories(eb: Assets, ids?: readonly string[]) {
  let found = eb
    .selectFrom('asset_categories')
    .select(sql`1`.as('found'))
    .whereRef('asset_categories.asset_id', '=', 'assets.id') // asset_categories_pk
  if (ids !== undefined) found = found.where('asset_categories.category_id', 'in', ids)
  return eb.exists(found)
}

/** SQL knows no empty list. */
function orNone(ids: readonly string[]): readonly string[] {
  return ids.length > 0 ? ids : ['']
}

const ORDERS = {
  created: 'assets.id', // ids sort by creation
  updated: 'assets.updated_at_ms',
  title: 'assets.title_folded',
} as const

/** Column and direction; ids decide between equals. */
export function assetOrder(
  order: AssetOrder,
): Readonly<{ column: (typeof ORDERS)[keyof typeof ORDERS]; direction: 'asc' | 'desc' }> {
  const [subject, direction] = order.split('_') as [keyof typeof ORDERS, 'asc' | 'desc']
  return { column: ORDERS[subject], direction }
}
