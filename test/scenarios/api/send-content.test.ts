import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IssuedUploadDocument, NewUploadBody } from '../../../src/http/api/uploads/upload-schema.ts'
import { type Answer, type ApiApp, someBytes, startApiApp, storedBytes } from './api-app.ts'

const SIZE = 1_000
const bytes = someBytes(SIZE)

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp({ limits: { maxSizeBytes: 1_000_000 } })
})
afterAll(() => app.close())

type Sent = Readonly<{ headers?: Record<string, string>; method?: string; path?: string }>

/** Sends bytes [start, end) of the file with a Content-Range whose total is `total`. */
function sendRange(
  issued: IssuedUploadDocument,
  start: number,
  end: number,
  total: number | '*' = SIZE,
  sent: Sent = {},
) {
  const headers = { 'content-range': `bytes ${start}-${end - 1}/${total}`, ...sent.headers }
  const body = bytes.subarray(start, end)
  return app.call(sent.method ?? 'PUT', sent.path ?? issued.urls.put, { headers, body })
}

function ask(issued: IssuedUploadDocument, total: number | '*' = '*'): Promise<Answer> {
  return app.call('PUT', issued.urls.put, { headers: { 'content-range': `bytes */${total}` } })
}

const expectFile = async (issued: IssuedUploadDocument, expected: Buffer = bytes): Promise<void> => {
  expect((await app.status(issued)).state).toBe('consumed')
  expect((await storedBytes(app, issued.id)).equals(expected)).toBe(true)
}

describe('PUT of the whole file', () => {
  it.each([
    ['of unknown size', {}],
    ['of the declared size', { sizeBytes: SIZE }],
  ])('stores a file %s and answers with its status', async (_what, wanted) => {
    const issued = await app.issue(wanted)
    const answer = await app.call('PUT', issued.urls.put, { body: bytes })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      id: issued.id,
      state: 'consumed',
      fileName: 'clip.mp4',
      sizeBytes: SIZE,
      receivedBytes: SIZE,
      contiguousBytes: SIZE,
      sentBytes: SIZE,
      ranges: [{ start: 0, end: SIZE }],
      expiresAt: expect.any(String),
      asset: { id: issued.asset.id, state: 'processing', progress: 0, isPlayable: false },
      failure: null,
    })
    await expectFile(issued)
  })

  it.each(['application/json', 'multipart/form-data; boundary=x', 'video/mp4', 'a bad/one', ''])(
    'takes the bytes as they are, whatever type "%s" they are said to have',
    async (type) => {
      const issued = await app.issue()
      const body = Buffer.from('{"not":"parsed"')
      const answer = await app.call('PUT', issued.urls.put, { body, headers: { 'content-type': type } })
      expect(answer.status).toBe(200)
      await expectFile(issued, body)
    },
  )

  it('takes the token as Bearer too', async () => {
    const issued = await app.issue()
    const path = `/v1/uploads/${issued.id}/content`
    expect((await app.call('PUT', path, { key: issued.token, body: bytes })).status).toBe(200)
  })

  it('replaces what parts brought before', async () => {
    const issued = await app.issue()
    const headers = { 'content-range': `bytes 100-199/${SIZE}` }
    await app.call('PUT', issued.urls.put, { body: Buffer.alloc(100), headers })
    expect((await app.call('PUT', issued.urls.put, { body: bytes })).status).toBe(200)
    await expectFile(issued)
  })

  const refusals: [string, Partial<NewUploadBody>, Buffer, number, string][] = [
    ['a file shorter than declared', { sizeBytes: SIZE + 1 }, bytes, 409, 'length_mismatch'],
    ['a file longer than declared', { sizeBytes: SIZE - 1 }, bytes, 409, 'length_mismatch'],
    ['a file larger than the token allows', { maxSizeBytes: SIZE - 1 }, bytes, 413, 'too_large'],
    ['an empty body for a file of some size', { sizeBytes: SIZE }, Buffer.alloc(0), 409, 'length_mismatch'],
  ]
  it.each(refusals)('refuses %s and leaves the token good', async (_what, wanted, body, status, code) => {
    const issued = await app.issue(wanted)
    const answer = await app.call('PUT', issued.urls.put, { body })
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject({ code })
    expect((await app.status(issued)).state).not.toBe('consumed')
  })

  it('waits for the complete operation where the token says so', async () => {
    const issued = await app.issue({ completion: 'explicit' })
    const sent = await app.call('PUT', issued.urls.put, { body: bytes })
    expect(sent.json).toMatchObject({ state: 'receiving', receivedBytes: SIZE })
    const done = await app.call('POST', `/v1/uploads/${issued.id}/complete?token=${issued.token}`)
    expect(done.json).toMatchObject({ state: 'consumed' })
    await expectFile(issued)
  })
})

