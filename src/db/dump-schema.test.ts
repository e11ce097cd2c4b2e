import { expect, it } from 'vitest'
import { describeOnBothDatabases } from '../../test/support/database.ts'
import { dumpSchema } from './dump-schema.ts'

describeOnBothDatabases('the schema', ({ kind, fresh }) => {
  // After a new migration: `npm run db:schema`, which is this test with --update.
  it(`is the one in docs/schema/${kind}.sql`, async () => {
    const dump = await dumpSchema((await fresh()).open())
    await expect(dump).toMatchFileSnapshot(`../../docs/schema/${kind}.sql`)
  })

  it('shows every table, and partial indexes with their condition', async () => {
    const database = (await fresh()).open()
    const dump = await dumpSchema(database)
    const tables = await database.db.introspection.getTables()
    for (const { name } of tables) expect(dump).toContain(`create table ${name} (\n`)
    expect(dump.match(/^create table/gm)).toHaveLength(tables.length)
    expect(dump).toMatch(/^create index jobs_queued .*queued/m)
  })
})
