import { DomainError } from '../../core/errors.ts'
import type { AssetId, ChannelId, PlacementId, ProjectId } from '../../core/ids.ts'
import type { Placement } from '../../core/library/channel.ts'
import type { PlacementRepository } from '../../core/ports/library-repositories.ts'
import type { RepositoryContext } from '../context.ts'
import { optional } from '../convert.ts'
import type { PlacementRow } from '../database.ts'

function toPlacement(row: PlacementRow): Placement {
  return {
    id: row.id as PlacementId,
    projectId: row.project_id as ProjectId,
    channelId: row.channel_id as ChannelId,
    assetId: row.asset_id as AssetId,
    key: row.key,
    previousAssetId: optional(row.previous_asset_id) as AssetId | undefined,
    createdAtMs: row.created_at_ms,
  }
}

export function placementRepository({ db }: RepositoryContext): PlacementRepository {
  const select = () => db.selectFrom('placements').selectAll()
  return {
    async insert(placement) {
      const insert = db
        .insertInto('placements')
        .values({
          id: placement.id,
          project_id: placement.projectId,
          channel_id: placement.channelId,
          asset_id: placement.assetId,
          key: placement.key,
          previous_asset_id: placement.previousAssetId ?? null,
          created_at_ms: placement.createdAtMs,
        })
        .onConflict((conflict) => conflict.doNothing())
      if ((await insert.executeTakeFirst()).numInsertedOrUpdatedRows !== 1n) {
        throw new DomainError('state_conflict', 'The asset is in this channel already.')
      }
    },
    async get(projectId, id) {
      const query = select().where('id', '=', id).where('project_id', '=', projectId) // primary key
      const row = await query.executeTakeFirst()
      return row && toPlacement(row)
    },
    async findByKey(key) {
      const row = await select().where('key', '=', key).executeTakeFirst() // placements_key_key
      return row && toPlacement(row)
    },
    async find(channelId, assetId) {
      const query = select().where('channel_id', '=', channelId).where('asset_id', '=', assetId) // placements_once
      const row = await query.executeTakeFirst()
      return row && toPlacement(row)
    },
    async ofAssets(assetIds) {
      if (assetIds.length === 0) return []
      const query = select().where('asset_id', 'in', assetIds) // placements_by_asset
      return (await query.orderBy('id').execute()).map(toPlacement)
    },
    async inChannel(channelId, assetIds) {
      if (assetIds.length === 0) return []
      const query = select().where('channel_id', '=', channelId).where('asset_id', 'in', assetIds) // placements_once
      return (await query.execute()).map(toPlacement)
    },
    async listForChannel(channelId, { limit, after }) {
      let query = select().where('channel_id', '=', channelId) // placements_by_channel
      if (after !== undefined) query = query.where('id', '>', after)
      return (await query.orderBy('id').limit(limit).execute()).map(toPlacement)
    },
    async update(id, { assetId, previousAssetId }) {
      const columns = { asset_id: assetId, previous_asset_id: previousAssetId ?? null }
      await db.updateTable('placements').set(columns).where('id', '=', id).execute() // primary key
    },
    async delete(id) {
      await db.deleteFrom('placements').where('id', '=', id).execute() // primary key
    },
  }
}
