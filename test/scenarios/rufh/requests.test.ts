import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { RawConnection, type RawResponse, requestHead } from '../tus/raw-http.ts'
import { PARTIAL_UPLOAD, pathOf, type RufhApp, startRufhApp } from './rufh-app.ts'

const STEP_BYTES = 1_000_000

let app: RufhApp
let clock: ManualClock
beforeAll(async () => {
  clock = new ManualClock()
  app = await startRufhApp({ clock, limits: { syncStepBytes: STEP_BYTES, bufferBytes: 1_000_000 } })
})
afterAll(() => app.close())

const UNKNOWN = `/rufh/rdu_${'A'.repeat(43)}`
const problem = (response: RawResponse) => JSON.parse(response.body) as Record<string, unknown>
const IANA = 'https://iana.org/assignments/http-problem-types#'

async function untilSent(path: string, bytes: number): Promise<void> {
  await expect.poll(async () => app.services.uploads.live(await app.upload(path)).sentBytes).toBe(bytes)
}

/** Begins a request that announces `lengthBytes` and sends the first of them. */
async function start(
  method: string,
  path: string,
  headers: Record<string, string>,
  lengthBytes: number,
  first: Buffer,
) {
  const connection = await RawConnection.open(app.url)
  const all = { 'upload-draft-interop-version': '8', 'content-length': String(lengthBytes), ...headers }
  await connection.write(requestHead({ method, path, headers: all }))
  await connection.write(first)
  return connection
}

const startAppend = (path: string, offset: number, lengthBytes: number, first: Buffer | string) => {
  const headers = { 'content-type': PARTIAL_UPLOAD, 'upload-offset': String(offset), 'upload-complete': '?1' }
  return start('PATCH', path, headers, lengthBytes, Buffer.from(first))
}

describe('an interim response', () => {
  it('tells the address before the first byte is sent, so that a broken creation can go on', async () => {
    const file = randomBytes(300_000)
    const headers = { authorization: `Bearer ${app.keys.apiKey}`, 'upload-complete': '?1' }
    const creating = await start('POST', '/rufh', headers, file.length, Buffer.alloc(0))
    const told = await creating.response()
    expect(told).toMatchObject({ status: 104, headers: { 'upload-draft-interop-version': '8' } })
    const path = pathOf(told)
    await creating.write(file.subarray(0, 100_000))
    await untilSent(path, 100_000)
    creating.destroy()
    const asked = await app.ask(8, path)
    expect(asked.headers).toMatchObject({
      'upload-offset': '100000',
      'upload-complete': '?0',
      'upload-length': '300000',
    })
    const { final } = await app.append(8, path, file.subarray(100_000), { offset: 100_000, isLast: true })
    expect(final).toMatchObject({ status: 200, headers: { 'upload-complete': '?1' } })
    expect(await app.content(path)).toEqual(file)
  })

  it('tells what is stored by now, never less than before, and never more than HEAD tells later', async () => {
    const file = randomBytes(4 * STEP_BYTES)
    const path = await app.begin(8)
    const appending = await startAppend(path, 0, file.length, file.subarray(0, 3.5 * STEP_BYTES))
    const offsets: number[] = []
    while ((offsets.at(-1) ?? 0) < 2 * STEP_BYTES) {
      const { status, headers } = await appending.response()
      expect(status).toBe(104)
      expect(headers).not.toHaveProperty('location')
      expect(headers['upload-draft-interop-version']).toBe('8')
      offsets.push(Number(headers['upload-offset']))
    }
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
    appending.destroy()
    expect(Number((await app.ask(8, path)).headers['upload-offset'])).toBeGreaterThanOrEqual(offsets.at(-1) ?? 0)
  })

  it.each([3, 4] as const)('tells no progress in interop version %s, which knows none', async (version) => {
    const { interim } = await app.post(version, randomBytes(3 * STEP_BYTES), true)
    expect(interim.map(({ headers }) => 'upload-offset' in headers)).toEqual([false])
  })

  it('is not sent to a client of HTTP/1.0', async () => {
    const connection = await RawConnection.open(app.url)
    const lines = [
      'POST /rufh HTTP/1.0',
      `authorization: Bearer ${app.keys.apiKey}`,
      'upload-draft-interop-version: 8',
      'upload-complete: ?1',
      'content-length: 5',
    ]
    await connection.write(`${lines.join('\r\n')}\r\n\r\nhello`)
    expect((await connection.response()).status).toBe(201)
  })

  it('does not replace the 100 that a client waits for', async () => {
    const path = await app.begin(8)
    const headers = {
      'content-type': PARTIAL_UPLOAD,
      'upload-offset': '0',
      'upload-complete': '?1',
      expect: '100-continue',
    }
    const connection = await start('PATCH', path, headers, 5, Buffer.alloc(0))
    expect((await connection.response()).status).toBe(100)
    await connection.write('hello')
    expect((await connection.responses()).final.status).toBe(200)
  })
})

