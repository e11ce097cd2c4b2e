import type { AssetId, CategoryId, ChannelId, ProjectId } from '../../core/ids.ts'
import type { Category } from '../../core/library/category.ts'
import type { CategoryChange, CategoryRepository } from '../../core/ports/library-repositories.ts'
import type { RepositoryContext } from '../context.ts'
import { changedColumns, fromJson, optional, toJson } from '../convert.ts'
import type { CategoryRow } from '../database.ts'
import { grouped } from '../grouped.ts'

const MOST_CATEGORIES = 10_000

function toCategory(row: CategoryRow): Category {
  return {
    id: row.id as CategoryId,
    projectId: row.project_id as ProjectId,
    parentId: optional(row.parent_id) as CategoryId | undefined,
    name: row.name,
    description: row.description,
    metadata: fromJson<Category['metadata']>(row.metadata),
    position: row.position,
    workflowKey: optional(row.workflow_key),
    profileKey: optional(row.profile_key),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}

export function categoryRepository({ db }: RepositoryContext): CategoryRepository {
  return {
    async insert(category) {
      await db
        .insertInto('categories')
        .values({
          id: category.id,
          project_id: category.projectId,
          parent_id: category.parentId ?? null,
          name: category.name,
          description: category.description,
          metadata: toJson(category.metadata),
          position: category.position,
          workflow_key: category.workflowKey ?? null,
          profile_key: category.profileKey ?? null,
          created_at_ms: category.createdAtMs,
          updated_at_ms: category.updatedAtMs,
        })
        .execute()
    },
    async get(projectId, id) {
      const query = db.selectFrom('categories').selectAll().where('id', '=', id) // primary key
      const row = await query.where('project_id', '=', projectId).executeTakeFirst()
      return row && toCategory(row)
    },
    async all(projectId) {
      const query = db.selectFrom('categories').selectAll().where('project_id', '=', projectId) // categories_by_project
      return (await query.orderBy('id').limit(MOST_CATEGORIES).execute()).map(toCategory)
    },
    async update(id, change, nowMs) {
      const columns = changedColumns<Required<CategoryChange>, Partial<CategoryRow>>(
        change as Required<CategoryChange>,
        {
          name: (name) => ({ name }),
          description: (description) => ({ description }),
          metadata: (metadata) => ({ metadata: toJson(metadata) }),
          parentId: (parentId) => ({ parent_id: parentId ?? null }),
          position: (position) => ({ position }),
          workflowKey: (key) => ({ workflow_key: key ?? null }),
          profileKey: (key) => ({ profile_key: key ?? null }),
        },
      )
      const query = db.updateTable('categories').set({ ...columns, updated_at_ms: nowMs })
      await query.where('id', '=', id).execute() // primary key
    },
    async delete(id) {
      await db.deleteFrom('categories').where('id', '=', id).execute() // primary key
    },
    async assetCounts(ids) {
      if (ids.length === 0) return new Map()
      const rows = await db
        .selectFrom('asset_categories')
        .innerJoin('assets', 'assets.id', 'asset_categories.asset_id')
        .select(({ fn }) => ['category_id', fn.countAll<number>().as('count')])
        .where('category_id', 'in', ids) // asset_categories_pk
        .where('listed_at_ms', 'is not', null)
        .groupBy('category_id')
        .execute()
      return new Map(rows.map((row) => [row.category_id as CategoryId, Number(row.count)]))
    },
    async ofAssets(assetIds) {
      if (assetIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('asset_categories')
        .select(['asset_id', 'category_id'])
        .where('asset_id', 'in', assetIds) // asset_categories_by_asset
        .orderBy('at_ms')
        .orderBy('category_id')
        .execute()
      return grouped(rows, (row) => [row.asset_id as AssetId, row.category_id as CategoryId])
    },
    async addAsset(id, assetId, atMs) {
      const row = { category_id: id, asset_id: assetId, at_ms: atMs }
      const insert = db
        .insertInto('asset_categories')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
      return (await insert.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },
    async removeAsset(id, assetId) {
      const query = db.deleteFrom('asset_categories').where('category_id', '=', id).where('asset_id', '=', assetId)
      return (await query.executeTakeFirst()).numDeletedRows > 0n // primary key
    },
    async addChannel(id, channelId) {
      const row = { category_id: id, channel_id: channelId }
      const insert = db
        .insertInto('category_channels')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
      return (await insert.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },
    async removeChannel(id, channelId) {
      const query = db.deleteFrom('category_channels').where('category_id', '=', id)
      return (await query.where('channel_id', '=', channelId).executeTakeFirst()).numDeletedRows > 0n // primary key
    },
    async channelsOf(ids) {
      if (ids.length === 0) return new Map()
      const query = db.selectFrom('category_channels').selectAll().where('category_id', 'in', ids) // primary key
      const rows = await query.orderBy('channel_id').execute()
      return grouped(rows, (row) => [row.category_id as CategoryId, row.channel_id as ChannelId])
    },
  }
}
