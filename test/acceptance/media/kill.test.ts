import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runFfmpeg } from '../../support/media/make-media.ts'
import { processesNaming } from '../../support/media/processes.ts'
import { createUpload, getJson, waitUntilReady } from '../support/client.ts'
import { processesIn } from '../support/processes-in.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { killWorker, startWorkerOn } from '../support/workers.ts'
import { type HangingTools, makeHangingTools, type Stage } from './hanging-tools.ts'

/** Short, so that nobody has to wait long for the dead. */
const LEASE = { REELDOCK_JOB_LEASE_SECONDS: '5' }
const DEADLINE = { timeout: 60_000, interval: 50 }
/** What is done with a file once it was looked at. */
const SIDE_BY_SIDE = ['encode', 'poster', 'subtitles'] as const
/** What is made once a film plays. */
const BEHIND = ['sprites', 'downloads'] as const

let clip: Uint8Array<ArrayBuffer>
let directory: string
let tools: HangingTools

beforeAll(async () => {
  const place = await mkdtemp(join(tmpdir(), 'reeldock-clip-'))
  const file = join(place, 'clip.mp4')
  const text = join(place, 'text.srt')
  await writeFile(text, '1\n00:00:01,000 --> 00:00:02,000\nHello\n')
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10', '-f', 'lavfi', '-i', 'sine=frequency=440']
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-c:s', 'mov_text']
  await runFfmpeg([...source, '-i', text, '-t', '6', ...codecs, '-metadata:s:s:0', 'language=kor', file])
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

/** With every stage there is: it has a text inside, and a file to download is asked for. */
async function upload(server: RunningServer): Promise<string> {
  const { asset, urls } = await createUpload(server.url, { fileName: 'clip.mp4', profile: 'download' })
  const sent = await fetch(urls.put, { method: 'PUT', body: clip })
  expect(sent.status).toBe(200)
  return asset.id
}

/** Uploads a clip; resolves once all is done but what is made of a film that plays, which hangs. */
async function uploadUntilItPlays(server: RunningServer): Promise<string> {
  await tools.arm(...BEHIND)
  const id = await upload(server)
  for (const stage of BEHIND) await hangingIn(server, stage)
  const others = STAGES_DONE.filter((stage) => BEHIND.every((behind) => !stage.startsWith(behind)))
  await expect.poll(() => stages(server, id), DEADLINE).toEqual(expect.arrayContaining(others))
  return id
}

const STAGES_DONE = ['ingest', 'encode', 'poster', 'sprites', 'subtitles', 'downloads'].map((kind) => `${kind} done`)

async function stages({ dataDirectory }: RunningServer, assetId: string): Promise<string[]> {
  return query(dataDirectory, `select kind || ' ' || state as value from jobs where asset_id = ?`, assetId)
}

/** Resolves with the process once this stage hangs; the encode has begun to write by then. */
async function hangingIn(server: RunningServer, stage: Stage): Promise<number> {
  await expect.poll(() => tools.hanging(stage), DEADLINE).toBeDefined()
  if (stage === 'encode')
    await expect.poll(() => encodedFiles(join(server.dataDirectory, 'scratch')), DEADLINE).not.toEqual([])
  return (await tools.hanging(stage)) ?? 0
}

async function encodedFiles(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true }).catch(() => [])
  return names.filter((name) => /\.(mp4|m4s|m3u8)$/.test(name))
}

