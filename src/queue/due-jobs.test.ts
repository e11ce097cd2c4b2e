import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeOnBothDatabases } from '../../test/support/database.ts'
import { JOB_KINDS } from '../core/jobs/job.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import { headOfLine, headsOfLines } from './due-jobs.ts'

const NOW_MS = 1_900_000_000_000
const REQUEST = { kinds: JOB_KINDS, workerId: 'w', nowMs: NOW_MS, leaseUntilMs: NOW_MS + 15_000 }

describeOnBothDatabases('looking for due jobs', ({ fresh }) => {
  /** A year's finished jobs, a backlog of one kind, a few running. */
  async function fill({ db, kind }: OpenDatabase): Promise<void> {
    const states = [...Array(3_000).fill('done'), ...Array(3_000).fill('queued'), ...Array(20).fill('running')]
    const rows = states.map((state: string, i) => ({
      id: `job_${String(i).padStart(6, '0')}`,
      project_id: 'p',
      kind: i % 100 === 0 ? 'ingest' : 'encode',
      asset_id: 'a',
      source_id: `s${i}`,
      key: `k${i}`,
      state,
      priority: 100,
      due_order: NOW_MS - i,
      max_attempts: 5,
      run_at_ms: NOW_MS - i,
      lease_until_ms: state === 'running' ? NOW_MS + i : null,
      worker_id: null,
      error: null,
      created_at_ms: NOW_MS - i,
      started_at_ms: null,
      finished_at_ms: null,
    }))
    await db.transaction().execute(async (tx) => {
      for (let i = 0; i < rows.length; i += 500)
        await tx
          .insertInto('jobs')
          .values(rows.slice(i, i + 500))
          .execute()
    })
    await sql`analyze`.execute(db)
    if (kind === 'sqlite') return
    // The planner's estimate of a bare table is of no interest, only what it does with statistics.
    await sql`vacuum analyze jobs`.execute(db)
  }

  it.each([
    ['one kind', 'jobs_queued', (db: OpenDatabase['db']) => headOfLine(db, 'ingest', REQUEST)],
    [
      'one kind of projects that are not busy',
      'jobs_running',
      (db: OpenDatabase['db']) => headOfLine(db, 'ingest', { ...REQUEST, perProject: { ingest: 2 } }),
    ],
    ['expired leases', 'jobs_running', (db: OpenDatabase['db']) => headOfLine(db, 'lost', REQUEST)],
    ['all lines', 'jobs_queued', (db: OpenDatabase['db']) => headsOfLines(db, REQUEST)],
    ['all lines', 'jobs_running', (db: OpenDatabase['db']) => headsOfLines(db, REQUEST)],
  ])('reads %s by the index %s, not by reading the backlog', async (what, index, queryOn) => {
    const database = (await fresh()).open()
    await fill(database)
    const query = queryOn(database.db)
    const plan =
      database.kind === 'sqlite' ? await query.explain(undefined, sql`query plan`) : await query.explain('json')
    const text = JSON.stringify(plan)
    expect(text).toContain(index)
    expect(text).not.toMatch(/SCAN jobs|Seq Scan/)
    // Of the line of one kind the first row is read and no other.
    if (what === 'one kind') expect(text).not.toMatch(/TEMP B-TREE|Sort/)
  })
})
