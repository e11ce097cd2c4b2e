import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { SetupError } from './project.mjs'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/** npm repeats the terminal's SIGINT to its child at once; a person needs longer for a second Ctrl-C. */
const SECOND_CTRL_C_AFTER_MS = 500

const PARENT_POLL_MS = 500

/**
 * Runs a program on this terminal until it ends, passing on requests to stop.
 *
 * A Ctrl-C reaches the program from the terminal already, `kill` of this process does not, and the two cannot be told
 * apart; so the program is always asked again, by SIGTERM, which it must take as the same request and not as a second
 * one. A second Ctrl-C kills it. The program is also asked to stop when npm, which started this process, is killed:
 * nobody could reach it any more.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, onStopping?: () => void }} options
 * @returns {Promise<number>} its exit code, or 128 + signal number
 */
export async function runInForeground(command, args, { cwd, env, onStopping }) {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' })
  /** @type {number | undefined} */
  let stoppingSinceMs
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    const nowMs = performance.now()
    if (stoppingSinceMs === undefined) {
      stoppingSinceMs = nowMs
      onStopping?.()
      child.kill('SIGTERM')
    } else if (signal === 'SIGINT' && nowMs - stoppingSinceMs >= SECOND_CTRL_C_AFTER_MS) {
      child.kill('SIGKILL')
    }
  }
  const stopWatching = onDeathOfNpm(() => stop('SIGTERM'))
  return whileHandlingSignals(stop, exitCodeOf(child)).finally(stopWatching)
}

/**
 * @param {() => void} onDeath
 * @returns {() => void} ends the watch
 */
function onDeathOfNpm(onDeath) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {}
  const npm = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(timer)
    onDeath()
  }, PARENT_POLL_MS)
  return () => clearInterval(timer)
}

/**
 * Runs a program silently and keeps what it prints. When this process is asked to stop, the program is stopped first
 * and a `SetupError` with the matching exit code is thrown.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, onStart?: (pid: number) => void }} options
 * @returns {Promise<{ code: number, output: string }>} output: stdout and stderr as they came
 */
export async function runQuietly(command, args, { cwd, env, onStart }) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  /** @type {NodeJS.Signals | undefined} */
  let stoppedBy
  const ended = whileHandlingSignals((signal) => {
    stoppedBy = signal
    child.kill(signal)
  }, exitCodeOf(child))
  // Once signals are handled: who hears of the start may ask for the end at once.
  if (child.pid !== undefined) onStart?.(child.pid)
  const code = await ended
  if (stoppedBy !== undefined) throw new SetupError('Stopped.', 128 + constants.signals[stoppedBy])
  return { code, output }
}

/**
 * @template T
 * @param {(signal: NodeJS.Signals) => void} onSignal
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
async function whileHandlingSignals(onSignal, work) {
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    return await work
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} once it ended and its output is read; rejects when it cannot be started
 */
function exitCodeOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}
