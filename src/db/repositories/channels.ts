import { sql } from 'kysely'
import type { ChannelId, ProjectId } from '../../core/ids.ts'
import { folded } from '../../core/library/asset-filter.ts'
import type { Channel } from '../../core/library/channel.ts'
import type { ChannelChange, ChannelRepository } from '../../core/ports/library-repositories.ts'
import type { RepositoryContext } from '../context.ts'
import { changedColumns, fromJson, optional, toJson } from '../convert.ts'
import type { ChannelRow } from '../database.ts'
import { containing } from '../like.ts'

function toChannel(row: ChannelRow): Channel {
  return {
    id: row.id as ChannelId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    isEnabled: row.is_enabled === 1,
    policy: fromJson<Channel['policy']>(row.policy),
    metadata: fromJson<Channel['metadata']>(row.metadata),
    position: row.position,
    workflowKey: optional(row.workflow_key),
    profileKey: optional(row.profile_key),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}

export function channelRepository({ db }: RepositoryContext): ChannelRepository {
  const matching = (projectId: ProjectId, keyword: string | undefined) => {
    const query = db.selectFrom('channels').where('project_id', '=', projectId) // channels_by_project
    if (keyword === undefined || keyword === '') return query
    return query.where(sql<boolean>`name_folded like ${containing(folded(keyword))} escape '\\'`)
  }
  return {
    async insert(channel) {
      await db
        .insertInto('channels')
        .values({
          id: channel.id,
          project_id: channel.projectId,
          name: channel.name,
          name_folded: folded(channel.name),
          description: channel.description,
          is_enabled: channel.isEnabled ? 1 : 0,
          policy: toJson(channel.policy),
          metadata: toJson(channel.metadata),
          position: channel.position,
          workflow_key: channel.workflowKey ?? null,
          profile_key: channel.profileKey ?? null,
          created_at_ms: channel.createdAtMs,
          updated_at_ms: channel.updatedAtMs,
        })
        .execute()
    },
    async get(projectId, id) {
      const query = db.selectFrom('channels').selectAll().where('id', '=', id) // primary key
      const row = await query.where('project_id', '=', projectId).executeTakeFirst()
      return row && toChannel(row)
    },
    async getMany(projectId, ids) {
      if (ids.length === 0) return []
      const query = db.selectFrom('channels').selectAll().where('id', 'in', ids) // primary key
      return (await query.where('project_id', '=', projectId).execute()).map(toChannel)
    },
    async list(projectId, { keyword }, { offset, limit }) {
      const query = matching(projectId, keyword).selectAll().orderBy('position').orderBy('id')
      return (await query.limit(limit).offset(offset).execute()).map(toChannel)
    },
    async count(projectId, { keyword }) {
      const query = matching(projectId, keyword).select(({ fn }) => fn.countAll<number>().as('count'))
      return Number((await query.executeTakeFirstOrThrow()).count)
    },
    async update(id, change, nowMs) {
      const columns = changedColumns<Required<ChannelChange>, Partial<ChannelRow>>(change as Required<ChannelChange>, {
        name: (name) => ({ name, name_folded: folded(name) }),
        description: (description) => ({ description }),
        isEnabled: (isEnabled) => ({ is_enabled: isEnabled ? 1 : 0 }),
        policy: (policy) => ({ policy: toJson(policy) }),
        metadata: (metadata) => ({ metadata: toJson(metadata) }),
        position: (position) => ({ position }),
        workflowKey: (key) => ({ workflow_key: key ?? null }),
        profileKey: (key) => ({ profile_key: key ?? null }),
      })
      const query = db.updateTable('channels').set({ ...columns, updated_at_ms: nowMs })
      await query.where('id', '=', id).execute() // primary key
    },
    async delete(id) {
      await db.deleteFrom('channels').where('id', '=', id).execute() // primary key
    },
    async placementCounts(ids) {
      if (ids.length === 0) return new Map()
      const rows = await db
        .selectFrom('placements')
        .select(({ fn }) => ['channel_id', fn.countAll<number>().as('count')])
        .where('channel_id', 'in', ids) // placements_by_channel
        .groupBy('channel_id')
        .execute()
      return new Map(rows.map((row) => [row.channel_id as ChannelId, Number(row.count)]))
    },
  }
}