describe('PUT with Content-Range', () => {
  it('answers 308 with the range that is stored until the last part, then 200', async () => {
    const issued = await app.issue()
    const first = await sendRange(issued, 0, 400)
    expect(first.status).toBe(308)
    expect(first.headers).toMatchObject({ range: 'bytes=0-399', 'upload-offset': '400', 'upload-length': '1000' })
    expect(first.headers['location']).toBeUndefined()
    expect(first.json).toMatchObject({ state: 'receiving', receivedBytes: 400, sizeBytes: SIZE })
    const last = await sendRange(issued, 400, SIZE)
    expect(last.status).toBe(200)
    expect(last.json).toMatchObject({ state: 'consumed' })
    await expectFile(issued)
  })

  it('takes parts in any order, and names no range while the beginning is missing', async () => {
    const issued = await app.issue()
    const tail = await sendRange(issued, 600, SIZE)
    expect(tail.status).toBe(308)
    expect(tail.headers['range']).toBeUndefined()
    expect(tail.headers['upload-offset']).toBe('0')
    expect(tail.json?.['ranges']).toEqual([{ start: 600, end: SIZE }])
    expect((await sendRange(issued, 0, 300)).headers['range']).toBe('bytes=0-299')
    expect((await sendRange(issued, 300, 600)).status).toBe(200)
    await expectFile(issued)
  })

  it('takes shuffled parts in parallel, and tells exactly one or more of them that the file is complete', async () => {
    const issued = await app.issue()
    const starts = [700, 100, 900, 0, 500, 300, 800, 200, 600, 400]
    const answers = await Promise.all(starts.map((start) => sendRange(issued, start, start + 100)))
    expect(answers.every(({ status }) => status === 308 || status === 200)).toBe(true)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    await expectFile(issued)
  })

  it('takes parts that overlap and repeat', async () => {
    const issued = await app.issue()
    await sendRange(issued, 0, 500)
    await sendRange(issued, 0, 500)
    expect((await sendRange(issued, 300, 700)).headers['range']).toBe('bytes=0-699')
    expect((await sendRange(issued, 650, SIZE)).status).toBe(200)
    await expectFile(issued)
  })

  it('learns the size with the last part of a stream', async () => {
    const issued = await app.issue()
    expect((await sendRange(issued, 0, 500, '*')).json).toMatchObject({ sizeBytes: null })
    expect((await sendRange(issued, 500, SIZE, SIZE)).status).toBe(200)
    await expectFile(issued)
  })

  it('learns the size when all bytes are there already', async () => {
    const issued = await app.issue()
    await sendRange(issued, 0, SIZE, '*')
    const done = await ask(issued, SIZE)
    expect(done.status).toBe(200)
    await expectFile(issued)
  })

  it('says how far it is, without changing anything', async () => {
    const issued = await app.issue()
    const fresh = await ask(issued)
    expect(fresh.status).toBe(308)
    expect(fresh.headers['range']).toBeUndefined()
    await sendRange(issued, 0, 250)
    const asked = await ask(issued, SIZE)
    expect(asked.status).toBe(308)
    expect(asked.headers['range']).toBe('bytes=0-249')
    await sendRange(issued, 250, SIZE)
    expect((await ask(issued)).status).toBe(200)
    expect((await ask(issued, SIZE)).status).toBe(200)
  })

  it('gives the answer to the last part again when its sender did not see it', async () => {
    const issued = await app.issue()
    await sendRange(issued, 0, 500)
    const first = await sendRange(issued, 500, SIZE)
    const again = await sendRange(issued, 500, SIZE)
    expect(again.status).toBe(200)
    expect(again.json).toEqual(first.json)
    expect((await sendRange(issued, 0, 500)).status).toBe(200)
    await expectFile(issued)
  })

  it.each([
    ['no range at all', 'bytes'],
    ['another unit', 'items 0-99/1000'],
    ['no total', 'bytes 0-99'],
    ['an empty total', 'bytes 0-99/'],
    ['no last byte', 'bytes 0-/1000'],
    ['no first byte', 'bytes -99/1000'],
    ['the last byte before the first', 'bytes 99-0/1000'],
    ['bytes past the total', 'bytes 950-1049/1000'],
    ['a sign', 'bytes +0-99/1000'],
    ['a fraction', 'bytes 0-99.5/1000'],
    ['hexadecimal', 'bytes 0x0-0x63/1000'],
    ['more digits than a number holds', 'bytes 9007199254740991-9007199254740992/*'],
    ['an endless number', `bytes 0-${'9'.repeat(40)}/*`],
    ['two headers in one', 'bytes 0-99/1000, bytes 100-199/1000'],
    ['a body of another length', 'bytes 0-98/1000'],
    ['a body where only a question was', 'bytes */1000'],
    ['nothing', ''],
  ])('refuses %s', async (_what, header) => {
    const issued = await app.issue()
    const body = bytes.subarray(0, 100)
    const answer = await app.call('PUT', issued.urls.put, { body, headers: { 'content-range': header } })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ code: 'invalid_argument' })
    expect(await app.status(issued)).toMatchObject({ state: 'pending', receivedBytes: 0 })
  })

  it('refuses a total that contradicts an earlier one', async () => {
    const issued = await app.issue()
    await sendRange(issued, 0, 100, SIZE)
    const answer = await sendRange(issued, 100, 200, SIZE + 1)
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({ code: 'length_mismatch', declaredBytes: SIZE, statedBytes: SIZE + 1 })
    expect((await ask(issued, SIZE + 1)).status).toBe(409)
  })

  it('refuses parts that are too small, but for the last one', async () => {
    const issued = await app.issue({ minChunkBytes: 400 })
    const small = await sendRange(issued, 0, 100)
    expect(small.json).toMatchObject({ status: 400, code: 'chunk_too_small', minChunkBytes: 400 })
    await sendRange(issued, 0, 400)
    await sendRange(issued, 400, 900)
    expect((await sendRange(issued, 900, SIZE)).status).toBe(200)
  })

  it('refuses bytes past what the token allows', async () => {
    const issued = await app.issue({ maxSizeBytes: 500 })
    expect((await sendRange(issued, 400, 600, '*')).json).toMatchObject({ code: 'too_large', maxSizeBytes: 500 })
    expect((await sendRange(issued, 0, 100, SIZE)).json).toMatchObject({ code: 'too_large' })
  })
})

