import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makePhoneClip } from '../../support/media/make-media.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'

const MIB = 1024 * 1024
const CHUNK = 5 * MIB
const CHUNKS = 40
const AT_ONCE = 6
const { partnerId, adminSecret } = KEYS.kaltura

type Json = Readonly<Record<string, unknown>>

let server: RunningServer
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-parallel-'))
  const env = { REELDOCK_KALTURA_FINAL_CHUNK_WAIT_SECONDS: '120', REELDOCK_WEBHOOK_ALLOW: '127.0.0.1' }
  server = await startServer({ env })
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

async function value(action: string, parameters: Json): Promise<unknown> {
  const [service, name] = action.split('.')
  const response = await fetch(`${server.url}/api_v3/service/${service}/action/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format: 1, ...parameters }),
  })
  return response.json()
}
const call = async (action: string, parameters: Json): Promise<Json> => (await value(action, parameters)) as Json

/** A clip, made 200 MiB long by a box that players skip; each chunk is made when it is asked for. */
async function chunksOf(clipPath: string): Promise<(index: number) => Buffer> {
  const clip = await readFile(clipPath)
  const block = randomBytes(CHUNK)
  return (index) => {
    const bytes = Buffer.from(block)
    for (let i = 0; i < bytes.length; i += 4096) bytes.writeUInt32LE(index * CHUNK + i, i)
    if (index > 0) return bytes
    clip.copy(bytes)
    bytes.writeUInt32BE(CHUNKS * CHUNK - clip.length, clip.length)
    bytes.write('free', clip.length + 4, 'latin1')
    return bytes
  }
}

it('takes 200 MiB in 5 MiB chunks, shuffled, some twice, six at a time, the final one first', async () => {
  const chunk = await chunksOf(await makePhoneClip(directory))
  const ks = await value('session.start', { secret: adminSecret, partnerId, type: 2 })
  const told: string[] = []
  const receiver = await startRemoteServer((request, response) => {
    told.push(request.url ?? '')
    request.resume()
    response.end()
  })
  const tell = (objectType: number, eventType: number, path: string) =>
    call('eventnotification_eventnotificationtemplate.add', {
      ks,
      eventNotificationTemplate: {
        ...{ objectType: 'KalturaHttpNotificationTemplate', name: path, url: `${receiver.url}${path}`, method: 2 },
        ...{ eventObjectType: objectType, eventType, automaticDispatchEnabled: true },
      },
    })
  expect(await tell(33, 3, '/token')).toMatchObject({ id: expect.any(Number) })
  expect(await tell(1, 3, '/entry')).toMatchObject({ id: expect.any(Number) })

  const { id: token } = await call('uploadToken.add', { ks, uploadToken: { fileName: 'long.mp4' } })
  // No flavours are to be made of it: the entry is ready as soon as the file is known to be a film.
  const entry = await call('media.add', { ks, entry: { mediaType: 1, name: 'Long', conversionProfileId: -1 } })
  const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
  expect(await call('media.addContent', { ks, entryId: entry['id'], resource })).toMatchObject({ status: 0 })

  const send = async (index: number, words: Json): Promise<Json> => {
    const form = new FormData()
    const fields = { ks, uploadTokenId: token, format: 1, resumeAt: index * CHUNK, ...words }
    for (const [name, own] of Object.entries(fields)) form.append(name, String(own))
    form.append('fileData', new Blob([new Uint8Array(chunk(index))]), 'blob')
    const response = await fetch(`${server.url}/api_v3/service/uploadtoken/action/upload`, {
      method: 'POST',
      body: form,
    })
    return (await response.json()) as Json
  }
  await send(0, { resume: 0, finalChunk: 0 })
  const final = send(CHUNKS - 1, { resume: 1, finalChunk: 1 })
  const middle = Array.from({ length: CHUNKS - 2 }, (_, i) => i + 1)
  // 7 has no divisor in common with the number of these: every one of them once, far from its neighbours.
  const shuffled = middle.map((_, i) => middle[(i * 7) % middle.length] ?? 0)
  const queue = shuffled.flatMap((index) => (index % 5 === 0 ? [index, index] : [index]))
  const work = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const answer = await send(index, { resume: 1, finalChunk: 0 })
      expect(answer).toMatchObject({ uploadedFileSize: expect.stringMatching(/^\d+$/) })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE - 1 }, work))
  expect(await final).toMatchObject({ status: 3, uploadedFileSize: String(CHUNKS * CHUNK) })

  const status = async () => (await call('media.get', { ks, entryId: entry['id'] }))['status']
  await expect.poll(status, { timeout: 60_000, interval: 100 }).toBe(2)
  const expected = createHash('sha256')
  for (let index = 0; index < CHUNKS; index += 1) expected.update(chunk(index))
  const { dataUrl } = await call('media.get', { ks, entryId: entry['id'] })
  const actual = createHash('sha256')
  for await (const bytes of (await fetch(String(dataUrl))).body ?? []) actual.update(bytes)
  expect(actual.digest('hex')).toBe(expected.digest('hex'))

  expect(await value('media.count', { ks, filter: { statusIn: '-2,-1,0,1,2,7' } })).toBe(1)
  await expect.poll(() => told.toSorted(), { timeout: 30_000 }).toEqual(['/entry', '/token'])
})
