import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type ApiApp, pathOf, someBytes, startApiApp, storedBytes } from './api-app.ts'
import { RawConnection } from './raw-connection.ts'

const MIB = 1024 * 1024

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

async function connection(): Promise<RawConnection> {
  const raw = await RawConnection.open(app.url)
  onTestFinished(() => {
    raw.socket.destroy()
  })
  return raw
}

/** Asks until `isMet`; the test's own time limit is the deadline. */
async function until<T>(ask: () => Promise<T>, isMet: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isMet(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('a connection that breaks off', () => {
  it('keeps what had arrived of a part; the next one continues from the Range of a 308', async () => {
    const bytes = someBytes(5 * MIB)
    const issued = await app.issue({ sizeBytes: bytes.length })
    const broken = await connection()
    broken.head('PUT', pathOf(issued.urls.put), {
      'content-length': bytes.length,
      'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}`,
    })
    broken.write(bytes.subarray(0, 3 * MIB))
    await until(
      () => app.status(issued),
      ({ sentBytes }) => sentBytes === 3 * MIB,
    )
    broken.socket.destroy()
    await until(
      () => app.status(issued),
      ({ receivedBytes }) => receivedBytes === 3 * MIB,
    )

    const asked = await app.call('PUT', issued.urls.put, { headers: { 'content-range': 'bytes */*' } })
    expect(asked.status).toBe(308)
    const next = Number(/^bytes=0-(\d+)$/.exec(asked.headers['range'] ?? '')?.[1]) + 1
    expect(next).toBe(3 * MIB)
    const rest = await app.call('PUT', issued.urls.put, {
      body: bytes.subarray(next),
      headers: { 'content-range': `bytes ${next}-${bytes.length - 1}/${bytes.length}` },
    })
    expect(rest.status).toBe(200)
    expect((await storedBytes(app, issued.id)).equals(bytes)).toBe(true)
  })

  it('keeps nothing of a part with a digest, which nobody could verify', async () => {
    const issued = await app.issue()
    const broken = await connection()
    broken.head('PUT', pathOf(issued.urls.put), {
      'content-length': 1_000,
      'content-range': 'bytes 0-999/2000',
      'content-md5': Buffer.alloc(16).toString('base64'),
    })
    broken.write(someBytes(500))
    await until(
      () => app.status(issued),
      ({ sentBytes }) => sentBytes === 500,
    )
    broken.socket.destroy()
    const after = await until(
      () => app.status(issued),
      ({ sentBytes }) => sentBytes === 0,
    )
    expect(after.receivedBytes).toBe(0)
  })

  it('gives way to a newer request for the same bytes', async () => {
    const bytes = someBytes(MIB)
    const issued = await app.issue({ sizeBytes: bytes.length })
    const stalled = await connection()
    stalled.head('PUT', pathOf(issued.urls.put), { 'content-length': bytes.length })
    stalled.write(bytes.subarray(0, MIB / 2))
    await until(
      () => app.status(issued),
      ({ sentBytes }) => sentBytes === MIB / 2,
    )
    expect((await app.call('PUT', issued.urls.put, { body: bytes })).status).toBe(200)
    const told = await stalled.answer()
    expect(told.status).toBe(409)
    expect(JSON.parse(told.body)).toMatchObject({ code: 'superseded' })
    expect((await storedBytes(app, issued.id)).equals(bytes)).toBe(true)
  })
})

describe('an answer that comes before the end of the body', () => {
  type Refusal = Readonly<{
    method?: string
    path: (put: string) => string
    headers: () => Record<string, string>
    status: number
  }>
  const asItIs = (put: string): string => put
  const json = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })
  const refusals: [string, Refusal][] = [
    ['for a bad token', { path: (put) => put.replace(/rdu_.*/, 'rdu_bad'), headers: () => ({}), status: 404 }],
    ['for a missing token', { path: (put) => put.replace(/\?.*/, ''), headers: () => ({}), status: 401 }],
    ['for a malformed range', { path: asItIs, headers: () => ({ 'content-range': 'bytes x' }), status: 400 }],
    ['for a wrong length', { path: asItIs, headers: () => ({ 'content-range': 'bytes 0-9/99' }), status: 400 }],
    [
      'for a document that is too large',
      { method: 'POST', path: () => '/v1/uploads', headers: () => json(app.keys.apiKey), status: 413 },
    ],
    [
      'for a document from nobody',
      { method: 'POST', path: () => '/v1/uploads', headers: () => json('rd_nobody'), status: 401 },
    ],
  ]
  it.each(refusals)('%s is seen by a client that goes on sending', async (_what, refusal) => {
    const { urls } = await app.issue()
    const raw = await connection()
    const headers = { 'content-length': 8 * MIB, ...refusal.headers() }
    raw.head(refusal.method ?? 'PUT', refusal.path(pathOf(urls.put)), headers)
    const { status } = refusal
    const chunk = Buffer.alloc(64 * 1024)
    for (let sent = 0; sent < 8 * MIB; sent += chunk.length) {
      if (!raw.socket.write(chunk)) await once(raw.socket, 'drain')
    }
    const answer = await raw.answer()
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({ status })
  })

  it('does not let a client send for ever', async () => {
    const { urls } = await app.issue({ maxSizeBytes: 10 * MIB })
    const accepted = once(app.server.server, 'connection') as Promise<[Socket]>
    const raw = await connection()
    const [serverSide] = await accepted
    raw.head('PUT', pathOf(urls.put), { 'transfer-encoding': 'chunked' })
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000), Buffer.from('\r\n')])
    const closed = once(raw.socket, 'close').catch(() => undefined)
    while (!raw.socket.destroyed && raw.socket.writable) {
      if (!raw.socket.write(chunk)) await Promise.race([once(raw.socket, 'drain').catch(() => undefined), closed])
    }
    const answer = await raw.answer()
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'too_large' })
    // How much came until then depends on buffers and on how long the refusal took; that it ends is what counts.
    await expect.poll(() => serverSide.destroyed).toBe(true)
    expect(serverSide.bytesRead).toBeGreaterThan(10 * MIB)
  })

  it('ends a connection whose client sends no more, soon after', async () => {
    const raw = await connection()
    raw.head('PUT', '/v1/uploads/upl_x/content?token=rdu_bad', { 'content-length': 1_000 })
    raw.write('only this')
    const answer = await raw.answer()
    expect(answer).toMatchObject({ status: 404, headers: { connection: 'close' } })
    await raw.ended()
  })

  it('leaves the connection open when the body was read to its end', async () => {
    const { urls } = await app.issue({ sizeBytes: 5 })
    const raw = await connection()
    const put = pathOf(urls.put)
    raw.head('PUT', put, { 'content-length': 4, 'content-range': 'bytes 0-3/5' })
    raw.write('1234')
    expect((await raw.answer()).status).toBe(308)
    raw.head('PUT', put, { 'content-length': 0, 'content-range': 'bytes */5' })
    expect((await raw.answer()).headers['range']).toBe('bytes=0-3')
    raw.head('PUT', put, { 'content-length': 1, 'content-range': 'bytes 4-4/5' })
    raw.write('5')
    expect((await raw.answer()).status).toBe(200)
    raw.head('PUT', put, { 'content-length': 0, 'content-range': 'bytes */5' })
    expect((await raw.answer()).status).toBe(200)
  })
})