describe('PATCH', () => {
  const patch = (issued: IssuedUploadDocument, offset: string, body: Buffer, headers: Record<string, string> = {}) =>
    app.call('PATCH', issued.urls.put, { body, headers: { 'upload-offset': offset, ...headers } })

  it('continues where the upload stands, as HEAD says', async () => {
    const issued = await app.issue({ sizeBytes: SIZE })
    const first = await patch(issued, '0', bytes.subarray(0, 300))
    expect(first.status).toBe(200)
    expect(first.headers['upload-offset']).toBe('300')
    const head = await app.call('HEAD', issued.urls.put)
    expect(head.status).toBe(204)
    expect(head.headers).toMatchObject({ 'upload-offset': '300', 'upload-length': '1000', range: 'bytes=0-299' })
    expect((await patch(issued, '300', bytes.subarray(300))).json).toMatchObject({ state: 'consumed' })
    await expectFile(issued)
  })

  it.each([
    ['behind', '100'],
    ['ahead of', '400'],
  ])('refuses an offset %s where the upload stands, and names the right one', async (_what, offset) => {
    const issued = await app.issue({ sizeBytes: SIZE })
    await patch(issued, '0', bytes.subarray(0, 300))
    const answer = await patch(issued, offset, bytes.subarray(300, 400))
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({ code: 'offset_mismatch', offset: 300 })
    expect(answer.headers['upload-offset']).toBe('300')
    expect(await app.status(issued)).toMatchObject({ receivedBytes: 300 })
  })

  it('takes any part that Content-Range names', async () => {
    const issued = await app.issue()
    const tail = await sendRange(issued, 500, SIZE, SIZE, { method: 'PATCH' })
    expect(tail).toMatchObject({ status: 200, json: { state: 'receiving' } })
    expect((await sendRange(issued, 0, 500, SIZE, { method: 'PATCH' })).json).toMatchObject({ state: 'consumed' })
    await expectFile(issued)
  })

  it.each([
    ['no position', {}],
    ['two positions', { 'upload-offset': '0', 'content-range': 'bytes 0-9/10' }],
    ['a question', { 'content-range': 'bytes */*' }],
    ['an offset that is no number', { 'upload-offset': 'x' }],
    ['a negative offset', { 'upload-offset': '-1' }],
    ['an offset twice', { 'upload-offset': '0, 0' }],
    ['an offset that no number holds', { 'upload-offset': '9'.repeat(30) }],
    ['an empty offset', { 'upload-offset': '' }],
  ])('refuses %s', async (_what, headers: Record<string, string>) => {
    const issued = await app.issue()
    const answer = await app.call('PATCH', issued.urls.put, { body: bytes.subarray(0, 10), headers })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ code: 'invalid_argument' })
  })
})

