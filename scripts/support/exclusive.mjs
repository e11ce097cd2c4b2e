import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { SetupError } from './project.mjs'

/**
 * Handed to the work that runs under the lock.
 * @typedef {object} HeldLock
 * @property {(pid: number) => void} alsoHeldBy keeps the lock taken as long as this child lives too, so that work a
 *   killed owner left running is not started a second time beside it
 */

/**
 * Runs `work` while no other process on this machine runs work under the same lock file.
 * The lock of a process that died, however it died, is taken over.
 * @template T
 * @param {string} lockFile absolute path; exists only while work is under way
 * @param {(lock: HeldLock) => Promise<T>} work
 * @param {{ onWait: (ownerPid: number) => void, maxWaitMs?: number, pollMs?: number }} options `onWait` is called once
 *   when another process holds the lock; `SetupError` is thrown after `maxWaitMs`
 * @returns {Promise<T>}
 */
export async function exclusively(lockFile, work, { onWait, maxWaitMs = 600_000, pollMs = 200 }) {
  await acquire(lockFile, { onWait, maxWaitMs, pollMs })
  const pids = [process.pid]
  try {
    return await work({
      alsoHeldBy: (pid) => {
        pids.push(pid)
        writeWhole(lockFile, pids, renameSync)
      },
    })
  } finally {
    rmSync(lockFile, { force: true })
  }
}

/**
 * @param {string} lockFile
 * @param {{ onWait: (ownerPid: number) => void, maxWaitMs: number, pollMs: number }} options
 */
async function acquire(lockFile, { onWait, maxWaitMs, pollMs }) {
  const deadlineMs = performance.now() + maxWaitMs
  for (let waits = 0; ; waits += 1) {
    if (writeWhole(lockFile, [process.pid], linkSync)) return
    const owners = readOwners(lockFile)
    if (owners === undefined) continue
    if (!owners.some(isAlive)) {
      takeAway(lockFile, owners)
      continue
    }
    if (waits === 0) onWait(owners[0] ?? 0)
    if (performance.now() > deadlineMs) {
      throw new SetupError(
        `Process ${owners[0]} is still at it. If that is not a Reeldock command, delete ${lockFile}.`,
      )
    }
    await delay(pollMs)
  }
}

/**
 * The lock appears with its content in one step: by `linkSync` only where there is none, by `renameSync` over our own.
 * @param {string} lockFile
 * @param {number[]} pids
 * @param {(from: string, to: string) => void} publish
 * @returns {boolean} false when there is a lock already
 */
function writeWhole(lockFile, pids, publish) {
  const draft = `${lockFile}.${process.pid}`
  writeFileSync(draft, pids.join('\n'))
  try {
    publish(draft, lockFile)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * @param {string} lockFile
 * @returns {number[] | undefined} undefined when the lock is gone
 */
function readOwners(lockFile) {
  try {
    return readFileSync(lockFile, 'utf8').split('\n').map(Number)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Removes a dead owner's lock. Two waiters may both have seen it: who finds that it moved another one's puts it back.
 * @param {string} lockFile
 * @param {number[]} deadOwners
 */
function takeAway(lockFile, deadOwners) {
  const grave = `${lockFile}.${process.pid}.dead`
  try {
    renameSync(lockFile, grave)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return
    throw error
  }
  if (readOwners(grave)?.join() !== deadOwners.join()) linkSync(grave, lockFile)
  rmSync(grave, { force: true })
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
