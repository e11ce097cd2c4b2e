import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { SERVER_FLAGS, SERVER_MEMORY } from '../../../scripts/support/server-flags.mjs'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** A worker of its own on a server's data. The caller ends it with `killWorker`. */
export function startWorkerOn(dataDirectory: string, env: Readonly<Record<string, string>>): ChildProcess {
  const { PATH, HOME } = process.env
  const own = { REELDOCK_ROLES: 'worker', REELDOCK_DATA_DIR: dataDirectory }
  const args = [...SERVER_FLAGS, join(ROOT, 'src', 'main.ts'), 'all']
  const options = { cwd: ROOT, env: { ...SERVER_MEMORY, PATH, HOME, ...own, ...env } }
  return spawn(process.execPath, args, { ...options, stdio: 'ignore' })
}

/** With -9; resolves once it is gone, at once if it is. */
export async function killWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  const exited = once(worker, 'exit')
  worker.kill('SIGKILL')
  await exited
}
