import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type CreatedUpload, createUpload, getJson, type UploadStatus } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { sendBytes } from './kill/send-bytes.ts'
import { gatherSlowCrowd } from './slow-crowd.ts'

const MIB = 1024 * 1024
/** With the one in three that adds another: 2 000 connections. */
const UPLOADS = 1_500
const CONNECTIONS = 2_000
const ISSUING_AT_ONCE = 50
const FILE_BYTES = 48 * MIB
const BASELINE_MS = 3_000
/** Long enough for the server to have committed what each of the crowd sent: it does so every five seconds. */
const AMONG_MS = 6_000
const KIB_PER_CONNECTION = 128

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

/** Bytes per second of the fastest upload in that time: what else the machine has to do only makes them slower. */
async function bestRate(file: Buffer, forMs: number): Promise<number> {
  let best = 0
  for (const untilMs = Date.now() + forMs; Date.now() < untilMs; ) {
    const { urls } = await createUpload(server.url, { fileName: 'film.bin', completion: 'explicit' })
    const startedAt = performance.now()
    const headers = { 'content-range': `bytes 0-${file.length - 1}/*` }
    const { status } = await sendBytes({ method: 'PUT', url: urls.put, headers, body: file })
    expect(status).toBe(308)
    best = Math.max(best, file.length / ((performance.now() - startedAt) / 1000))
    await fetch(urls.status, { method: 'DELETE' })
  }
  return best
}

async function residentKib(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])
}

async function issueMany(count: number): Promise<readonly CreatedUpload['urls'][]> {
  const issued: CreatedUpload['urls'][] = []
  while (issued.length < count) {
    const batch = Array.from({ length: Math.min(ISSUING_AT_ONCE, count - issued.length) }, () =>
      createUpload(server.url, { fileName: 'slow.bin' }),
    )
    issued.push(...(await Promise.all(batch)).map(({ urls }) => urls))
  }
  return issued
}

describe('two thousand clients that send a byte a second', () => {
  it('leave others at least half their speed, and cost little memory', async () => {
    const file = randomBytes(FILE_BYTES)
    const issued = await issueMany(UPLOADS)
    const before = await bestRate(file, BASELINE_MS)
    const kibBefore = await residentKib()

    const crowd = await gatherSlowCrowd(issued.map(({ put }) => put))
    onTestFinished(() => crowd.disperse())
    const among = await bestRate(file, AMONG_MS)
    const kibEach = ((await residentKib()) - kibBefore) / CONNECTIONS
    expect(crowd.connected()).toBe(CONNECTIONS)
    // What they sent has been taken and stored, too.
    for (const { status } of issued.slice(0, 10)) {
      await expect
        .poll(async () => (await getJson<UploadStatus>(status)).contiguousBytes, { timeout: 20_000 })
        .toBeGreaterThan(0)
    }
    await crowd.disperse()
    const after = await bestRate(file, BASELINE_MS)

    const alone = Math.min(before, after)
    const figures = [before, among, after].map((rate) => `${(rate / MIB).toFixed()} MiB/s`).join(', ')
    expect(among / alone, `before, among them, and after: ${figures}`).toBeGreaterThan(0.5)
    expect(kibEach).toBeLessThan(KIB_PER_CONNECTION)
  })
})