describe('chunked encoding', () => {
  const chunks = (...parts: string[]): string =>
    `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`

  it('carries a whole file of unknown size', async () => {
    const issued = await app.issue()
    const raw = await connection()
    raw.head('PUT', pathOf(issued.urls.put), { 'transfer-encoding': 'chunked' })
    raw.write(chunks('hello ', 'world'))
    expect((await raw.answer()).status).toBe(200)
    expect((await storedBytes(app, issued.id)).toString()).toBe('hello world')
  })

  it('carries a part that is as long as its Content-Range says', async () => {
    const issued = await app.issue()
    const raw = await connection()
    raw.head('PUT', pathOf(issued.urls.put), { 'transfer-encoding': 'chunked', 'content-range': 'bytes 0-4/11' })
    raw.write(chunks('hel', 'lo'))
    expect((await raw.answer()).headers['range']).toBe('bytes=0-4')
  })

  it.each([
    ['longer', chunks('hello', ' world')],
    ['shorter', chunks('hel')],
  ])('refuses a part that is %s than its Content-Range says', async (_what, body) => {
    const issued = await app.issue()
    const raw = await connection()
    raw.head('PUT', pathOf(issued.urls.put), { 'transfer-encoding': 'chunked', 'content-range': 'bytes 0-4/11' })
    raw.write(body)
    const answer = await raw.answer()
    expect(answer.status).toBe(409)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'length_mismatch' })
    expect((await app.status(issued)).receivedBytes).toBeLessThanOrEqual(5)
  })

  it('keeps what had arrived of a part when the connection breaks off', async () => {
    const issued = await app.issue()
    const raw = await connection()
    raw.head('PUT', pathOf(issued.urls.put), { 'transfer-encoding': 'chunked', 'content-range': 'bytes 0-999/2000' })
    raw.write('5\r\nhello\r\n')
    await until(
      () => app.status(issued),
      ({ sentBytes }) => sentBytes === 5,
    )
    raw.socket.destroy()
    await until(
      () => app.status(issued),
      ({ receivedBytes }) => receivedBytes === 5,
    )
  })
})

describe('parts in parallel over real connections', () => {
  it('make the same file, whatever their order', async () => {
    const bytes = someBytes(4 * MIB + 123)
    const issued = await app.issue({ sizeBytes: bytes.length })
    const size = 512 * 1024 + 7
    const starts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => index * size)
    const shuffled = [...starts.filter((_, index) => index % 2 === 1), ...starts.filter((_, index) => index % 2 === 0)]
    const answers = await Promise.all(
      shuffled.map((start) => {
        const end = Math.min(start + size, bytes.length)
        return fetch(issued.urls.put, {
          method: 'PUT',
          body: new Uint8Array(bytes.subarray(start, end)),
          headers: { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` },
        }).then(({ status }) => status)
      }),
    )
    expect(answers.every((status) => status === 200 || status === 308)).toBe(true)
    expect(answers).toContain(200)
    expect((await storedBytes(app, issued.id)).equals(bytes)).toBe(true)
  })
})

describe('draining', () => {
  it('ends running requests at a durable offset, with an answer that says to come again', async () => {
    const issued = await app.issue({ sizeBytes: 1_000 })
    const raw = await connection()
    raw.head('PUT', pathOf(issued.urls.put), { 'content-length': 1_000 })
    raw.write(someBytes(400))
    await until(
      () => app.status(issued),
      ({ sentBytes }) => sentBytes === 400,
    )
    await app.services.uploads.stopAll()
    const answer = await raw.answer()
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'unavailable' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(await app.status(issued)).toMatchObject({ receivedBytes: 400, state: 'receiving' })
  })
})
