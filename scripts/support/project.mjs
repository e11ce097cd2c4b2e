import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SERVER_MEMORY } from './server-flags.mjs'

/** Absolute path of the checkout. */
export const PROJECT_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The first Node that runs TypeScript sources unbuilt without a warning and has what the server needs. */
const SERVER_NODE_MAJOR = 24

/**
 * The Node binary that runs the server and the tools: the running one when it is new enough, else the one that
 * the `node` package brought.
 * @param {string} root checkout
 * @returns {string | undefined} absolute path; undefined when nothing suitable is installed
 */
export function findServerNode(root) {
  if (Number(process.versions.node.split('.')[0]) >= SERVER_NODE_MAJOR && existsSync(process.execPath)) {
    return process.execPath
  }
  const installed = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(installed) ? installed : undefined
}

/**
 * Environment for the server and the tools: whatever they start by the name `node` is the same Node.
 * @param {string} serverNode path from `findServerNode`
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment(serverNode) {
  return { ...SERVER_MEMORY, ...process.env, PATH: dirname(serverNode) + delimiter + (process.env['PATH'] ?? '') }
}

/**
 * One line for the person at the terminal. Goes to stderr, so that stdout stays the program's own.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Something that stops the command and that a person can act on; shown without a stack. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError'
  /** @type {number} */
  exitCode
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** @param {number} sinceMs value of `performance.now()` */
export function elapsedSeconds(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`
}
