import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { elapsedSeconds, findServerNode, SetupError, say } from './project.mjs'
import { runQuietly } from './run-child.mjs'

/** How many lines of npm's output are shown when it fails; its reason is at the end. */
const SHOWN_FAILURE_LINES = 60

/**
 * Whether node_modules is not what package-lock.json asks for on this platform.
 * @param {string} root checkout
 */
export function needsInstall(root) {
  return readOptional(stampFile(root)) !== fingerprint(root) || findServerNode(root) === undefined
}

/**
 * Brings node_modules in line with package-lock.json by `npm ci`. A tree that somebody else installed from the same
 * lock file is kept.
 * @param {string} root checkout
 * @param {{ onStart?: (pid: number) => void }} [options] `onStart` gets the process id of npm
 */
export async function installDependencies(root, { onStart } = {}) {
  if (!isInstalledTree(root)) await runNpmCi(root, onStart)
  if (serverNodeVersion(root) === undefined) {
    throw new SetupError(
      'npm finished, but Node 24 is not in node_modules. Are install scripts switched off (ignore-scripts)?\n' +
        'Either run `npm ci --ignore-scripts=false`, or use Node 24 or newer to begin with.',
    )
  }
  writeFileSync(stampFile(root), fingerprint(root))
}

/**
 * @param {string} root
 * @param {((pid: number) => void) | undefined} onStart
 */
async function runNpmCi(root, onStart) {
  const isFirst = !existsSync(stampFile(root))
  say(`Installing dependencies (${isFirst ? 'first run' : 'they changed'}, about 30 s)…`)
  const startedMs = performance.now()
  const { command, args } = npmCommand()
  // Said explicitly because NODE_ENV=production or a user's npmrc would leave out what builds and runs the server.
  const flags = ['--include=dev', '--include=optional', '--engine-strict=false', '--no-audit', '--no-fund']
  const { code, output } = await runQuietly(command, [...args, 'ci', ...flags, '--loglevel=error'], {
    cwd: root,
    env: process.env,
    ...(onStart && { onStart }),
  }).catch((error) => {
    if (error.code === 'ENOENT') throw new SetupError('npm was not found on PATH; it comes with Node.js.')
    throw error
  })
  if (code !== 0) {
    const tail = output.trimEnd().split('\n').slice(-SHOWN_FAILURE_LINES).join('\n')
    throw new SetupError(`${tail}\n\n\`npm ci\` failed with exit code ${code}; its output is above.`)
  }
  say(`Dependencies installed in ${elapsedSeconds(startedMs)}.`)
}

/**
 * npm as a program and its first arguments. When npm started us, the very same npm, run by the Node that runs it: the
 * one first on PATH may be inside the node_modules that is about to be replaced.
 */
function npmCommand() {
  const { npm_execpath: npmScript, npm_node_execpath: npmNode } = process.env
  if (npmScript?.endsWith('npm-cli.js') && npmNode) return { command: npmNode, args: [npmScript] }
  return { command: 'npm', args: [] }
}

/**
 * What the stamp must say: which lock file, on what platform, and the tree npm left behind, so that a later
 * `npm prune` or `npm install` is noticed.
 * @param {string} root
 */
function fingerprint(root) {
  const installed = readOptional(join(root, 'node_modules', '.package-lock.json'))
  return [
    sha256(readFileSync(join(root, 'package-lock.json'), 'utf8')),
    `${process.platform}-${process.arch}`,
    installed === undefined ? 'nothing' : sha256(installed),
  ].join('\n')
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[] }} LockEntry
 */

/**
 * Compares package-lock.json with the list that npm keeps of what it installed.
 * @param {string} root
 */
function isInstalledTree(root) {
  const installedText = readOptional(join(root, 'node_modules', '.package-lock.json'))
  if (installedText === undefined || serverNodeVersion(root) === undefined) return false
  /** @type {Record<string, LockEntry>} */
  const installed = JSON.parse(installedText).packages
  /** @type {Record<string, LockEntry>} */
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return entry.optional === true
    return found.version === entry.version && found.integrity === entry.integrity && isForThisPlatform(found)
  })
}

/** @param {LockEntry} entry */
function isForThisPlatform({ os, cpu }) {
  return (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true)
}

/**
 * @param {string} root
 * @returns {string | undefined} undefined when there is none that runs
 */
function serverNodeVersion(root) {
  const node = findServerNode(root)
  const run = node === undefined ? undefined : spawnSync(node, ['--version'], { encoding: 'utf8' })
  return run?.status === 0 ? run.stdout.trim() : undefined
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.reeldock-install')
}

/** @param {string} file */
function readOptional(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
}
