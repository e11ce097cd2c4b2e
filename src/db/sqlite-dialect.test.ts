import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openSqlite } from './open-database.ts'
import { SqliteHandle } from './sqlite-handle.ts'

async function openThings() {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-dialect-'))
  const { db, close } = openSqlite(join(directory, 'test.db'))
  onTestFinished(async () => {
    await close()
    await rm(directory, { recursive: true })
  })
  await sql`create table things (n integer primary key)`.execute(db)
  return db
}

it('transactions that come together through Kysely are synced together', async () => {
  const db = await openThings()
  const execute = vi.spyOn(SqliteHandle.prototype, 'execute')
  onTestFinished(() => execute.mockRestore())
  const insert = (n: number) => db.transaction().execute((tx) => sql`insert into things values (${n})`.execute(tx))
  await Promise.all(Array.from({ length: 20 }, (_, n) => insert(n)))
  const commits = execute.mock.calls.filter(([query]) => query.sql === 'commit').length
  expect(commits).toBe(1)
  const { rows } = await sql<{ n: number }>`select n from things`.execute(db)
  expect(rows).toHaveLength(20)
})

it('what a transaction has not committed is not read outside of it', async () => {
  const db = await openThings()
  await db.transaction().execute(async (tx) => {
    await sql`insert into things values (1)`.execute(tx)
    const seen = await db.selectFrom(sql<{ n: number }>`things`.as('t')).selectAll().execute()
    expect(seen).toEqual([])
  })
})
