/**
 * `npm run check`: the house rules as one command; what CI runs. `-- --no-tests` leaves the tests out.
 * The last line is `N passed, N failed`, counting the steps.
 */
import { requireNode } from './support/require-node.mjs'

requireNode(process.versions.node)
void import('./support/run-checks.mjs').then(async ({ runChecks }) => {
  process.exitCode = await runChecks(process.argv.slice(2))
})
