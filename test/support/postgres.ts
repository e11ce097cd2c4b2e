import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

export type PostgresDatabase = Readonly<{ url: string; drop(): Promise<void> }>

/**
 * Creates an empty database of its own inside the test run's PostgreSQL (see global-setup.ts), so that test files
 * share nothing. Call `drop` when done; it also ends connections that are still open.
 *
 * @returns undefined when this machine has no PostgreSQL for tests; under CI the run has failed before that
 */
export async function freshPostgresDatabase(): Promise<PostgresDatabase | undefined> {
  const serverUrl = process.env['TEST_POSTGRES_URL']
  return serverUrl === undefined ? undefined : createPostgresDatabase(serverUrl)
}

/** @param template name of a database to copy; nobody may be connected to it */
export async function createPostgresDatabase(serverUrl: string, template?: string): Promise<PostgresDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(serverUrl, `CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${template}`}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

/**
 * What the suites that know of no database run on: a migrated PostgreSQL database in the Vitest project `postgres`, which
 * sets TEST_DATABASE; undefined, which means SQLite, in every other.
 */
export async function databaseOfProject(): Promise<PostgresDatabase | undefined> {
  if (process.env['TEST_DATABASE'] !== 'postgres') return undefined
  return migratedPostgresDatabase()
}

/** As `freshPostgresDatabase`, but with all tables: a copy of the run's template (migrated-templates.ts). */
export async function migratedPostgresDatabase(): Promise<PostgresDatabase> {
  const serverUrl = process.env['TEST_POSTGRES_URL']
  const template = process.env['TEST_POSTGRES_TEMPLATE']
  if (serverUrl === undefined || template === undefined) throw new Error('there is no PostgreSQL for tests')
  return createPostgresDatabase(serverUrl, template)
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
