import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/**
 * Creates an empty database of its own inside the test run's PostgreSQL (see global-setup.ts), so that test files
 * share nothing. Call `drop` when done; it also ends connections that are still open.
 *
 * @returns undefined when this machine has no PostgreSQL for tests; under CI the run has failed before that
 */
export async function freshPostgresDatabase(): Promise<{ url: string; drop(): Promise<void> } | undefined> {
  const serverUrl = process.env['TEST_POSTGRES_URL']
  if (serverUrl === undefined) return undefined
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(serverUrl, `CREATE DATABASE ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

/**
 * What the suites that know of no database run on: an empty PostgreSQL database in the Vitest project `postgres`, which
 * sets TEST_DATABASE; undefined, which means SQLite, in every other.
 */
export async function databaseOfProject(): Promise<{ url: string; drop(): Promise<void> } | undefined> {
  if (process.env['TEST_DATABASE'] !== 'postgres') return undefined
  const database = await freshPostgresDatabase()
  if (database === undefined) throw new Error('TEST_DATABASE=postgres, and TEST_POSTGRES_URL names no server')
  return database
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
