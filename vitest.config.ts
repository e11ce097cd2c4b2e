import { defineConfig } from 'vitest/config'

/** Generous: a busy machine is slow, and a test that hangs is found all the same. */
const UNIT_TIMEOUT_MS = 30_000
const ACCEPTANCE_TIMEOUT_MS = 120_000

export default defineConfig({
  test: {
    globals: false,
    globalSetup: ['test/support/global-setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          // In process: rules, adapters with their contract suites, and the dialects' scenario tables.
          name: 'unit',
          include: ['{src,scripts,console,test/contract,test/scenarios,test/support}/**/*.test.{ts,tsx}'],
          testTimeout: UNIT_TIMEOUT_MS,
          hookTimeout: UNIT_TIMEOUT_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // The running server as a black box. One file at a time: they measure, and encode on all cores.
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: ACCEPTANCE_TIMEOUT_MS,
          hookTimeout: ACCEPTANCE_TIMEOUT_MS,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: { include: ['src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
})