describe('one request at a time', () => {
  it.each([
    ['HEAD', (path: string) => app.ask(8, path)],
    ['GET', async (path: string) => (await app.rufh(8, { method: 'GET', path })).final],
  ])('%s ends one that is still sending, and its offset can be used', async (_, ask) => {
    const path = await app.begin(8)
    const stalled = await startAppend(path, 0, 11, 'hello')
    await untilSent(path, 5)
    expect((await ask(path)).headers['upload-offset']).toBe('5')
    // The client that was replaced is taken to be gone: it gets no final answer.
    await expect(stalled.responses()).rejects.toThrow('the connection ended after ""')
    const { final } = await app.append(8, path, ' world', { offset: 5, isLast: true })
    expect(final.headers).toMatchObject({ 'upload-complete': '?1' })
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it('an append ends one that is still sending the same bytes', async () => {
    const path = await app.begin(8)
    const stalled = await startAppend(path, 0, 11, 'hello')
    await untilSent(path, 5)
    const { final: late } = await app.append(8, path, 'hello world', { offset: 0, isLast: true })
    expect(late).toMatchObject({ status: 409, headers: { 'upload-offset': '5' } })
    await stalled.ended()
    await app.append(8, path, ' world', { offset: 5, isLast: true })
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it('DELETE ends one that is still sending', async () => {
    const path = await app.begin(8)
    const stalled = await startAppend(path, 0, 11, 'hello')
    await untilSent(path, 5)
    expect((await app.rufh(8, { method: 'DELETE', path })).final.status).toBe(204)
    await stalled.ended()
    expect((await app.ask(8, path)).status).toBe(404)
  })

  it('a stalled one is cut off in the end, without an answer that would make its client give up', async () => {
    const path = await app.begin(8)
    const stalled = await startAppend(path, 0, 11, 'hello')
    await untilSent(path, 5)
    await clock.advance(app.services.uploads.limits.idleTimeoutMs + 2_000)
    // Interim ones may come, but no final one.
    await expect(stalled.responses()).rejects.toThrow('the connection ended after ""')
    expect((await app.ask(8, path)).headers['upload-offset']).toBe('5')
  })
})

describe('digests', () => {
  const digest = (algorithm: string, bytes: string) =>
    `${algorithm === 'sha256' ? 'sha-256' : 'sha-512'}=:${createHash(algorithm).update(bytes).digest('base64')}:`

  it.each(['sha256', 'sha512'])('Content-Digest with %s: bytes count only if it fits', async (algorithm) => {
    const path = await app.begin(8)
    const headers = { 'content-digest': digest(algorithm, 'hello') }
    const { final } = await app.append(8, path, 'hellO', { offset: 0, isLast: false, headers })
    expect(final).toMatchObject({ status: 400, headers: { 'upload-offset': '0', 'upload-complete': '?0' } })
    expect(problem(final)).toMatchObject({
      type: `${IANA}digest-mismatching-values`,
      'mismatching-digests': [
        {
          header: 'Content-Digest',
          algorithm: algorithm.replace('sha', 'sha-'),
          'provided-digest': headers['content-digest'].split('=').slice(1).join('='),
        },
      ],
    })
    expect((await app.append(8, path, 'hello', { offset: 0, isLast: true, headers })).final.status).toBe(200)
  })

  it('Content-Digest may come behind the body', async () => {
    const path = await app.begin(8)
    const send = (chunks: string[]) =>
      app.rufh(8, {
        method: 'PATCH',
        path,
        headers: {
          'content-type': PARTIAL_UPLOAD,
          'upload-offset': '0',
          'upload-complete': '?1',
          trailer: 'Content-Digest',
        },
        chunks,
        trailers: { 'content-digest': digest('sha256', 'hello') },
      })
    expect((await send(['hel', 'lO'])).final.status).toBe(400)
    expect((await send(['hel', 'lo'])).final.status).toBe(200)
  })

  it('Repr-Digest of the creation is verified when the file is complete, by whoever holds the credential', async () => {
    const { token } = await app.issue()
    for (const credential of [app.keys.apiKey, token]) {
      const headers = { 'repr-digest': digest('sha256', 'hello world'), authorization: `Bearer ${credential}` }
      const path = await app.begin(8, headers)
      await app.append(8, path, 'hello', { offset: 0, isLast: false })
      const { final } = await app.append(8, path, ' World', { offset: 5, isLast: true })
      expect(final).toMatchObject({ status: 400, headers: { 'upload-offset': '11', 'upload-complete': '?0' } })
      expect(problem(final)).toMatchObject({ type: `${IANA}digest-mismatching-values` })
      expect(final.body).not.toContain(createHash('sha256').update('hello World').digest('hex'))
      expect((await app.upload(path)).state).toBe('receiving')
    }
    const { final } = await app.post(8, 'hello', true, { 'repr-digest': digest('sha512', 'hello') })
    expect(final.status).toBe(201)
  })

  it('of an unknown kind are named', async () => {
    const { final } = await app.post(8, 'hello', true, { 'content-digest': 'md5=:AAAA:, crc32c=:AAAA:' })
    expect(final.status).toBe(400)
    expect(problem(final)).toMatchObject({
      type: `${IANA}digest-unsupported-algorithms`,
      'unsupported-algorithms': [
        { algorithm: 'md5', header: 'Content-Digest' },
        { algorithm: 'crc32c', header: 'Content-Digest' },
      ],
    })
  })

  it('of a known kind that are none are named; what is no field of the kind at all is just not valid', async () => {
    const { final: short } = await app.post(8, 'hello', true, { 'repr-digest': 'sha-256=:AAAA:' })
    expect(problem(short)).toMatchObject({
      type: `${IANA}digest-invalid-values`,
      'invalid-digests': [{ algorithm: 'sha-256', header: 'Repr-Digest' }],
    })
    const { final: broken } = await app.post(8, 'hello', true, { 'repr-digest': 'sha-256=AAAA' })
    expect(broken.status).toBe(400)
    expect(problem(broken)).toMatchObject({ code: 'invalid_argument' })
  })
})

describe('who may', () => {
  it.each([
    ['nobody', {}, 401],
    ['a forged token', { authorization: `Bearer rdu_${'x'.repeat(43)}` }, 404],
    ['a wrong key', { authorization: 'Bearer rd_nothing' }, 401],
  ])('not create: %s', async (_, credential, status) => {
    const headers = { 'upload-complete': '?1', ...(credential as Record<string, string>) }
    const { interim, final } = await app.rufh(8, { method: 'POST', path: '/rufh', headers, body: 'hello' })
    expect(final.status).toBe(status)
    expect(interim).toEqual([])
    expect(final.headers).not.toHaveProperty('location')
  })

  it('create by PUT and PATCH as well, and without the protocol as a plain upload', async () => {
    const authorization = `Bearer ${app.keys.apiKey}`
    for (const method of ['PUT', 'PATCH']) {
      const request = { method, path: '/rufh', headers: { authorization, 'upload-complete': '?1' }, body: 'hello' }
      expect((await app.rufh(8, request)).final.status).toBe(201)
    }
    const plain = {
      method: 'POST',
      path: '/rufh/',
      headers: { authorization, 'content-type': 'video/mp4' },
      body: 'hello',
    }
    const { interim, final } = await app.rufh(8, plain)
    expect(interim).toEqual([])
    expect(await app.content(pathOf(final))).toEqual(Buffer.from('hello'))
  })

  it('not create again what has bytes already, but learn where to go on', async () => {
    const { token } = await app.issue()
    const authorization = `Bearer ${token}`
    await app.post(8, 'hello', false, { authorization })
    const { final } = await app.post(8, 'hello world', true, { authorization })
    expect(final).toMatchObject({
      status: 409,
      headers: { location: `${app.url}/rufh/${token}`, 'upload-offset': '5' },
    })
    expect((await app.append(8, `/rufh/${token}`, ' world', { offset: 5, isLast: true })).final.status).toBe(200)
    expect((await app.post(8, 'x', true, { authorization })).final.status).toBe(400)
  })

  it('not learn anything of an upload that is expired, was revoked or never was', async () => {
    const { token } = await app.issue({ leaseMs: 10_000 })
    const expired = `/rufh/${token}`
    await clock.advance(10_001)
    const revoked = await app.issue()
    await app.services.uploads.remove(revoked.upload.id)
    for (const [path, status] of [
      [expired, 410],
      [`/rufh/${revoked.token}`, 404],
      [UNKNOWN, 404],
    ] as const) {
      const { final: appended } = await app.append(8, path, 'x', { offset: 0, isLast: true })
      const { final: cancelled } = await app.rufh(8, { method: 'DELETE', path })
      for (const answer of [await app.ask(8, path), appended, cancelled]) {
        expect(answer.status).toBe(status)
        expect(answer.headers).not.toHaveProperty('upload-offset')
        expect(answer.headers).not.toHaveProperty('upload-length')
      }
    }
    // Up to interop version 6, what is not active does not exist.
    expect((await app.ask(6, expired)).status).toBe(404)
  })

  it('not write into a part of a tus upload', async () => {
    const part = await app.create({ 'upload-concat': 'partial', 'upload-length': '5' })
    expect((await app.ask(8, part.replace('/tus/', '/rufh/'))).status).toBe(404)
  })
})

describe('the file', () => {
  it.each([
    ['inline; filename="a b.mp4"', 'a b.mp4'],
    ['attachment; filename=plain.mov', 'plain.mov'],
    [`inline; filename="x"; filename*=UTF-8''%E2%82%AC.mp4`, '€.mp4'],
    ['inline; filename="quo\\"te.mp4"', 'quo"te.mp4'],
    ['inline; filename="../../etc/passwd"', 'passwd'],
    [`inline; filename*=UTF-8''%E2%28%A1`, ''],
  ])('is called as %s says', async (disposition, name) => {
    const path = await app.begin(8, { 'content-disposition': disposition })
    expect((await app.upload(path)).fileName).toBe(name)
  })

  it('is not taken in a content coding', async () => {
    const { final } = await app.post(8, 'hello', true, { 'content-encoding': 'gzip' })
    expect(final.status).toBe(415)
  })
})

describe('pages of other origins', () => {
  const origin = 'https://cms.example'

  it('may send and read what the protocol needs', async () => {
    const asked = { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'x-trace' }
    const { final } = await app.rufh(undefined, { method: 'OPTIONS', path: '/rufh', headers: asked })
    const allowed = (final.headers['access-control-allow-headers'] ?? '').toLowerCase().split(', ')
    expect(allowed).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'content-disposition',
        'content-digest',
        'repr-digest',
        'upload-complete',
        'upload-incomplete',
        'upload-offset',
        'upload-length',
        'upload-draft-interop-version',
        'x-trace',
      ]),
    )
    expect(final.headers['access-control-allow-methods']).toBe('OPTIONS, HEAD, GET, POST, PUT, PATCH, DELETE')
    const answer = (await app.rufh(8, { method: 'HEAD', path: await app.begin(8), headers: { origin } })).final
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect((answer.headers['access-control-expose-headers'] ?? '').toLowerCase().split(', ')).toEqual(
      expect.arrayContaining(['location', 'upload-complete', 'upload-offset', 'upload-length', 'upload-limit']),
    )
  })

  it('may not, where the token does not allow them', async () => {
    const { token } = await app.issue({ policy: { origins: [origin] } })
    const path = `/rufh/${token}`
    const evil = { origin: 'https://evil.example' }
    for (const request of [
      { method: 'HEAD', path, headers: evil },
      { method: 'DELETE', path, headers: evil },
      { method: 'OPTIONS', path, headers: { ...evil, 'access-control-request-method': 'PATCH' } },
      {
        method: 'POST',
        path: '/rufh',
        headers: { ...evil, authorization: `Bearer ${token}`, 'upload-complete': '?1' },
        body: 'x',
      },
    ]) {
      const { final } = await app.rufh(8, request)
      expect(final.status).toBe(403)
      expect(final.headers).not.toHaveProperty('access-control-allow-origin')
    }
    expect((await app.ask(8, path)).status).toBe(204)
  })
})

it('answers before the end of the body, and the client gets to read it', async () => {
  const path = await app.begin(8)
  const length = 64 * 1024 * 1024
  const connection = await startAppend(path, 7, length, randomBytes(4 * 1024 * 1024))
  expect(await connection.response()).toMatchObject({
    status: 409,
    headers: { connection: 'close', 'upload-offset': '0' },
  })
  await connection.ended()
})

it.each([
  ['POST', UNKNOWN, 'OPTIONS, HEAD, GET, PATCH, DELETE'],
  ['PUT', UNKNOWN, 'OPTIONS, HEAD, GET, PATCH, DELETE'],
  ['GET', '/rufh', 'OPTIONS, POST, PUT, PATCH'],
  ['DELETE', '/rufh', 'OPTIONS, POST, PUT, PATCH'],
])('%s %s is not allowed', async (method, path, allow) => {
  expect((await app.rufh(8, { method, path, body: '' })).final).toMatchObject({ status: 405, headers: { allow } })
})
