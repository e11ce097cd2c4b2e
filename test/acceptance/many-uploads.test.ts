import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUpload, getJson, type UploadStatus } from './support/client.ts'
import { type RunningServer, startServer } from './support/start-server.ts'

const UPLOADS = 200
const MIB = 1024 * 1024

let server: RunningServer

beforeAll(async () => {
  server = await startServer()
})

afterAll(() => server.remove())

describe('two hundred files of one MiB at once', () => {
  it('are all taken, within 300 MiB of resident memory', async () => {
    const file = randomBytes(MIB)
    const created = await Promise.all(
      Array.from({ length: UPLOADS }, (_, i) => createUpload(server.url, { fileName: `${i}.bin`, sizeBytes: MIB })),
    )
    const answers = await Promise.all(created.map(({ urls }) => fetch(urls.put, { method: 'PUT', body: file })))
    expect(answers.map(({ status }) => status)).toEqual(created.map(() => 200))
    const states = await Promise.all(created.map(({ urls }) => getJson<UploadStatus>(urls.status)))
    expect(new Set(states.map(({ state, receivedBytes }) => `${state} ${receivedBytes}`))).toEqual(
      new Set([`consumed ${MIB}`]),
    )
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    const peakKib = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1])
    expect(peakKib / 1024).toBeLessThan(300)
  })
})
