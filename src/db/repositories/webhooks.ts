import { type Selectable, sql } from 'kysely'
import type { DeliveryId, EndpointId, EventId, ProjectId } from '../../core/ids.ts'
import type { DeliveryRepository, EndpointChange, EndpointRepository } from '../../core/ports/webhook-repositories.ts'
import type {
  AttemptError,
  ClaimedDelivery,
  Delivery,
  DeliveryAttempt,
  DeliveryState,
  RenderedRequest,
} from '../../core/webhooks/delivery.ts'
import type { DisabledReason, Endpoint, EndpointState, EventType } from '../../core/webhooks/endpoint.ts'
import type { RepositoryContext } from '../context.ts'
import { changedColumns, fromJson, fromOptionalJson, optional, toJson, toOptionalJson } from '../convert.ts'
import type { DeliveryAttemptRow, DeliveryRow, EndpointRow } from '../database.ts'
import { pageLimit } from '../page.ts'

/** The subject of an endpoint of the whole project: an index finds it more easily than a null. */
const NO_SUBJECT = ''

export function endpointRepository({ db, kind, sealer }: RepositoryContext): EndpointRepository {
  const toEndpoint = (row: EndpointRow): Endpoint => ({
    id: row.id as EndpointId,
    projectId: row.project_id as ProjectId,
    format: row.format,
    url: sealer.open(row.sealed_url),
    description: row.description,
    eventTypes: fromJson<EventType[]>(row.event_types),
    state: row.state as EndpointState,
    disabledReason: optional(row.disabled_reason) as DisabledReason | undefined,
    secrets: fromJson<Stored<Endpoint['secrets'][number]>[]>(sealer.open(row.sealed_secrets)).map(
      ({ secret, endsAtMs }) => ({ secret, endsAtMs }),
    ),
    settings: fromJson<Endpoint['settings']>(sealer.open(row.sealed_settings)),
    channelId: optional(row.channel_id),
    subjectId: row.subject_id === NO_SUBJECT ? undefined : row.subject_id,
    isOneShot: row.is_one_shot === 1,
    failingSinceMs: optional(row.failing_since_ms),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  })
  const columnsOf = (change: EndpointChange): Partial<EndpointRow> =>
    changedColumns<Required<EndpointChange>, Partial<EndpointRow>>(change as Required<EndpointChange>, {
      url: (url) => ({ sealed_url: sealer.seal(url) }),
      description: (description) => ({ description }),
      eventTypes: (types) => ({ event_types: toJson(types) }),
      state: (state) => ({ state }),
      disabledReason: (reason) => ({ disabled_reason: reason ?? null }),
      secrets: (secrets) => ({ sealed_secrets: sealer.seal(toJson(secrets)) }),
      settings: (settings) => ({ sealed_settings: sealer.seal(toJson(settings)) }),
      channelId: (channelId) => ({ channel_id: channelId ?? null }),
      failingSinceMs: (ms) => ({ failing_since_ms: ms ?? null }),
    })
  return {
    async insert(endpoint) {
      await db
        .insertInto('endpoints')
        .values({
          id: endpoint.id,
          project_id: endpoint.projectId,
          format: endpoint.format,
          sealed_url: sealer.seal(endpoint.url),
          description: endpoint.description,
          event_types: toJson(endpoint.eventTypes),
          state: endpoint.state,
          disabled_reason: endpoint.disabledReason ?? null,
          sealed_secrets: sealer.seal(toJson(endpoint.secrets)),
          sealed_settings: sealer.seal(toJson(endpoint.settings)),
          channel_id: endpoint.channelId ?? null,
          subject_id: endpoint.subjectId ?? NO_SUBJECT,
          is_one_shot: endpoint.isOneShot ? 1 : 0,
          failing_since_ms: endpoint.failingSinceMs ?? null,
          due_at_ms: null,
          created_at_ms: endpoint.createdAtMs,
          updated_at_ms: endpoint.updatedAtMs,
        })
        .execute()
    },
    async get(projectId, id) {
      const query = db.selectFrom('endpoints').selectAll().where('id', '=', id).where('project_id', '=', projectId)
      const row = await query.executeTakeFirst() // primary key
      return row && toEndpoint(row)
    },
    async find(id) {
      const row = await db.selectFrom('endpoints').selectAll().where('id', '=', id).executeTakeFirst() // primary key
      return row && toEndpoint(row)
    },
    async lock(id) {
      const query = db.selectFrom('endpoints').selectAll().where('id', '=', id)
      const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst() // primary key
      return row && toEndpoint(row)
    },
    async list(projectId, filter, page) {
      let query = db.selectFrom('endpoints').selectAll().where('project_id', '=', projectId)
      query = query.where('subject_id', '=', NO_SUBJECT) // endpoints_by_subject
      if (filter.format !== undefined) query = query.where('format', '=', filter.format)
      if (filter.channelId !== undefined) query = query.where('channel_id', '=', filter.channelId)
      if (page.after !== undefined) query = query.where('id', '<', page.after as EndpointId)
      return (await query.orderBy('id', 'desc').limit(pageLimit(page)).execute()).map(toEndpoint)
    },
    async listening(projectId, subjectIds) {
      const query = db.selectFrom('endpoints').selectAll().where('project_id', '=', projectId)
      const wanted = query.where('subject_id', 'in', [NO_SUBJECT, ...subjectIds]) // endpoints_by_subject
      const rows = await wanted.where('state', 'in', ['active', 'disabled']).orderBy('id').limit(1_000).execute()
      return rows.map(toEndpoint)
    },
    async update(id, change, nowMs) {
      await db
        .updateTable('endpoints')
        .set({ ...columnsOf(change), updated_at_ms: nowMs })
        .where('id', '=', id) // primary key
        .execute()
    },
    async delete(projectId, id) {
      const query = db.deleteFrom('endpoints').where('id', '=', id).where('project_id', '=', projectId)
      return (await query.executeTakeFirst()).numDeletedRows > 0n // primary key
    },
    async setDue(id, dueAtMs) {
      await db
        .updateTable('endpoints')
        .set({ due_at_ms: dueAtMs ?? null })
        .where('id', '=', id) // primary key
        .execute()
    },
    async hasten(ids, dueAtMs) {
      if (ids.length === 0) return
      await db
        .updateTable('endpoints')
        .set({ due_at_ms: dueAtMs })
        .where('id', 'in', ids) // primary key
        .where((where) => where.or([where('due_at_ms', 'is', null), where('due_at_ms', '>', dueAtMs)]))
        .execute()
    },
    async lockDue(nowMs) {
      const query = db
        .selectFrom('endpoints')
        .selectAll()
        // A literal, for otherwise neither database would consider its partial index.
        .where(sql<boolean>`state in ('active', 'spent')`)
        .where('due_at_ms', '<=', nowMs) // endpoints_due
        .orderBy('due_at_ms')
        .limit(1)
      const row = await (kind === 'postgres' ? query.forUpdate().skipLocked() : query).executeTakeFirst()
      return row && toEndpoint(row)
    },
    async deleteForgotten(createdBeforeMs, limit) {
      const forgotten = db
        .selectFrom('endpoints')
        .select('id')
        .where(sql<boolean>`subject_id <> ''`)
        .where('created_at_ms', '<', createdBeforeMs) // endpoints_of_subjects
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('deliveries').select('deliveries.id').whereRef('deliveries.endpoint_id', '=', 'endpoints.id'),
            ),
          ),
        )
        .limit(limit)
      const result = await db.deleteFrom('endpoints').where('id', 'in', forgotten).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}