/** The asset became ready once, everything was made once, and nothing of the dead is left. */
async function expectOneGoodEnd(server: RunningServer, assetId: string): Promise<void> {
  const { dataDirectory } = server
  await waitUntilReady(server.url, assetId)
  await expect.poll(async () => (await stages(server, assetId)).toSorted(), DEADLINE).toEqual(STAGES_DONE.toSorted())
  const events = await query(
    dataDirectory,
    `select type as value from outbox where payload like '%' || ? || '%'`,
    assetId,
  )
  const count = (type: string): number => events.filter((one) => one === type).length
  expect([count('asset.probed'), count('asset.ready'), count('asset.failed')]).toEqual([1, 1, 0])
  const [source = ''] = await query(dataDirectory, 'select id as value from sources where asset_id = ?', assetId)
  const folder = join(dataDirectory, 'blobs', 'sources', source)
  for (const made of ['packages', 'posters', 'sprites', 'downloads']) {
    expect(await readdir(join(folder, made)), made).toHaveLength(1)
  }
  const { items } = await getJson<{ items: unknown[] }>(`${server.url}/v1/assets/${assetId}/subtitles`)
  expect(items).toMatchObject([{ language: 'ko' }])
  type Seen = { playback: { hls: string; downloads: { url: string }[] } }
  const { playback } = await getJson<Seen>(`${server.url}/v1/assets/${assetId}`)
  expect(await (await fetch(playback.hls)).text()).toContain('#EXT-X-STREAM-INF')
  expect(playback.downloads).toHaveLength(1)
  expect((await fetch(playback.downloads[0]?.url ?? '')).status).toBe(200)
}

async function expectNothingLeft({ dataDirectory }: RunningServer): Promise<void> {
  await expect.poll(() => readdir(join(dataDirectory, 'scratch')), DEADLINE).toEqual([])
  expect(await processesIn(dataDirectory)).toEqual([])
  await expect.poll(() => processesNaming(tools.directory), DEADLINE).toEqual([])
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
    const first = await uploadUntilItPlays(server)
    for (const stage of BEHIND) process.kill(await hangingIn(server, stage), 'SIGKILL')
    await tools.arm()
    const second = await upload(server)
    process.kill(await hangingIn(server, 'ingest'), 'SIGKILL')
    for (const stage of SIDE_BY_SIDE) process.kill(await hangingIn(server, stage), 'SIGKILL')
    for (const id of [first, second]) await expectOneGoodEnd(server, id)
    await expectNothingLeft(server)
  })
})

describe('kill -9 of the server', () => {
  let server: RunningServer
  afterEach(() => server.remove())

  it('in each stage: its tools end with it, and the next one finishes the work once', async () => {
    server = await startServer({ env: { ...LEASE, ...tools.env } })
    const first = await uploadUntilItPlays(server)
    await tools.arm()
    const second = await upload(server)
    await hangingIn(server, 'ingest')
    server = await server.crashAndRestart()
    for (const stage of SIDE_BY_SIDE) await hangingIn(server, stage)
    await server.kill()
    await expect.poll(() => processesNaming(tools.directory), DEADLINE).toEqual([])
    server = await server.crashAndRestart()
    for (const id of [first, second]) await expectOneGoodEnd(server, id)
    await expectNothingLeft(server)
  })
})

describe('kill -9 of a worker', () => {
  let server: RunningServer
  let workers: ChildProcess[] = []
  afterEach(async () => {
    for (const worker of workers) await killWorker(worker)
    workers = []
    await server.remove()
  })

  function startWorker(): ChildProcess {
    const worker = startWorkerOn(server.dataDirectory, { ...LEASE, ...tools.env })
    workers.push(worker)
    return worker
  }

  it('in each stage: its tools end with it, and another one finishes the work once', async () => {
    server = await startServer({ env: { REELDOCK_ROLES: 'api,upload,console' } })
    const early = startWorker()
    const first = await uploadUntilItPlays(server)
    await tools.arm()
    const second = await upload(server)
    await hangingIn(server, 'ingest')
    await killWorker(early)
    const late = startWorker()
    for (const stage of SIDE_BY_SIDE) await hangingIn(server, stage)
    // The next one is there already when the one before dies.
    startWorker()
    await killWorker(late)
    for (const id of [first, second]) await expectOneGoodEnd(server, id)
    await expectNothingLeft(server)
  })
})

afterAll(async () => {
  expect(await processesNaming('reeldock-kill-')).toEqual([])
})
