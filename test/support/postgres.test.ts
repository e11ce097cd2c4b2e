import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { freshPostgresDatabase } from './postgres.ts'

describe.skipIf(process.env['TEST_POSTGRES_URL'] === undefined)('fresh PostgreSQL databases', () => {
  it('are empty, apart from each other, and can be made at the same time', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => required()))
    for (const database of databases) await query(database.url, 'CREATE TABLE only_here (id int)')
    const counts = await Promise.all(
      databases.map(({ url }) => query(url, "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'")),
    )
    await Promise.all(databases.map(({ drop }) => drop()))
    expect(counts).toEqual(databases.map(() => [{ n: 1 }]))
  })

  it('are dropped even while a connection is open', async () => {
    const database = await required()
    const client = new Client({ connectionString: database.url })
    const disconnected = new Promise((resolve) => client.on('error', resolve))
    await client.connect()
    await database.drop()
    await disconnected
    await expect(query(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
  })

  it('sort text as people do, as installed servers do', async () => {
    const database = await required()
    const rows = await query(database.url, "SELECT t FROM (VALUES ('b'), ('B'), ('a')) AS v(t) ORDER BY t")
    await database.drop()
    expect(rows).toEqual([{ t: 'a' }, { t: 'b' }, { t: 'B' }])
  })
})

async function required() {
  const database = await freshPostgresDatabase()
  if (database === undefined) throw new Error('no PostgreSQL')
  return database
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
