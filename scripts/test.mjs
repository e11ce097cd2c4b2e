/**
 * `npm test`: installs and builds what is missing, then runs every suite that can run on this machine.
 * Arguments go to Vitest: `npm test -- src/core`. The last line is `N passed, N failed`.
 * With CI=true a suite that cannot run, or a test that is skipped, counts as failed.
 */
import { requireNode } from './support/require-node.mjs'

requireNode(process.versions.node)
void import('./support/run-tests.mjs').then(async ({ prepareAndTest }) => {
  process.exitCode = await prepareAndTest(process.argv.slice(2))
})
