import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkPackage } from '../../support/hls-check/check-package.ts'
import { runFfmpeg } from '../../support/media/make-media.ts'
import { CHROMIUM, launchBrowser } from '../support/browser.ts'
import { createUpload, getJson, waitUntilReady } from '../support/client.ts'
import { processesIn } from '../support/processes-in.ts'
import { playWithShaka } from '../support/shaka-player.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { killWorker, startWorkerOn } from '../support/workers.ts'
import { makeHangingJoin } from './hanging-join.ts'
import { makeHangingTools } from './hanging-tools.ts'

const DEADLINE = { timeout: 60_000, interval: 50 }
/** Two pieces of two segments of a broken rate, and the sound. */
const SECONDS = 16
const ENV = { REELDOCK_JOB_LEASE_SECONDS: '5', REELDOCK_SPLIT_SECONDS: '16' }

let server: RunningServer
let directory: string
const workers: ChildProcess[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-long-'))
  server = await startServer({ env: { REELDOCK_ROLES: 'api,upload,console' } })
})

afterAll(async () => {
  for (const worker of workers) await killWorker(worker)
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

function startWorker(env: Readonly<Record<string, string>> = {}): ChildProcess {
  const worker = startWorkerOn(server.dataDirectory, { ...ENV, ...env })
  workers.push(worker)
  return worker
}

function query(sql: string): string[] {
  const database = new DatabaseSync(join(server.dataDirectory, 'reeldock.db'), { readOnly: true })
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => String(row['value']))
  } finally {
    database.close()
  }
}

/** What lies in the film's package, relative to it. */
async function packageFiles(): Promise<string[]> {
  const root = join(server.dataDirectory, 'blobs', 'sources')
  const files = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return paths.flatMap((path) => /\/packages\/[^/]+\/(.*)/.exec(path)?.slice(1) ?? [])
}

const holders = (): string[] =>
  query(`select worker_id as value from jobs where kind = 'piece' and state = 'running' and worker_id is not null`)

it('is encoded by two workers at once, outlives both and the server, and plays as if it had been encoded in one piece', async () => {
  const film = join(directory, 'film.mp4')
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30000/1001', '-f', 'lavfi', '-i', 'sine']
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '300', '-bf', '2', '-c:a', 'aac']
  await runFfmpeg([...source, '-t', String(SECONDS), ...codecs, film])

  // The first one never ends the first piece it takes; its other tools work.
  const tools = await makeHangingTools(join(directory, 'tools'))
  await tools.arm('encode')
  const doomed = startWorker(tools.env)
  const { asset, urls } = await createUpload(server.url, { fileName: 'film.mp4' })
  const sent = await fetch(urls.put, { method: 'PUT', body: new Uint8Array(await readFile(film)) })
  expect(sent.status).toBe(200)
  await expect.poll(() => tools.hanging('encode'), DEADLINE).toBeDefined()
  // And whichever of the others joins the pieces first never ends that.
  const joining = makeHangingJoin(join(directory, 'join'))
  startWorker(joining.env)
  await expect.poll(() => new Set(holders()).size, DEADLINE).toBe(2)
  await killWorker(doomed)
  startWorker(joining.env)
  await expect.poll(() => joining.hanging(), DEADLINE).toBeDefined()
  await expect.poll(packageFiles, DEADLINE).toContain('180p/index.m3u8')
  const half = await joining.hanging()
  await Promise.all([
    ...workers.filter(({ pid }) => pid === half).map(killWorker),
    server.crashAndRestart().then((restarted) => {
      server = restarted
    }),
  ])

  const { playback, durationMs } = await waitUntilReady(server.url, asset.id)
  expect(query(`select kind || ' ' || state as value from jobs where kind in ('encode', 'piece')`).toSorted()).toEqual([
    'encode done',
    ...Array.from({ length: 3 }, () => 'piece done'),
  ])
  expect(query(`select type as value from outbox where type in ('asset.ready', 'asset.failed')`)).toEqual([
    'asset.ready',
  ])
  const loaded = new Set<string>()
  const load = async (url: string): Promise<Buffer> => {
    loaded.add(new URL(url).pathname.split('/').slice(-2).join('/'))
    return Buffer.from(await (await fetch(url)).arrayBuffer())
  }
  const expected = { seconds: SECONDS, toleranceSeconds: 0.1 }
  const { problems, segments } = await checkPackage(playback?.hls ?? '', load, expected)
  expect(problems).toEqual([])
  // Pictures of one size, and their sound.
  expect(segments).toBeGreaterThanOrEqual(8)
  expect(Math.abs((durationMs ?? 0) - SECONDS * 1000)).toBeLessThan(100)

  // Its DASH manifest lists the segments, for their names follow no pattern.
  if (CHROMIUM !== undefined) {
    const { dash } = (await getJson<{ playback: { dash: string } }>(`${server.url}/v1/assets/${asset.id}`)).playback
    const browser = await launchBrowser()
    const seen = playWithShaka(browser, dash, { seconds: 13, rate: 8 }).finally(() => browser.close())
    expect(await seen).toMatchObject({ heights: [180] })
  }

  // Nothing lies about that nobody plays, and nothing goes on.
  const stored = await packageFiles()
  expect(stored.filter((file) => !loaded.has(file))).toEqual([])
  await expect.poll(() => query('select source_id as value from splits'), DEADLINE).toEqual([])
  await expect.poll(() => readdir(join(server.dataDirectory, 'scratch')), DEADLINE).toEqual([])
  await expect.poll(() => processesIn(server.dataDirectory), DEADLINE).toEqual([])
})
