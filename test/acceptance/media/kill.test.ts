import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SERVER_FLAGS, SERVER_MEMORY } from '../../../scripts/support/server-flags.mjs'
import { runFfmpeg } from '../../support/media/make-media.ts'
import { processesNaming } from '../../support/media/processes.ts'
import { createUpload, waitUntilReady } from '../support/client.ts'
import { processesIn } from '../support/processes-in.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { type HangingTools, makeHangingTools, type Stage } from './hanging-tools.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
/** Short, so that nobody has to wait long for the dead. */
const LEASE = { REELDOCK_JOB_LEASE_SECONDS: '5' }
const DEADLINE = { timeout: 60_000, interval: 50 }

let clip: Uint8Array<ArrayBuffer>
let directory: string
let tools: HangingTools

beforeAll(async () => {
  const place = await mkdtemp(join(tmpdir(), 'reeldock-clip-'))
  const file = join(place, 'clip.mp4')
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10', '-f', 'lavfi', '-i', 'sine=frequency=440']
  await runFfmpeg([...source, '-t', '6', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', file])
  clip = new Uint8Array(await readFile(file))
  await rm(place, { recursive: true })
})

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-kill-'))
  tools = await makeHangingTools(join(directory, 'tools'))
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

async function upload(server: RunningServer): Promise<string> {
  const { asset, urls } = await createUpload(server.url, { fileName: 'clip.mp4' })
  const sent = await fetch(urls.put, { method: 'PUT', body: clip })
  expect(sent.status).toBe(200)
  return asset.id
}

/** Resolves with the process once this stage hangs; the encode has begun to write by then. */
async function hangingIn(server: RunningServer, stage: Stage): Promise<number> {
  await expect.poll(() => tools.hanging(stage), DEADLINE).toBeDefined()
  if (stage === 'encode')
    await expect.poll(() => filesUnder(join(server.dataDirectory, 'scratch')), DEADLINE).not.toEqual([])
  return (await tools.hanging(stage)) ?? 0
}

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.jpg')).map((entry) => entry.name)
}

/** The asset became ready once, everything was made once, and nothing of the dead is left. */
async function expectOneGoodEnd(server: RunningServer, assetId: string): Promise<void> {
  const { dataDirectory } = server
  const asset = await waitUntilReady(server.url, assetId)
  const states = () =>
    query(dataDirectory, `select kind || ' ' || state as value from jobs where asset_id = ?`, assetId)
  await expect
    .poll(async () => (await states()).toSorted(), DEADLINE)
    .toEqual(['encode done', 'ingest done', 'poster done', 'sprites done'])
  const events = await query(
    dataDirectory,
    `select type as value from outbox where payload like '%' || ? || '%'`,
    assetId,
  )
  const count = (type: string): number => events.filter((one) => one === type).length
  expect([count('asset.probed'), count('asset.ready'), count('asset.failed')]).toEqual([1, 1, 0])
  await expect.poll(() => readdir(join(dataDirectory, 'scratch')), DEADLINE).toEqual([])
  expect(await processesIn(dataDirectory)).toEqual([])
  await expect.poll(() => processesNaming(tools.directory), DEADLINE).toEqual([])
  const [source] = await readdir(join(dataDirectory, 'blobs', 'sources'))
  const folder = join(dataDirectory, 'blobs', 'sources', source ?? '')
  expect(await readdir(join(folder, 'packages'))).toHaveLength(1)
  expect(await readdir(join(folder, 'posters'))).toHaveLength(1)
  expect(await readdir(join(folder, 'sprites'))).toHaveLength(1)
  const playlist = await fetch(asset.playback?.hls ?? '')
  expect(await playlist.text()).toContain('#EXT-X-STREAM-INF')
}

async function query(dataDirectory: string, sql: string, parameter: string): Promise<string[]> {
  const database = new DatabaseSync(join(dataDirectory, 'reeldock.db'), { readOnly: true })
  try {
    return database
      .prepare(sql)
      .all(parameter)
      .map((row) => String(row['value']))
  } finally {
    database.close()
  }
}

describe('kill -9 of the tool', () => {
  let server: RunningServer
  afterEach(() => server.remove())

  it('in each stage: the stage is repeated, and the asset becomes ready once', async () => {
    server = await startServer({ env: { ...LEASE, ...tools.env } })
    await tools.arm()
    const id = await upload(server)
    process.kill(await hangingIn(server, 'ingest'), 'SIGKILL')
    for (const stage of ['encode', 'poster', 'sprites'] as const)
      process.kill(await hangingIn(server, stage), 'SIGKILL')
    await expectOneGoodEnd(server, id)
  })
})

describe('kill -9 of the server', () => {
  let server: RunningServer
  afterEach(() => server.remove())

  it('in each stage: its tools end with it, and the next one finishes the work once', async () => {
    server = await startServer({ env: { ...LEASE, ...tools.env } })
    await tools.arm()
    const id = await upload(server)
    await hangingIn(server, 'ingest')
    server = await server.crashAndRestart()
    await hangingIn(server, 'encode')
    await hangingIn(server, 'poster')
    await hangingIn(server, 'sprites')
    await server.kill()
    await expect.poll(() => processesNaming(tools.directory), DEADLINE).toEqual([])
    server = await server.crashAndRestart()
    await expectOneGoodEnd(server, id)
  })
})

describe('kill -9 of a worker', () => {
  let server: RunningServer
  let workers: ChildProcess[] = []
  afterEach(async () => {
    for (const worker of workers) await kill(worker)
    workers = []
    await server.remove()
  })

  /** A worker of its own on the server's data. */
  function startWorker(): ChildProcess {
    const { PATH, HOME } = process.env
    const env = { ...SERVER_MEMORY, PATH, HOME, ...LEASE, ...tools.env }
    const own = { REELDOCK_ROLES: 'worker', REELDOCK_DATA_DIR: server.dataDirectory }
    const args = [...SERVER_FLAGS, join(ROOT, 'src', 'main.ts'), 'all']
    const worker = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore', env: { ...env, ...own } })
    workers.push(worker)
    return worker
  }

  async function kill(worker: ChildProcess): Promise<void> {
    if (worker.exitCode !== null || worker.signalCode !== null) return
    const exited = once(worker, 'exit')
    worker.kill('SIGKILL')
    await exited
  }

  it('in each stage: its tools end with it, and another one finishes the work once', async () => {
    server = await startServer({ env: { REELDOCK_ROLES: 'api,upload,console' } })
    await tools.arm()
    const first = startWorker()
    const id = await upload(server)
    await hangingIn(server, 'ingest')
    await kill(first)
    const second = startWorker()
    await hangingIn(server, 'encode')
    await hangingIn(server, 'poster')
    await hangingIn(server, 'sprites')
    // The next one is there already when the one before dies.
    startWorker()
    await kill(second)
    await expectOneGoodEnd(server, id)
  })
})

afterAll(async () => {
  expect(await processesNaming('reeldock-kill-')).toEqual([])
})
