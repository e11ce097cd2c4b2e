import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SERVER_FLAGS, SERVER_MEMORY } from '../../../scripts/support/server-flags.mjs'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const START_LIMIT_MS = 60_000

/** The keys that every started server knows: what somebody who migrates would bring. */
export const KEYS = {
  project: 'acceptance',
  apiKey: 'rd_acceptance-0123456789abcdef',
  admin: { login: 'admin', password: 'acceptance-password' },
  kollus: {
    accessToken: 'acceptance0token0',
    serviceAccountKey: 'acceptance',
    securityKey: 'acceptance-security',
    customKey: 'ab'.repeat(32),
  },
  kaltura: { partnerId: 101, adminSecret: 'acceptance-admin-secret', userSecret: 'acceptance-user-secret' },
  cloudv: { accessKey: 'acceptance-access', secretKey: 'acceptance-secret', bucket: 'acceptance' },
} as const

export type RunningServer = Readonly<{
  url: string
  dataDirectory: string
  pid: number
  /** What it has written to standard output and standard error so far. */
  output(): string
  /** Kills the process as a power cut would, and starts another on the same data and address. */
  crashAndRestart(): Promise<RunningServer>
  kill(): Promise<void>
  /** Asks it to stop; resolves with its exit code. */
  stop(signal?: 'SIGTERM' | 'SIGHUP'): Promise<number | null>
  /** Stops it and removes its data. */
  remove(): Promise<void>
}>

type Options = Readonly<{ env?: Readonly<Record<string, string>>; dataDirectory?: string; port?: number }>

/**
 * Starts the real server (`src/main.ts all`) as a process of its own on a free port, with a data directory of its own
 * and `KEYS`. Resolves once it listens. The caller calls `remove`.
 */
export async function startServer(options: Options = {}): Promise<RunningServer> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'reeldock-acceptance-')))
  const port = options.port ?? (await freePort())
  const bootstrap = join(dataDirectory, 'bootstrap.json')
  await writeFile(bootstrap, JSON.stringify(KEYS))
  const child = spawn(process.execPath, [...SERVER_FLAGS, join(ROOT, 'src', 'main.ts'), 'all'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...SERVER_MEMORY,
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      REELDOCK_DATA_DIR: dataDirectory,
      REELDOCK_PORT: String(port),
      REELDOCK_BOOTSTRAP: bootstrap,
      ...options.env,
    },
  })
  let text = ''
  const collect = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-1_000_000)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const url = `http://127.0.0.1:${port}`
  await untilReady(child, url, () => text)
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  const stop = async (signal: 'SIGTERM' | 'SIGHUP' = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return {
    url,
    dataDirectory,
    pid: child.pid as number,
    output: () => text,
    kill,
    stop,
    async crashAndRestart() {
      await kill()
      return startServer({ ...options, dataDirectory, port })
    },
    async remove() {
      await stop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

async function untilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const untilMs = Date.now() + START_LIMIT_MS
  while (Date.now() < untilMs) {
    if (child.exitCode !== null) throw new Error(`the server exited with ${child.exitCode}:\n${output()}`)
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`the server was not ready in time:\n${output()}`)
}

/**
 * Below the range from which systems give connections their own port: while the server is down between a crash and its
 * restart, no connection of a client may take its place.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}
