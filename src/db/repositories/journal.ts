import { DomainError } from '../../core/errors.ts'
import type { DomainEvent } from '../../core/events.ts'
import { type EventId, idAfter, newId, type ProjectId } from '../../core/ids.ts'
import type { ExternalKeyRepository, IdempotencyRepository, OutboxRepository } from '../../core/ports/unit-of-work.ts'
import type { RepositoryContext } from '../context.ts'
import { fromJson, toJson } from '../convert.ts'

export function outboxRepository({ db, random }: RepositoryContext): OutboxRepository {
  let last: EventId | undefined
  /** Events of one transaction mostly share a millisecond; they are told in the order they happened all the same. */
  const nextId = (atMs: number): EventId => {
    const fresh = newId('event', atMs, random)
    last = last === undefined || fresh > last ? fresh : idAfter(last)
    return last
  }
  return {
    async append(projectId, event, atMs) {
      await db
        .insertInto('outbox')
        .values({
          id: nextId(atMs),
          project_id: projectId,
          type: event.type,
          payload: toJson(event),
          at_ms: atMs,
        })
        .execute()
    },
    async list(projectId, limit) {
      const query = db.selectFrom('outbox').selectAll().where('project_id', '=', projectId) // outbox_by_project
      const rows = await query.orderBy('id').limit(limit).execute()
      return rows.map((row) => ({
        id: row.id as EventId,
        projectId: row.project_id as ProjectId,
        atMs: row.at_ms,
        event: fromJson<DomainEvent>(row.payload),
      }))
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
