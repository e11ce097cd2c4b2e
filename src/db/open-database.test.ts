import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import {
  describeOnBothDatabases,
  emptySqlite,
  freshSqlite,
  type TestDatabase,
  unitOfWorkOn,
} from '../../test/support/database.ts'
import { aProject } from '../../test/support/rows.ts'
import type { ProjectId } from '../core/ids.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { migrate } from './open-database.ts'

const COMMITTER = fileURLToPath(new URL('../../test/support/commit-until-killed.ts', import.meta.url))
/** Processes are started, and other tests may want the machine. */
const SLOW = { timeout: 180_000 }
const ALL = Object.keys(MIGRATIONS)

describeOnBothDatabases('migrating', ({ empty }) => {
  it('makes an empty database usable, and does nothing the second time', async () => {
    const { db } = (await empty()).open()
    expect(await migrate(db)).toEqual(ALL)
    expect(await migrate(db)).toEqual([])
    expect(await db.selectFrom('jobs').selectAll().execute()).toEqual([])
  })

  it('is done once when several nodes start at the same moment', async () => {
    const test = await empty()
    const ran = await Promise.all([1, 2, 3].map(() => migrate(test.open().db)))
    expect(ran.flat()).toEqual(ALL)
  })

  it('leaves nothing of a migration that fails half-way, and can be repeated', async () => {
    const test = await empty()
    const { db } = test.open()
    const failing = {
      ...MIGRATIONS,
      '9999-broken': {
        async up(schema: Kysely<unknown>): Promise<void> {
          await schema.schema.createTable('half').addColumn('id', 'text').execute()
          await sql`insert into half values ('1')`.execute(schema)
          throw new Error('power cut')
        },
      },
    }
    await expect(migrate(db, failing)).rejects.toThrow('power cut')
    const tables = async (): Promise<string[]> => (await db.introspection.getTables()).map(({ name }) => name)
    expect(await tables()).not.toContain('half')
    expect(await migrate(test.open().db)).toEqual(ALL)
    expect(await tables()).toContain('jobs')
  })
})

describeOnBothDatabases('a process that is killed', ({ fresh }) => {
  it.each([1, 50])('has kept every commit that it acknowledged, after %i of them', SLOW, async (killAfter) => {
    const test = await fresh()
    const acknowledged = await commitUntilKilled(test, killAfter)
    expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter)
    const { projects, apiKeys } = unitOfWorkOn(test.open()).read
    for (const id of acknowledged) {
      expect(await projects.get(id)).toMatchObject({ id })
      // The second half of the same transaction.
      expect(await apiKeys.list(id)).toHaveLength(1)
    }
  })
})

describeOnBothDatabases('numbers', ({ fresh }) => {
  it('are numbers, up to the largest safe one', async () => {
    const { db } = (await fresh()).open()
    const projectId = aProject().id
    await db
      .insertInto('projects')
      .values({ id: projectId, name: 'p', created_at_ms: Number.MAX_SAFE_INTEGER })
      .execute()
    expect(await db.selectFrom('projects').select('created_at_ms').executeTakeFirst()).toEqual({
      created_at_ms: Number.MAX_SAFE_INTEGER,
    })
  })
})

describeOnBothDatabases('a handle', ({ kind, fresh }) => {
  it('can be closed without having been used', async () => {
    const test = await fresh()
    await expect(test.open().close()).resolves.toBeUndefined()
  })

  if (kind === 'sqlite') return
  it('survives that its connection is cut in the middle of a transaction', async () => {
    const test = await fresh()
    const { db } = test.open()
    const other = test.open().db
    const cut = db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(other)
      // Until the news has arrived here, the connection looks alive.
      await expect
        .poll(() =>
          sql`select 1`.execute(tx).then(
            () => 'alive',
            () => 'cut',
          ),
        )
        .toBe('cut')
      await tx.insertInto('projects').values({ id: 'prj_1', name: 'p', created_at_ms: 1 }).execute()
    })
    await expect(cut).rejects.toThrow()
    expect(await db.selectFrom('projects').selectAll().execute()).toEqual([])
  })
})

it('makes SQLite sync every commit, and enforce references', async () => {
  const { db } = (await freshSqlite()).open()
  const pragma = async (name: string): Promise<unknown> =>
    Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0]
  expect(await pragma('journal_mode')).toBe('wal')
  expect(await pragma('synchronous')).toBe(2)
  expect(await pragma('foreign_keys')).toBe(1)
})

it('lets a SQLite transaction wait for another process’s without blocking the event loop', async () => {
  const test = await emptySqlite()
  const [one, two] = [test.open().db, test.open().db]
  await migrate(one)
  const ticks: string[] = []
  const second = await one.transaction().execute(async (tx) => {
    await tx.insertInto('projects').values({ id: 'prj_1', name: 'one', created_at_ms: 1 }).execute()
    const waiting = two
      .transaction()
      .execute((other) => other.insertInto('projects').values({ id: 'prj_2', name: 'two', created_at_ms: 2 }).execute())
      .then(() => ticks.push('second'))
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      ticks.push('first')
    }
    return { waiting }
  })
  await second.waiting
  expect(ticks).toEqual(['first', 'first', 'first', 'second'])
})

/** Lets a process commit until it has acknowledged `killAfter` commits, kills it, and returns what it acknowledged. */
async function commitUntilKilled(test: TestDatabase, killAfter: number): Promise<ProjectId[]> {
  const child = spawn(process.execPath, [COMMITTER, test.kind, test.location], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const exited = once(child, 'exit')
  const acknowledged: ProjectId[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line as ProjectId)
    if (acknowledged.length === killAfter) child.kill('SIGKILL')
  }
  await exited
  return acknowledged
}
