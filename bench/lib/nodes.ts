import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SERVER_FLAGS, SERVER_MEMORY } from '../../scripts/support/server-flags.mjs'
import { API_KEY } from '../peers/index.ts'
import { MeteredProcess } from './process-meter.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

type Env = Readonly<Record<string, string>>

/** Reeldock with these roles on this data, listening. */
export async function startNode(
  directory: string,
  port: number,
  roles: string,
  env: Env = {},
): Promise<MeteredProcess> {
  const bootstrap = join(directory, 'bootstrap.json')
  await writeFile(bootstrap, JSON.stringify({ apiKey: API_KEY }))
  const own = { REELDOCK_ROLES: roles, REELDOCK_PORT: String(port), REELDOCK_BOOTSTRAP: bootstrap }
  return MeteredProcess.start(process.execPath, [...SERVER_FLAGS, MAIN, 'all'], {
    url: `http://127.0.0.1:${port}/healthz`,
    env: { ...common(directory), ...own, ...env },
  })
}

/** A worker on the same data that has one processor to itself: a small machine. */
export function startWorkerOn(processor: number, directory: string, env: Env): { stop(): Promise<void> } {
  const args = ['-c', String(processor), process.execPath, ...SERVER_FLAGS, MAIN, 'all']
  const { PATH = '', HOME = '' } = process.env
  const child: ChildProcess = spawn('taskset', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH, HOME, ...common(directory), REELDOCK_ROLES: 'worker', ...env },
  })
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

function common(directory: string): Env {
  return { ...SERVER_MEMORY, REELDOCK_DATA_DIR: directory, REELDOCK_LOG_LEVEL: 'warn' }
}
