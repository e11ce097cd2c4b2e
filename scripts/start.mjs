/**
 * `npm start`: installs and builds what is missing, then runs every role of the server on Node 24.
 * Needs Node >= 20 and npm, nothing else. Arguments go to the server's command line: `npm start -- --help`.
 */
import { requireNode } from './support/require-node.mjs'

requireNode(process.versions.node)
// Imported only now: an older Node could not even parse what follows, and would say so in riddles.
void import('./support/start-server.mjs').then(async ({ startServer }) => {
  process.exitCode = await startServer(process.argv.slice(2))
})
