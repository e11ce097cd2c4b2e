import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, it, onTestFinished } from 'vitest'

/** Where a test finds its own corner of the server. */
export type PostgresCorner = Readonly<{
  url: string
  schema: string
  /** A pool whose search path is that schema; it is closed after the test. */
  openPool: () => pg.Pool
  /** Ends this corner's connections for which the SQL `condition` on pg_stat_activity holds; says how many there were. */
  killConnections: (condition: string) => Promise<number>
}>

/**
 * Defines the tests of `define` when TEST_POSTGRES_URL names a server; otherwise one skipped test says that they were
 * left out. `openCorner` gives each test a schema of its own and drops it afterwards.
 */
export function describeOnPostgres(title: string, define: (openCorner: () => Promise<PostgresCorner>) => void): void {
  const url = process.env['TEST_POSTGRES_URL']
  if (url === undefined || url === '') {
    it.skip(`NOT TESTED ON POSTGRESQL, set TEST_POSTGRES_URL: ${title}`, () => undefined)
    return
  }
  describe(title, () => {
    define(async () => {
      const schema = `test_${randomBytes(6).toString('hex')}`
      await query(url, `create schema ${schema}`)
      const pools: pg.Pool[] = []
      onTestFinished(async () => {
        await Promise.all(pools.map((pool) => pool.end()))
        await query(url, `drop schema ${schema} cascade`)
      })
      const openPool = (): pg.Pool => {
        const pool = new pg.Pool({
          connectionString: url,
          options: `-c search_path=${schema}`,
          max: 5,
          application_name: schema,
        })
        // A connection that dies while idle is not the test's affair; without a listener it ends the process.
        pool.on('error', () => undefined)
        pools.push(pool)
        return pool
      }
      const killConnections = (condition: string): Promise<number> =>
        query(
          url,
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${schema}' and ${condition}`,
        )
      return { url, schema, openPool, killConnections }
    })
  })
}

async function query(url: string, text: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rowCount } = await client.query(text)
  await client.end()
  return rowCount ?? 0
}
