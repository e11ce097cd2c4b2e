import { exitCodeOfCommand, prepare } from './prepare.mjs'
import { PROJECT_ROOT, say, serverEnvironment } from './project.mjs'
import { runInForeground } from './run-child.mjs'
import { SERVER_FLAGS } from './server-flags.mjs'

/**
 * @param {string[]} args for the server's command line, which runs every role when there are none
 * @returns {Promise<number>} the server's exit code
 */
export function startServer(args) {
  return exitCodeOfCommand(async () => {
    const serverNode = await prepare(PROJECT_ROOT)
    return runInForeground(serverNode, [...SERVER_FLAGS, 'src/main.ts', ...args], {
      cwd: PROJECT_ROOT,
      env: serverEnvironment(serverNode),
      onStopping: () => say('Stopping once everything under way is safe. Press Ctrl-C again to stop at once.'),
    })
  })
}
