import { join } from 'node:path'
import { buildConsole, needsConsoleBuild } from './console-build.mjs'
import { exclusively } from './exclusive.mjs'
import { installDependencies, needsInstall } from './install.mjs'
import { findServerNode, SetupError, say } from './project.mjs'

/**
 * Installs dependencies and builds the console where they are missing or out of date. Any number of commands may do
 * this at once in one checkout: one works, the others wait and find it done.
 * @param {string} root checkout
 * @param {{ withConsole?: boolean }} [options] false leaves the console as it is
 * @returns {Promise<string>} the Node that runs the server and the tools
 */
export async function prepare(root, { withConsole = true } = {}) {
  const needsBuild = () => withConsole && needsConsoleBuild(root)
  if (needsInstall(root) || needsBuild()) {
    await exclusively(
      join(root, '.reeldock-prepare.lock'),
      async ({ alsoHeldBy }) => {
        if (needsInstall(root)) await installDependencies(root, { onStart: alsoHeldBy })
        if (needsBuild()) await buildConsole(root, requireServerNode(root), { onStart: alsoHeldBy })
      },
      { onWait: (ownerPid) => say(`Waiting for process ${ownerPid}, which is installing or building here…`) },
    )
  }
  return requireServerNode(root)
}

/** @param {string} root */
function requireServerNode(root) {
  const serverNode = findServerNode(root)
  if (serverNode === undefined) throw new SetupError('Node 24 is missing from node_modules. Run `npm ci`.')
  return serverNode
}

/**
 * Runs a command to its exit code; a `SetupError` is shown as its message alone.
 * @param {() => Promise<number>} command
 */
export async function exitCodeOfCommand(command) {
  try {
    return await command()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(error.message)
    return error.exitCode
  }
}