describe('digests of a part', () => {
  const part = bytes.subarray(0, 400)
  const base64 = (algorithm: string, body = part) => createHash(algorithm).update(body).digest('base64')
  const crc = (body: Buffer) => {
    const value = Buffer.alloc(4)
    value.writeUInt32BE(crc32(body))
    return value.toString('base64')
  }
  const good: [string, string, string][] = [
    ['content-digest', `sha-256=:${base64('sha256')}:`, `sha-256=:${base64('sha256', bytes)}:`],
    ['content-digest', `sha-512=:${base64('sha512')}:`, `sha-512=:${base64('sha512', bytes)}:`],
    [
      'content-digest',
      `md5=:${base64('md5')}:, sha-256=:${base64('sha256')}:`,
      `md5=:${base64('md5')}:, sha-256=:${base64('sha256', bytes)}:`,
    ],
    ['content-md5', base64('md5'), base64('md5', bytes)],
    ['upload-checksum', `sha1 ${base64('sha1')}`, `sha1 ${base64('sha1', bytes)}`],
    ['upload-checksum', `sha256 ${base64('sha256')}`, `sha256 ${base64('sha256', bytes)}`],
    ['upload-checksum', `md5 ${base64('md5')}`, `md5 ${base64('md5', bytes)}`],
    ['upload-checksum', `crc32 ${crc(part)}`, `crc32 ${crc(bytes)}`],
  ]
  it.each(good)('%s: %s', async (header, fits, differs) => {
    const issued = await app.issue()
    const bad = await sendRange(issued, 0, 400, SIZE, { headers: { [header]: differs } })
    expect(bad).toMatchObject({ status: 422, json: { code: 'checksum_mismatch' } })
    expect(await app.status(issued)).toMatchObject({ receivedBytes: 0 })
    expect((await sendRange(issued, 0, 400, SIZE, { headers: { [header]: fits } })).status).toBe(308)
    // What is acknowledged stays as it is when a repeat of it arrives damaged.
    const damaged = await app.call('PUT', issued.urls.put, {
      body: Buffer.alloc(400),
      headers: { 'content-range': `bytes 0-399/${SIZE}`, [header]: fits },
    })
    expect(damaged).toMatchObject({ status: 422 })
    expect((await sendRange(issued, 400, SIZE)).status).toBe(200)
    await expectFile(issued)
  })

  it.each([
    ['content-digest', 'sha-256=abc', 400, 'checksum_unsupported'],
    ['content-digest', `adler=:${base64('md5')}:`, 400, 'checksum_unsupported'],
    ['content-digest', 'sha-256=:YQ==:', 400, 'checksum_unsupported'],
    ['content-md5', 'YQ==', 400, 'checksum_unsupported'],
    ['content-md5', '', 400, 'checksum_unsupported'],
    ['upload-checksum', `sha3 ${base64('sha256')}`, 400, 'checksum_unsupported'],
    ['upload-checksum', 'sha1', 400, 'checksum_unsupported'],
    ['repr-digest', 'sha-256=abc', 400, 'checksum_unsupported'],
  ])('refuses %s: %s', async (header, value, status, code) => {
    const issued = await app.issue()
    const answer = await sendRange(issued, 0, 400, SIZE, { headers: { [header]: value } })
    expect(answer).toMatchObject({ status, json: { code } })
    expect(await app.status(issued)).toMatchObject({ receivedBytes: 0 })
  })

  it('refuses two kinds at once, of which only one would be looked at', async () => {
    const headers = { 'content-md5': base64('md5'), 'upload-checksum': `md5 ${base64('md5')}` }
    const answer = await sendRange(await app.issue(), 0, 400, SIZE, { headers })
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_argument' } })
  })
})

