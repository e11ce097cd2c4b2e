import { randomBytes } from 'node:crypto'
import { Upload, type UploadOptions } from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createUpload } from '../support/client.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { untilStored } from '../tus/tus-client.ts'
import { type Fault, type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts'
import { seededRandom } from './kill/seeded-random.ts'
import { sendBytes } from './kill/send-bytes.ts'

const MIB = 1024 * 1024
const CHUNK = 512 * 1024
const FAULTS: readonly Fault[] = ['cut', 'lose answer', 'stall', 'slow', 'duplicate', 'reorder']
const BUDGET = 2 * FAULTS.length
/** As many tries as there are faults: the same request may meet every one of them. */
const TRIES = BUDGET + 1

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

async function faultyNetwork(seed: number): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy(server.url, { random: seededRandom(seed), faults: FAULTS, budget: BUDGET })
  onTestFinished(() => proxy.close())
  return proxy
}

const everyFaultTwice = new Map(FAULTS.map((fault) => [fault, 2]))

function sendByTus(endpoint: string, file: Buffer, options: UploadOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    new Upload(file as ConstructorParameters<typeof Upload>[0], {
      endpoint,
      headers: { authorization: `Bearer ${KEYS.apiKey}` },
      chunkSize: CHUNK,
      retryDelays: Array.from({ length: TRIES }, () => 20),
      onSuccess: () => resolve(),
      onError: reject,
      ...options,
    }).start()
  })
}

/** A client as they are written for this protocol: after anything unexpected it asks and goes on from there. */
async function sendByContentRange(put: string, file: Buffer): Promise<void> {
  for (let offset = 0, triesLeft = TRIES * 2; ; triesLeft--) {
    if (triesLeft === 0) throw new Error(`given up at ${offset}`)
    try {
      while (offset < file.length) {
        const body = file.subarray(offset, offset + CHUNK)
        const headers = { 'content-range': `bytes ${offset}-${offset + body.length - 1}/${file.length}` }
        const { status } = await sendBytes({ method: 'PUT', url: put, headers, body })
        if (status === 200) return
        if (status !== 308) throw new Error(`answered ${status}`)
        offset += body.length
      }
    } catch {
      const headers = { 'content-range': `bytes */${file.length}` }
      const asked = await sendBytes({ method: 'PUT', url: put, headers, body: Buffer.alloc(0) })
      if (asked.status === 200) return
      expect(asked.status).toBe(308)
      offset = Number(/^bytes=0-(\d+)$/.exec(asked.headers['range'] ?? 'bytes=0--1')?.[1] ?? -1) + 1
    }
  }
}

describe('through a network that cuts, stalls, slows, repeats and reorders requests', () => {
  it('tus-js-client gets its file across', async () => {
    const proxy = await faultyNetwork(1)
    const file = randomBytes(16 * MIB + 11)
    await sendByTus(`${proxy.url}/tus`, file)
    expect(proxy.faults).toEqual(everyFaultTwice)
    await untilStored(server, file)
  })

  it('tus-js-client gets its file across in four parallel pieces', async () => {
    const proxy = await faultyNetwork(2)
    const file = randomBytes(16 * MIB + 13)
    await sendByTus(`${proxy.url}/tus`, file, { parallelUploads: 4 })
    expect(proxy.faults).toEqual(everyFaultTwice)
    await untilStored(server, file)
  })

  it('a Content-Range client gets its file across', async () => {
    const proxy = await faultyNetwork(3)
    const file = randomBytes(16 * MIB + 17)
    const { urls } = await createUpload(proxy.url, { fileName: 'film.bin', sizeBytes: file.length })
    await sendByContentRange(urls.put, file)
    expect(proxy.faults).toEqual(everyFaultTwice)
    await untilStored(server, file)
  })

  it('parallel chunks arrive in any order', async () => {
    const proxy = await faultyNetwork(4)
    const file = randomBytes(16 * MIB + 19)
    const { urls } = await createUpload(proxy.url, { fileName: 'film.bin', sizeBytes: file.length })
    const left = seededRandom(5).shuffled(Array.from({ length: Math.ceil(file.length / CHUNK) }, (_, i) => i * CHUNK))
    const put = async (start: number): Promise<boolean> => {
      const body = file.subarray(start, start + CHUNK)
      const headers = { 'content-range': `bytes ${start}-${start + body.length - 1}/${file.length}` }
      const answer = await sendBytes({ method: 'PUT', url: urls.put, headers, body }).catch(() => undefined)
      return answer?.status === 308 || answer?.status === 200
    }
    const sendAll = async (): Promise<void> => {
      for (let start = left.pop(), tries = TRIES; start !== undefined; start = left.pop(), tries = TRIES) {
        while (!(await put(start))) if (--tries === 0) throw new Error(`given up on the chunk at ${start}`)
      }
    }
    await Promise.all(Array.from({ length: 4 }, sendAll))
    expect(proxy.faults).toEqual(everyFaultTwice)
    await untilStored(server, file)
  })
})
