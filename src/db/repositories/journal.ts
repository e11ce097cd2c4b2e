import { DomainError } from '../../core/errors.ts'
import type { DomainEvent, RecordedEvent } from '../../core/events.ts'
import { type EventId, idAfter, newId, type ProjectId } from '../../core/ids.ts'
import type { ExternalKeyRepository, IdempotencyRepository, OutboxRepository } from '../../core/ports/unit-of-work.ts'
import type { RepositoryContext } from '../context.ts'
import { fromJson, toJson } from '../convert.ts'
import type { OutboxRow } from '../database.ts'

function toEvent(row: Pick<OutboxRow, 'id' | 'project_id' | 'at_ms' | 'payload'>): RecordedEvent {
  return {
    id: row.id as EventId,
    projectId: row.project_id as ProjectId,
    atMs: row.at_ms,
    event: fromJson<DomainEvent>(row.payload),
  }
}

export function outboxRepository({ db, random, onEvent, newestEvent }: RepositoryContext): OutboxRepository {
  /** Events may share a millisecond; they are told in the order they happened all the same. */
  const nextId = (atMs: number): EventId => {
    const fresh = newId('event', atMs, random)
    const { id: newest } = newestEvent
    const id = newest === undefined || fresh > newest ? fresh : idAfter(newest)
    newestEvent.id = id
    return id
  }
  return {
    async append(projectId, event, atMs) {
      const id = nextId(atMs)
      await db
        .insertInto('outbox')
        .values({
          id,
          project_id: projectId,
          type: event.type,
          payload: toJson(event),
          at_ms: atMs,
          dispatched_at_ms: null,
        })
        .execute()
      onEvent()
      return id
    },
    async list(projectId, limit) {
      const query = db.selectFrom('outbox').selectAll().where('project_id', '=', projectId) // outbox_by_project
      return (await query.orderBy('id').limit(limit).execute()).map(toEvent)
    },
    async get(id) {
      const row = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst() // primary key
      return row && toEvent(row)
    },
    async undispatched(limit) {
      const query = db.selectFrom('outbox').selectAll().where('dispatched_at_ms', 'is', null) // outbox_undispatched
      return (await query.orderBy('id').limit(limit).execute()).map(toEvent)
    },
    async dispatched(ids, nowMs) {
      if (ids.length === 0) return []
      const rows = await db
        .updateTable('outbox')
        .set({ dispatched_at_ms: nowMs })
        .where('id', 'in', ids) // primary key
        .where('dispatched_at_ms', 'is', null)
        .returning('id')
        .execute()
      return rows.map(({ id }) => id as EventId)
    },
    async deleteDispatched(beforeMs, limit) {
      const old = db
        .selectFrom('outbox')
        .select('id')
        .where('dispatched_at_ms', 'is not', null)
        .where('at_ms', '<', beforeMs) // outbox_dispatched
        .limit(limit)
      const result = await db.deleteFrom('outbox').where('id', 'in', old).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}

export function externalKeyRepository({ db }: RepositoryContext): ExternalKeyRepository {
  return {
    async insert({ projectId, namespace, key, subjectId, instead }) {
      if (instead !== undefined) {
        const update = db.updateTable('external_keys').set({ subject_id: subjectId }).where('namespace', '=', namespace)
        const own = update.where('key', '=', key).where('project_id', '=', projectId).where('subject_id', '=', instead)
        const { numUpdatedRows } = await own.executeTakeFirst() // primary key
        if (numUpdatedRows === 0n) throw new DomainError('state_conflict', `The key ${key} names something else.`)
        return
      }
      const result = await db
        .insertInto('external_keys')
        .values({ project_id: projectId, namespace, key, subject_id: subjectId })
        .onConflict((conflict) => conflict.columns(['namespace', 'key']).doNothing())
        .executeTakeFirst()
      if (result.numInsertedOrUpdatedRows === 0n) {
        throw new DomainError('state_conflict', `The key ${key} is taken.`)
      }
    },
    async find(namespace, key, projectId) {
      let query = db.selectFrom('external_keys').selectAll().where('namespace', '=', namespace).where('key', '=', key)
      if (projectId !== undefined) query = query.where('project_id', '=', projectId)
      const row = await query.executeTakeFirst() // primary key
      return row && { projectId: row.project_id as ProjectId, subjectId: row.subject_id }
    },
    async keyOf(namespace, subjectId) {
      const query = db.selectFrom('external_keys').select('key').where('namespace', '=', namespace)
      return (await query.where('subject_id', '=', subjectId).executeTakeFirst())?.key // external_keys_by_subject
    },
    async keysOf(namespace, subjectIds) {
      if (subjectIds.length === 0) return new Map()
      const query = db.selectFrom('external_keys').select(['subject_id', 'key']).where('namespace', '=', namespace)
      const rows = await query.where('subject_id', 'in', subjectIds).execute() // external_keys_by_subject
      return new Map(rows.map((row) => [row.subject_id, row.key]))
    },
    async namesOf(subjectId) {
      const query = db.selectFrom('external_keys').select(['namespace', 'key']).where('subject_id', '=', subjectId)
      const rows = await query.limit(100).execute() // external_keys_by_subject
      return Object.fromEntries(rows.map((row) => [row.namespace, row.key]))
    },
    async deleteOf(subjectId) {
      await db.deleteFrom('external_keys').where('subject_id', '=', subjectId).execute() // external_keys_by_subject
    },
  }
}

export function idempotencyRepository({ db, sealer }: RepositoryContext): IdempotencyRepository {
  return {
    async find(projectId, key) {
      const query = db.selectFrom('idempotency_keys').selectAll().where('project_id', '=', projectId)
      const row = await query.where('key', '=', key).executeTakeFirst() // primary key
      return row && { requestHash: row.request_hash, answer: sealer.open(row.sealed_answer) }
    },
    async insert({ projectId, key, requestHash, answer, atMs }) {
      const result = await db
        .insertInto('idempotency_keys')
        .values({
          project_id: projectId,
          key,
          request_hash: requestHash,
          sealed_answer: sealer.seal(answer),
          at_ms: atMs,
        })
        .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
        .executeTakeFirst()
      if (result.numInsertedOrUpdatedRows === 0n) {
        throw new DomainError('state_conflict', 'A request with this idempotency key has just been answered.')
      }
    },
    async deleteOlderThan(atMs) {
      const result = await db.deleteFrom('idempotency_keys').where('at_ms', '<', atMs).executeTakeFirst()
      return Number(result.numDeletedRows) // idempotency_keys_by_time
    },
  }
}