describe('the digest of the whole file', () => {
  const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex')
  const reprDigest = (body: Buffer) => ({
    'repr-digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
  })
  const other = Buffer.alloc(SIZE, 1)

  it('is verified with a whole PUT, and what arrived is kept when it does not fit', async () => {
    const issued = await app.issue()
    const bad = await app.call('PUT', issued.urls.put, { body: bytes, headers: reprDigest(other) })
    expect(bad).toMatchObject({ status: 422, json: { code: 'checksum_mismatch', algorithm: 'sha256' } })
    expect(await app.status(issued)).toMatchObject({ state: 'receiving', receivedBytes: SIZE })
    expect((await app.call('PUT', issued.urls.put, { body: bytes, headers: reprDigest(bytes) })).status).toBe(200)
    await expectFile(issued)
  })

  it('is verified with the part that completes the file', async () => {
    const issued = await app.issue()
    await sendRange(issued, 500, SIZE)
    expect((await sendRange(issued, 0, 500, SIZE, { headers: reprDigest(other) })).status).toBe(422)
    expect((await sendRange(issued, 0, 500, SIZE, { headers: reprDigest(bytes) })).status).toBe(200)
    await expectFile(issued)
  })

  it('that the token demands cannot be talked around', async () => {
    const issued = await app.issue({ sha256: sha256(bytes) })
    expect((await app.call('PUT', issued.urls.put, { body: other })).status).toBe(422)
    expect((await app.call('PUT', issued.urls.put, { body: other, headers: reprDigest(other) })).status).toBe(422)
    const path = `/v1/uploads/${issued.id}/complete?token=${issued.token}`
    expect((await app.call('POST', path, { json: { sha256: sha256(other) } })).status).toBe(422)
    expect((await app.status(issued)).state).toBe('receiving')
    expect((await app.call('PUT', issued.urls.put, { body: bytes })).status).toBe(200)
    await expectFile(issued)
  })

  it('can be stated when the upload is completed', async () => {
    const issued = await app.issue({ completion: 'explicit' })
    await app.call('PUT', issued.urls.put, { body: bytes })
    const path = `/v1/uploads/${issued.id}/complete?token=${issued.token}`
    expect((await app.call('POST', path, { json: { sha256: sha256(other) } })).status).toBe(422)
    expect((await app.call('POST', path, { json: { sha256: sha256(bytes).toUpperCase() } })).status).toBe(200)
  })
})

