import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { elapsedSeconds, SetupError, say, serverEnvironment } from './project.mjs'
import { runQuietly } from './run-child.mjs'

/** Folders of the console that are made, not written. */
const MADE_FOLDERS = new Set(['node_modules', 'dist'])

/**
 * Whether console/dist is not what the console's sources and the installed dependencies give.
 * @param {string} root checkout
 */
export function needsConsoleBuild(root) {
  const stamp = stampFile(root)
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== sourceHash(root)
}

/**
 * Builds the web console into console/dist.
 * @param {string} root checkout with its dependencies installed
 * @param {string} serverNode the Node to build with
 * @param {{ onStart?: (pid: number) => void }} [options] `onStart` gets the process id of the build
 */
export async function buildConsole(root, serverNode, { onStart } = {}) {
  // Taken before the build: a file edited meanwhile means another build next time.
  const hash = sourceHash(root)
  say('Building the web console…')
  const startedMs = performance.now()
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const { code, output } = await runQuietly(serverNode, [vite, 'build', 'console', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...serverEnvironment(serverNode), NODE_ENV: 'production' },
    ...(onStart && { onStart }),
  })
  if (code !== 0) {
    throw new SetupError(`${output.trimEnd()}\n\nThe web console could not be built; the reason is above.`)
  }
  writeFileSync(stampFile(root), hash)
  say(`Web console built in ${elapsedSeconds(startedMs)}.`)
}

/** @param {string} root */
function sourceHash(root) {
  const hash = createHash('sha256')
  for (const file of [...filesBelow(join(root, 'console')), join(root, 'package-lock.json')]) {
    const content = readFileSync(file)
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @returns {string[]} in an order that does not depend on the file system
 */
function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return MADE_FOLDERS.has(entry.name) ? [] : filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'console', 'dist', '.stamp')
}
