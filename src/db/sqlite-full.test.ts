import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { openSqlite } from './open-database.ts'

it('a database whose disk is full says so, undoes the transaction, and works again once there is room', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-full-'))
  const database = openSqlite(join(directory, 'test.db'))
  onTestFinished(async () => {
    await database.close()
    await rm(directory, { recursive: true })
  })
  const { db } = database
  await sql`create table kept (bytes blob)`.execute(db)
  await sql`pragma max_page_count = 5`.execute(db)
  const writeTwo = () =>
    db.transaction().execute(async (tx) => {
      await sql`insert into kept values (zeroblob(10))`.execute(tx)
      await sql`insert into kept values (zeroblob(100000))`.execute(tx)
    })
  await expect(writeTwo()).rejects.toMatchObject({ code: 'storage_full' })
  expect((await sql`select 1 from kept`.execute(db)).rows).toEqual([])
  await sql`pragma max_page_count = 1000`.execute(db)
  await writeTwo()
  expect((await sql`select 1 from kept`.execute(db)).rows).toHaveLength(2)
})
