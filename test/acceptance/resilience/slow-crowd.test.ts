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
const FILES = 2
/** Fifteen hundred durable commits before it begins. */
const SLOW = { timeout: 300_000 }
const KIB_PER_CONNECTION = 128

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

async function sendFiles(file: Buffer): Promise<void> {
  for (let sent = 0; sent < FILES; sent++) {
    const { urls } = await createUpload(server.url, { fileName: 'film.bin', completion: 'explicit' })
    const headers = { 'content-range': `bytes 0-${file.length - 1}/*` }
    const { status } = await sendBytes({ method: 'PUT', url: urls.put, headers, body: file })
    expect(status).toBe(308)
    await fetch(urls.status, { method: 'DELETE' })
  }
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

// How fast the others are is for `npm run bench -- crowd`: here the machine has other things to do.
describe('two thousand clients that send a byte a second', () => {
  it('are all served, hold up nobody else, and cost little memory', SLOW, async () => {
    const file = randomBytes(FILE_BYTES)
    const issued = await issueMany(UPLOADS)
    await sendFiles(file)
    const kibBefore = await residentKib()

    const crowd = await gatherSlowCrowd(issued.map(({ put }) => put))
    onTestFinished(() => crowd.disperse())
    await sendFiles(file)
    const kibEach = ((await residentKib()) - kibBefore) / CONNECTIONS
    // What they sent is taken and stored, too.
    for (const { status } of issued.slice(0, 10)) {
      await expect.poll(async () => (await getJson<UploadStatus>(status)).contiguousBytes).toBeGreaterThan(0)
    }
    expect(crowd.connected()).toBe(CONNECTIONS)
    expect(kibEach).toBeLessThan(KIB_PER_CONNECTION)
  })
})
