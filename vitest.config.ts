import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { canTestPostgres } from './test/support/postgres-server.ts'

/** Generous: a busy machine is slow, and a test that hangs is found all the same. */
const UNIT_TIMEOUT_MS = 60_000
const ACCEPTANCE_TIMEOUT_MS = 240_000
/** How long `expect.poll` waits for a condition; Vitest's own second is too short when others want the machine. */
const POLL = { timeout: 30_000, interval: 10 }

const MEASURED = ['test/acceptance/many-uploads.test.ts', 'test/acceptance/resilience/slow-crowd.test.ts']

export default defineConfig({
  test: {
    globals: false,
    globalSetup: ['test/support/global-setup.ts'],
    expect: { poll: POLL },
    // Vitest leaves one core idle, which of two is half the machine; and tests wait for disks and databases.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          // In process: rules, adapters with their contract suites, and the dialects' scenario tables on SQLite.
          name: 'unit',
          include: ['{src,scripts,console,test/contract,test/scenarios,test/support}/**/*.test.{ts,tsx}'],
          testTimeout: UNIT_TIMEOUT_MS,
          hookTimeout: UNIT_TIMEOUT_MS,
          sequence: { groupOrder: 1 },
        },
      },
      // Without a server it is left out; global-setup.ts says so, and under CI fails the run.
      ...(canTestPostgres()
        ? [
            {
              extends: true as const,
              test: {
                // On PostgreSQL, whatever says nothing about databases: `databaseOfProject` in test/support/postgres.ts.
                name: 'postgres',
                include: ['{test/scenarios,src/workers}/**/*.test.ts'],
                env: { TEST_DATABASE: 'postgres' },
                testTimeout: UNIT_TIMEOUT_MS,
                hookTimeout: UNIT_TIMEOUT_MS,
                sequence: { groupOrder: 2 },
              },
            },
          ]
        : []),
      {
        extends: true,
        test: {
          // The running server as a black box.
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          exclude: MEASURED,
          maxWorkers: availableParallelism(),
          testTimeout: ACCEPTANCE_TIMEOUT_MS,
          hookTimeout: ACCEPTANCE_TIMEOUT_MS,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          // What measures the running server: one file at a time, with nothing else going on.
          name: 'measured',
          include: MEASURED,
          fileParallelism: false,
          testTimeout: ACCEPTANCE_TIMEOUT_MS,
          hookTimeout: ACCEPTANCE_TIMEOUT_MS,
          sequence: { groupOrder: 4 },
        },
      },
    ],
    coverage: { include: ['src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
})