/** JSON leaves out what is undefined. */
type Stored<T> = { [K in keyof T]: T[K] }

export function deliveryRepository({ db, sealer }: RepositoryContext): DeliveryRepository {
  const toDelivery = (row: Selectable<DeliveryRow>): Delivery => ({
    id: row.id as DeliveryId,
    projectId: row.project_id as ProjectId,
    endpointId: row.endpoint_id as EndpointId,
    eventId: row.event_id as EventId,
    eventType: row.event_type as EventType,
    orderKey: row.order_key,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    tries: row.tries,
    fence: row.fence,
    dueAtMs: optional(row.due_at_ms),
    request: row.sealed_request === null ? undefined : fromJson<RenderedRequest>(sealer.open(row.sealed_request)),
    createdAtMs: row.created_at_ms,
    finishedAtMs: optional(row.finished_at_ms),
  })
  const sealed = (request: RenderedRequest | undefined): string | null =>
    request === undefined ? null : sealer.seal(toJson(request))
  const held = ({ id, fence }: ClaimedDelivery) =>
    db.updateTable('deliveries').where('id', '=', id).where('fence', '=', fence).where('state', '=', 'sending')

  return {
    async insert(delivery) {
      await db
        .insertInto('deliveries')
        .values({
          id: delivery.id,
          project_id: delivery.projectId,
          endpoint_id: delivery.endpointId,
          event_id: delivery.eventId,
          event_type: delivery.eventType,
          order_key: delivery.orderKey,
          state: delivery.state,
          attempts: delivery.attempts,
          tries: delivery.tries,
          fence: delivery.fence,
          due_at_ms: delivery.dueAtMs ?? null,
          sealed_request: sealed(delivery.request),
          created_at_ms: delivery.createdAtMs,
          finished_at_ms: delivery.finishedAtMs ?? null,
        })
        .onConflict((conflict) => conflict.columns(['endpoint_id', 'event_id']).doNothing())
        .execute()
    },
    async get(projectId, id) {
      const query = db.selectFrom('deliveries').selectAll().where('id', '=', id).where('project_id', '=', projectId)
      const row = await query.executeTakeFirst() // primary key
      return row && toDelivery(row)
    },
    async list(projectId, filter, page) {
      let query = db.selectFrom('deliveries').selectAll().where('project_id', '=', projectId) // deliveries_by_project
      if (filter.endpointId !== undefined) query = query.where('endpoint_id', '=', filter.endpointId) // …_by_endpoint
      if (filter.eventId !== undefined) query = query.where('event_id', '=', filter.eventId) // deliveries_by_event
      if (filter.state !== undefined) query = query.where('state', '=', filter.state)
      if (page.after !== undefined) query = query.where('id', '<', page.after)
      return (await query.orderBy('id', 'desc').limit(pageLimit(page)).execute()).map(toDelivery)
    },
    async attempts(ids) {
      if (ids.length === 0) return []
      const query = db.selectFrom('delivery_attempts').selectAll().where('delivery_id', 'in', ids) // primary key
      return (await query.orderBy('delivery_id').orderBy('number').limit(10_000).execute()).map(toAttempt)
    },
    async countSending(endpointId, nowMs) {
      const { sending } = await db
        .selectFrom('deliveries')
        .select(({ fn }) => fn.countAll<number>().as('sending'))
        .where('endpoint_id', '=', endpointId) // deliveries_open
        .where('due_at_ms', '>', nowMs)
        .where('state', '=', 'sending')
        .executeTakeFirstOrThrow()
      return Number(sending)
    },
    async take(endpointId, { nowMs, leaseUntilMs, limit }) {
      if (limit <= 0) return []
      const due = await db
        .selectFrom('deliveries as one')
        .select('one.id')
        .where('one.endpoint_id', '=', endpointId) // deliveries_open
        .where('one.due_at_ms', '<=', nowMs)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('deliveries as earlier')
                .select('earlier.id')
                .where('earlier.endpoint_id', '=', endpointId) // deliveries_untold
                .whereRef('earlier.order_key', '=', 'one.order_key')
                .whereRef('earlier.event_id', '<', 'one.event_id')
                .where('earlier.due_at_ms', 'is not', null)
                .where(sql<boolean>`earlier.attempts = 0`),
            ),
          ),
        )
        .orderBy('one.due_at_ms')
        .orderBy('one.event_id')
        .limit(limit)
        .execute()
      if (due.length === 0) return []
      const rows = await db
        .updateTable('deliveries')
        .set({ state: 'sending', due_at_ms: leaseUntilMs, fence: sql<number>`fence + 1` })
        .where(
          'id',
          'in',
          due.map(({ id }) => id),
        ) // primary key
        .returningAll()
        .execute()
      return rows.map(toDelivery).toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1)) as ClaimedDelivery[]
    },
    async nextDue(endpointId, afterMs = -1) {
      const row = await db
        .selectFrom('deliveries')
        .select('due_at_ms')
        .where('endpoint_id', '=', endpointId) // deliveries_open
        .where('due_at_ms', '>', afterMs)
        .orderBy('due_at_ms')
        .limit(1)
        .executeTakeFirst()
      return optional(row?.due_at_ms ?? null)
    },
    async end(claimed, { state, dueAtMs, request }, nowMs) {
      const { numUpdatedRows } = await held(claimed)
        .set({
          state,
          due_at_ms: dueAtMs ?? null,
          attempts: claimed.attempts + 1,
          tries: claimed.tries + 1,
          finished_at_ms: state === 'pending' ? null : nowMs,
          ...(claimed.request === undefined && { sealed_request: sealed(request) }),
        })
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async addAttempt(attempt) {
      await db
        .insertInto('delivery_attempts')
        .values({
          delivery_id: attempt.deliveryId,
          number: attempt.number,
          started_at_ms: attempt.startedAtMs,
          duration_ms: attempt.durationMs,
          status: attempt.status ?? null,
          error: toOptionalJson(attempt.error),
          answer: attempt.answer,
        })
        .execute()
    },
    async release(claimed, dueAtMs) {
      await held(claimed).set({ state: 'pending', due_at_ms: dueAtMs }).execute()
    },
    async drop({ id, fence }) {
      await db.deleteFrom('deliveries').where('id', '=', id).where('fence', '=', fence).execute() // primary key
    },
    async replay(id, nowMs) {
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set(replayed(nowMs))
        .where('id', '=', id) // primary key
        .where('state', 'in', ['delivered', 'dead'])
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async replayDead(endpointId, { sinceMs, untilMs, nowMs, limit }) {
      const dead = db
        .selectFrom('deliveries')
        .select('id')
        .where('endpoint_id', '=', endpointId) // deliveries_dead
        .where(sql<boolean>`state = 'dead'`)
        .where('created_at_ms', '>=', sinceMs)
        .where('created_at_ms', '<', untilMs)
        .orderBy('created_at_ms')
        .limit(limit)
      const result = await db
        .updateTable('deliveries')
        .set(replayed(nowMs))
        .where('id', 'in', dead) // primary key
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },
    async killPending(endpointId, nowMs) {
      const result = await db
        .updateTable('deliveries')
        .set({ state: 'dead', due_at_ms: null, finished_at_ms: nowMs })
        .where('endpoint_id', '=', endpointId) // deliveries_open
        .where('due_at_ms', 'is not', null)
        .where('state', '=', 'pending')
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },
    async deleteFinished(createdBeforeMs, limit) {
      const old = db
        .selectFrom('deliveries')
        .select('id')
        .where(sql<boolean>`state in ('delivered', 'dead')`)
        .where('created_at_ms', '<', createdBeforeMs) // deliveries_finished
        .limit(limit)
      const result = await db.deleteFrom('deliveries').where('id', 'in', old).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}

function replayed(nowMs: number) {
  return { state: 'pending', due_at_ms: nowMs, tries: 0, finished_at_ms: null }
}

function toAttempt(row: DeliveryAttemptRow): DeliveryAttempt {
  return {
    deliveryId: row.delivery_id as DeliveryId,
    number: row.number,
    startedAtMs: row.started_at_ms,
    durationMs: row.duration_ms,
    status: optional(row.status),
    error: fromOptionalJson<AttemptError>(row.error),
    answer: row.answer,
  }
}
