import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, type OpenDatabase, openPostgres, openSqlite } from '../../src/db/open-database.ts'
import { createPostgresDatabase } from './postgres.ts'

/**
 * Once per run: a migrated database of each kind, which the tests' own are copied from; all migrations take seconds on a
 * busy machine, a copy does not. They are announced as TEST_SQLITE_TEMPLATE and TEST_POSTGRES_TEMPLATE.
 *
 * @param postgresUrl of a server where databases may be created; undefined when there is none
 * @returns removes them
 */
export async function makeMigratedTemplates(postgresUrl: string | undefined): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-template-'))
  const file = join(directory, 'reeldock.db')
  await migrateAndClose(openSqlite(file))
  process.env['TEST_SQLITE_TEMPLATE'] = file
  const postgres = postgresUrl === undefined ? undefined : await createPostgresDatabase(postgresUrl)
  if (postgres !== undefined) {
    await migrateAndClose(openPostgres(postgres.url, 1, () => undefined))
    process.env['TEST_POSTGRES_TEMPLATE'] = new URL(postgres.url).pathname.slice(1)
  }
  return async () => {
    await postgres?.drop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** A migrated SQLite database at `file`, which is not there yet. */
export async function copySqliteTemplate(file: string): Promise<void> {
  const template = process.env['TEST_SQLITE_TEMPLATE']
  if (template === undefined) throw new Error('global-setup.ts has not run')
  await copyFile(template, file)
}

async function migrateAndClose(database: OpenDatabase): Promise<void> {
  await migrate(database.db)
  await database.close()
}