describe('completing', () => {
  const complete = (issued: IssuedUploadDocument, json?: unknown) =>
    app.call('POST', `/v1/uploads/${issued.id}/complete?token=${issued.token}`, json === undefined ? {} : { json })

  it('names what is missing', async () => {
    const issued = await app.issue({ completion: 'explicit' })
    await sendRange(issued, 100, 200)
    await sendRange(issued, 300, 400)
    const answer = await complete(issued)
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({ code: 'length_mismatch', missing: ['0-99', '200-299', '400-999'] })
  })

  it('ends a file of unknown size with what has arrived, and is the same when repeated', async () => {
    const issued = await app.issue()
    await sendRange(issued, 0, 400, '*')
    const first = await complete(issued)
    expect(first.json).toMatchObject({ state: 'consumed', sizeBytes: 400 })
    expect((await complete(issued)).json).toEqual(first.json)
    expect((await complete(issued, {})).status).toBe(200)
  })

  it('waits a while for parts that are on their way', async () => {
    const issued = await app.issue({ completion: 'explicit' })
    await sendRange(issued, 0, 400)
    const early = complete(issued, { waitSeconds: 20 })
    await sendRange(issued, 400, SIZE)
    expect((await early).json).toMatchObject({ state: 'consumed' })
  })

  it.each([{ sizeBytes: '5' }, { waitSeconds: 31 }, { sha256: 'x' }, { what: 1 }, []])('refuses %j', async (json) => {
    expect((await complete(await app.issue(), json)).status).toBe(400)
  })
})

describe('giving up and renewing', () => {
  it('voids the token, forgets the bytes and says so', async () => {
    const issued = await app.issue()
    await sendRange(issued, 0, 500)
    expect((await app.call('DELETE', issued.urls.status)).status).toBe(204)
    expect((await app.call('GET', issued.urls.status)).status).toBe(404)
    const seen = await app.call('GET', `/v1/uploads/${issued.id}`, { key: app.keys.apiKey })
    expect(seen.json).toMatchObject({ state: 'deleted' })
    expect((await app.call('DELETE', `/v1/uploads/${issued.id}`, { key: app.keys.apiKey })).status).toBe(204)
  })

  it('refuses to give up what has become an asset', async () => {
    const issued = await app.issue()
    await app.call('PUT', issued.urls.put, { body: bytes })
    const answer = await app.call('DELETE', issued.urls.status)
    expect(answer).toMatchObject({ status: 409, json: { code: 'state_conflict' } })
    await expectFile(issued)
  })

  it('moves the expiry, for the project only', async () => {
    const issued = await app.issue({ expiresInSeconds: 60 })
    const path = `/v1/uploads/${issued.id}/renew`
    const renewed = await app.call('POST', path, { key: app.keys.apiKey, json: { expiresInSeconds: 600 } })
    expect(renewed.status).toBe(200)
    const gainedMs = Date.parse(String(renewed.json?.['expiresAt'])) - Date.parse(issued.expiresAt)
    expect(gainedMs).toBeGreaterThan(500_000)
    expect((await app.call('POST', `${path}?token=${issued.token}`, { json: {} })).status).toBe(401)
    expect((await app.call('POST', path, { key: issued.token, json: {} })).status).toBe(401)
    expect((await app.call('POST', path, { key: app.foreignKey, json: {} })).status).toBe(404)
    expect((await app.call('POST', path, { key: app.keys.apiKey, json: { expiresInSeconds: 0 } })).status).toBe(400)
  })
})
