import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Receivers, what they are told and how that went. Events from before have nobody to be told to. Older code, running
 * beside this, goes on noting events.
 */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table outbox add column dispatched_at_ms bigint`.execute(db)
    await sql`update outbox set dispatched_at_ms = at_ms`.execute(db)
    await sql`create index outbox_undispatched on outbox (id) where dispatched_at_ms is null`.execute(db)
    await sql`create index outbox_dispatched on outbox (at_ms) where dispatched_at_ms is not null`.execute(db)

    await db.schema
      .createTable('endpoints')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('project_id', 'text', (c) => c.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('format', 'text', (c) => c.notNull())
      .addColumn('sealed_url', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('event_types', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('disabled_reason', 'text')
      .addColumn('sealed_secrets', 'text', (c) => c.notNull())
      .addColumn('sealed_settings', 'text', (c) => c.notNull())
      .addColumn('channel_id', 'text')
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('is_one_shot', 'integer', (c) => c.notNull())
      .addColumn('failing_since_ms', 'bigint')
      .addColumn('due_at_ms', 'bigint')
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('endpoints_by_subject')
      .on('endpoints')
      .columns(['project_id', 'subject_id', 'id'])
      .execute()
    await sql`create index endpoints_due on endpoints (due_at_ms)
      where due_at_ms is not null and state in ('active', 'spent')`.execute(db)
    await sql`create index endpoints_of_subjects on endpoints (created_at_ms) where subject_id <> ''`.execute(db)

    // No reference to the outbox: an event may be swept before its deliveries.
    await db.schema
      .createTable('deliveries')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('project_id', 'text', (c) => c.notNull())
      .addColumn('endpoint_id', 'text', (c) => c.notNull().references('endpoints.id').onDelete('cascade'))
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('event_type', 'text', (c) => c.notNull())
      .addColumn('order_key', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('fence', 'integer', (c) => c.notNull())
      .addColumn('due_at_ms', 'bigint')
      .addColumn('sealed_request', 'text')
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('finished_at_ms', 'bigint')
      .addUniqueConstraint('deliveries_once', ['endpoint_id', 'event_id'])
      .execute()
    await db.schema.createIndex('deliveries_by_project').on('deliveries').columns(['project_id', 'id']).execute()
    await db.schema.createIndex('deliveries_by_endpoint').on('deliveries').columns(['endpoint_id', 'id']).execute()
    await db.schema.createIndex('deliveries_by_event').on('deliveries').columns(['event_id', 'id']).execute()
    await sql`create index deliveries_open on deliveries (endpoint_id, due_at_ms, event_id)
      where due_at_ms is not null`.execute(db)
    await sql`create index deliveries_untold on deliveries (endpoint_id, order_key, event_id)
      where due_at_ms is not null and attempts = 0`.execute(db)
    await sql`create index deliveries_dead on deliveries (endpoint_id, created_at_ms) where state = 'dead'`.execute(db)
    await sql`create index deliveries_finished on deliveries (created_at_ms)
      where state in ('delivered', 'dead')`.execute(db)

    await db.schema
      .createTable('delivery_attempts')
      .addColumn('delivery_id', 'text', (c) => c.notNull().references('deliveries.id').onDelete('cascade'))
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('started_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('duration_ms', 'integer', (c) => c.notNull())
      .addColumn('status', 'integer')
      .addColumn('error', 'text')
      .addColumn('answer', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('delivery_attempts_pk', ['delivery_id', 'number'])
      .execute()
  },
}
