import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { Sealer } from '../../src/core/access/sealing.ts'
import type { UnitOfWork } from '../../src/core/ports/unit-of-work.ts'
import { KyselyUnitOfWork } from '../../src/db/kysely-unit-of-work.ts'
import { type DatabaseKind, type OpenDatabase, openPostgres, openSqlite } from '../../src/db/open-database.ts'
import { SystemRandom } from '../../src/system/system-random.ts'
import { copySqliteTemplate } from './migrated-templates.ts'
import {
  databaseOfProject,
  freshPostgresDatabase,
  migratedPostgresDatabase,
  type PostgresDatabase,
} from './postgres.ts'

const POOL_SIZE = 8

/** A database of one test's own; it and every handle to it are gone after the test. */
export type TestDatabase = Readonly<{
  kind: DatabaseKind
  /** File name or connection URL, for a child process that opens it too: see `openDatabaseAt`. */
  location: string
  /** Another handle with connections of its own, as another process of the installation has. */
  open(): OpenDatabase
}>

/** Opens what `TestDatabase.location` names. The caller closes it. */
export function openDatabaseAt(kind: DatabaseKind, location: string): OpenDatabase {
  if (kind === 'sqlite') return openSqlite(location)
  return openPostgres(location, POOL_SIZE, (error) => {
    throw error
  })
}

/** A migrated SQLite database in a temporary directory. To be called within a test. */
export async function freshSqlite(): Promise<TestDatabase> {
  const empty = await emptySqlite()
  await copySqliteTemplate(empty.location)
  return empty
}

/**
 * A migrated database of one test's own: SQLite or, in the Vitest project `postgres`, PostgreSQL. To be called within a
 * test, by suites that say nothing about databases and run in both projects.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const created = await databaseOfProject()
  if (created === undefined) return freshSqlite()
  onTestFinished(() => created.drop())
  return testDatabase('postgres', created.url)
}

/** As `freshSqlite`, but without any table. */
export async function emptySqlite(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-sqlite-'))
  // Registered first and therefore run last: the handles are closed by then.
  onTestFinished(() => rm(directory, { recursive: true }))
  return testDatabase('sqlite', join(directory, 'reeldock.db'))
}

function testDatabase(kind: DatabaseKind, location: string): TestDatabase {
  const open = (): OpenDatabase => {
    const database = openDatabaseAt(kind, location)
    onTestFinished(() => database.close())
    return database
  }
  return { kind, location, open }
}

/**
 * Defines the tests of `define` twice: on SQLite, and on PostgreSQL when the run has one (else one skipped test says
 * that they were left out). `fresh` gives each test a migrated database of its own, `empty` one without tables.
 */
export function describeOnBothDatabases(
  title: string,
  define: (on: { kind: DatabaseKind; fresh: () => Promise<TestDatabase>; empty: () => Promise<TestDatabase> }) => void,
): void {
  describe(`${title} on SQLite`, () => define({ kind: 'sqlite', fresh: freshSqlite, empty: emptySqlite }))
  if (process.env['TEST_POSTGRES_URL'] === undefined) {
    it.skip(`NOT TESTED ON POSTGRESQL, set TEST_POSTGRES_URL: ${title}`, () => undefined)
    return
  }
  describe(`${title} on PostgreSQL`, () => {
    // Creating a database takes longer than most tests; emptying the tables does not.
    let shared: TestDatabase & { drop(): Promise<void> }
    beforeAll(async () => {
      shared = postgresDatabase(await migratedPostgresDatabase())
    })
    afterAll(() => shared.drop())
    const fresh = async (): Promise<TestDatabase> => {
      await emptyTables(shared)
      return shared
    }
    const empty = async (): Promise<TestDatabase> => {
      const created = await freshPostgresDatabase()
      if (created === undefined) throw new Error('no PostgreSQL for tests')
      const own = postgresDatabase(created)
      onTestFinished(() => own.drop())
      return own
    }
    define({ kind: 'postgres', fresh, empty })
  })
}

function postgresDatabase(created: PostgresDatabase): TestDatabase & { drop(): Promise<void> } {
  return { ...testDatabase('postgres', created.url), drop: () => created.drop() }
}

async function emptyTables(shared: TestDatabase): Promise<void> {
  const database = openDatabaseAt(shared.kind, shared.location)
  const tables = await database.db.introspection.getTables()
  await sql`truncate ${sql.join(tables.map(({ name }) => sql.table(name)))}`.execute(database.db)
  await database.close()
}

const MASTER_KEY = Buffer.alloc(32, 7)

/** Repositories over `database`, sealing with the key that all tests share. */
export function unitOfWorkOn(database: OpenDatabase): UnitOfWork {
  return new KyselyUnitOfWork({ database, sealer: new Sealer(MASTER_KEY), random: new SystemRandom() })
}
