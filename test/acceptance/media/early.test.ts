import type { ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkPackage } from '../../support/hls-check/check-package.ts'
import { runFfmpeg } from '../../support/media/make-media.ts'
import { testFfmpeg } from '../../support/media/tools.ts'
import { createUpload, waitForAsset, waitUntilReady } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { killWorker, startWorkerOn } from '../support/workers.ts'

const DEADLINE = { timeout: 60_000, interval: 50 }
/** Films of two segments play early; those of the longer one have the rest made in pieces. */
const [SHORT_SECONDS, LONG_SECONDS] = [6, 8]
const ENV = {
  REELDOCK_JOB_LEASE_SECONDS: '5',
  REELDOCK_EARLY_SECONDS: String(SHORT_SECONDS),
  REELDOCK_SPLIT_SECONDS: String(LONG_SECONDS),
}

let server: RunningServer
let directory: string
const workers: ChildProcess[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-early-'))
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

/** An encoder that never gets to its second size: it says so by a file, and waits. */
async function encoderOfOneSize(): Promise<Readonly<{ path: string; isWaiting: () => Promise<boolean> }>> {
  const { ffmpegPath } = await testFfmpeg()
  const [path, waiting] = [join(directory, 'ffmpeg'), join(directory, 'waiting')]
  const script = `case "$*" in *name:360p-*) touch '${waiting}'; exec tail -f '${waiting}' ;; esac`
  await writeFile(path, `#!/bin/sh\n${script}\nexec '${ffmpegPath}' "$@"\n`)
  await chmod(path, 0o755)
  const isWaiting = () => stat(waiting).then(Boolean, () => false)
  return { path, isWaiting }
}

async function upload(seconds: number, own: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const film = join(directory, `${seconds}.mp4`)
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30000/1001', '-f', 'lavfi', '-i', 'sine']
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-c:a', 'aac']
  await runFfmpeg([...source, '-t', String(seconds), ...codecs, film])
  const { asset, urls } = await createUpload(server.url, { fileName: 'film.mp4', ...own })
  const sent = await fetch(urls.put, { method: 'PUT', body: new Uint8Array(await readFile(film)) })
  expect(sent.status).toBe(200)
  return asset.id
}

/** How many sizes can be played; every segment of theirs was decoded, and they are cut at the same pictures. */
async function expectGoodPackage(hls: string, seconds: number): Promise<number> {
  const load = async (url: string): Promise<Buffer> => {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${response.status} for ${url}`)
    return Buffer.from(await response.arrayBuffer())
  }
  const { problems, variants } = await checkPackage(hls, load, { seconds, toleranceSeconds: 0.1 })
  expect(problems).toEqual([])
  return variants.length
}

/** What was told about the asset, in order. */
function eventsOf(assetId: string): string[] {
  const database = new DatabaseSync(join(server.dataDirectory, 'reeldock.db'), { readOnly: true })
  try {
    const sql = `select type from outbox where type in ('asset.playable', 'asset.ready', 'asset.failed')
      and payload like '%' || ? || '%' order by id`
    return database
      .prepare(sql)
      .all(assetId)
      .map(({ type }) => String(type))
  } finally {
    database.close()
  }
}

it('plays in its smallest size while it is processed, and outlives the worker that was to make the others', async () => {
  const encoder = await encoderOfOneSize()
  const doomed = startWorker({ FFMPEG_PATH: encoder.path, FFPROBE_PATH: (await testFfmpeg()).ffprobePath })
  const id = await upload(LONG_SECONDS)
  const early = await waitForAsset(server.url, id, ({ playback }) => playback !== null)
  expect(early).toMatchObject({ state: 'processing', isPlayable: true, renditions: [{ name: '240p' }] })
  expect(await expectGoodPackage(early.playback?.hls ?? '', LONG_SECONDS)).toBe(1)
  await expect.poll(encoder.isWaiting, DEADLINE).toBe(true)
  expect(eventsOf(id)).toEqual(['asset.playable'])
  await killWorker(doomed)

  startWorker()
  const { playback } = await waitUntilReady(server.url, id)
  expect(await expectGoodPackage(playback?.hls ?? '', LONG_SECONDS)).toBe(2)
  // The address of before plays on, by now in both sizes.
  expect((await (await fetch(early.playback?.hls ?? '')).text()).match(/#EXT-X-STREAM-INF/g)).toHaveLength(2)
  expect(eventsOf(id)).toEqual(['asset.playable', 'asset.ready'])
  const [source] = await readdir(join(server.dataDirectory, 'blobs', 'sources'))
  const packages = join(server.dataDirectory, 'blobs', 'sources', source ?? '', 'packages')
  const [only, ...others] = await readdir(packages)
  expect(others).toEqual([])
  expect(await readdir(join(packages, only ?? ''))).toHaveLength(3)
})

it('has its other sizes made in one run when it is not that long, encrypted with the same keys', async () => {
  const id = await upload(SHORT_SECONDS, { encrypt: true })
  const { playback, renditions } = await waitUntilReady(server.url, id)
  expect(renditions.map(({ name }) => name)).toEqual(['360p', '240p'])
  expect(await expectGoodPackage(playback?.hls ?? '', SHORT_SECONDS)).toBe(2)
  expect(eventsOf(id)).toEqual(['asset.playable', 'asset.ready'])
})
