import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UploadId } from '../../../src/core/ids.ts'
import type { IssuedUploadDocument } from '../../../src/http/api/uploads/upload-schema.ts'
import { type ApiApp, pathOf, someBytes, startApiApp } from './api-app.ts'

const MIB = 1024 * 1024
const MAX_SIZE = 100 * MIB

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp({ limits: { maxSizeBytes: MAX_SIZE } })
})
afterAll(() => app.close())

const create = (json: unknown, headers: Record<string, string> = {}, key = app.keys.apiKey) =>
  app.call('POST', '/v1/uploads', { key, json, headers })

const stored = (id: string) => app.infrastructure.work.read.uploads.get(id as UploadId)

describe('issuing a token', () => {
  it('answers with the token, the asset and absolute addresses that carry the token', async () => {
    const answer = await create({ fileName: 'Ferien am Meer 🏖.mp4' })
    expect(answer.status).toBe(201)
    const issued = answer.json as IssuedUploadDocument
    const { id, token } = issued
    expect(id).toMatch(/^upl_[0-9a-z]{26}$/)
    expect(token).toMatch(/^rdu_[\w-]{43}$/)
    expect(issued).toEqual({
      id,
      state: 'pending',
      token,
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      asset: { id: expect.stringMatching(/^ast_/) },
      urls: {
        put: `${app.url}/v1/uploads/${id}/content?token=${token}`,
        form: `${app.url}/v1/uploads/form?token=${token}`,
        status: `${app.url}/v1/uploads/${id}?token=${token}`,
        tus: `${app.url}/tus/${token}`,
        events: `${app.url}/v1/uploads/${id}/events?token=${token}`,
      },
    })
    expect(answer.headers['location']).toBe(`${app.url}/v1/uploads/${id}`)
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('hands every wish of the policy to the upload', async () => {
    const replaced = await app.issue()
    const { id } = await app.issue({
      fileName: 'b.mp4',
      sizeBytes: 5 * MIB,
      title: 'Title',
      expiresInSeconds: 120,
      completion: 'explicit',
      maxSizeBytes: 6 * MIB,
      minChunkBytes: MIB,
      origins: ['HTTPS://App.Example.com:443', 'http://localhost:3000'],
      sha256: 'AB'.repeat(32),
      ownerId: 'user-17',
      replaceAssetId: replaced.asset.id,
      metadata: { course: 'biology', 'x.y': '' },
    })
    expect(await stored(id)).toMatchObject({
      fileName: 'b.mp4',
      sizeBytes: 5 * MIB,
      assetId: replaced.asset.id,
      policy: {
        leaseMs: 120_000,
        completion: 'explicit',
        maxSizeBytes: 6 * MIB,
        minChunkBytes: MIB,
        origins: ['https://app.example.com', 'http://localhost:3000'],
        digest: { algorithm: 'sha256', hex: 'ab'.repeat(32) },
        ownerId: 'user-17',
      },
      target: { title: 'Title', replaceAssetId: replaced.asset.id, metadata: { course: 'biology', 'x.y': '' } },
    })
  })

  it('leaves to the defaults what is not wished for', async () => {
    const { id } = await app.issue()
    expect(await stored(id)).toMatchObject({
      policy: { maxSizeBytes: MAX_SIZE, minChunkBytes: 0, completion: 'automatic', origins: [], leaseMs: 3_600_000 },
    })
  })

  const cases: [string, unknown, number, string][] = [
    ['no file name', {}, 400, 'invalid_argument'],
    ['an empty file name', { fileName: '' }, 400, 'invalid_argument'],
    ['a file name that is a number', { fileName: 7 }, 400, 'invalid_argument'],
    ['a line break in the file name', { fileName: 'a\nb' }, 400, 'invalid_argument'],
    ['a zero byte in the file name', { fileName: 'a\u0000b' }, 400, 'invalid_argument'],
    ['an endless file name', { fileName: 'a'.repeat(1_025) }, 400, 'invalid_argument'],
    ['an endless title', { fileName: 'a', title: 'a'.repeat(1_025) }, 400, 'invalid_argument'],
    ['a size that is text', { fileName: 'a', sizeBytes: '5' }, 400, 'invalid_argument'],
    ['a size with a fraction', { fileName: 'a', sizeBytes: 5.5 }, 400, 'invalid_argument'],
    ['a negative size', { fileName: 'a', sizeBytes: -1 }, 400, 'invalid_argument'],
    ['a size that no number can hold', { fileName: 'a', sizeBytes: 1e300 }, 400, 'invalid_argument'],
    ['a size of null', { fileName: 'a', sizeBytes: null }, 400, 'invalid_argument'],
    ['a size that the server does not take', { fileName: 'a', sizeBytes: MAX_SIZE + 1 }, 413, 'too_large'],
    ['a size above its own limit', { fileName: 'a', sizeBytes: 11, maxSizeBytes: 10 }, 413, 'too_large'],
    ['a limit above the one of the server', { fileName: 'a', maxSizeBytes: MAX_SIZE + 1 }, 413, 'too_large'],
    ['no life at all', { fileName: 'a', expiresInSeconds: 0 }, 400, 'invalid_argument'],
    ['a life that is too long', { fileName: 'a', expiresInSeconds: 31 * 86_400 }, 400, 'invalid_argument'],
    ['a digest of the wrong length', { fileName: 'a', sha256: 'ab' }, 400, 'invalid_argument'],
    ['a digest that is no hexadecimal', { fileName: 'a', sha256: 'z'.repeat(64) }, 400, 'invalid_argument'],
    ['an origin with a path', { fileName: 'a', origins: ['https://a.example/x'] }, 400, 'invalid_argument'],
    ['an origin with a password', { fileName: 'a', origins: ['https://u:p@a.example'] }, 400, 'invalid_argument'],
    ['an origin that is none', { fileName: 'a', origins: ['http://['] }, 400, 'invalid_argument'],
    ['origins that are no list', { fileName: 'a', origins: 'https://a.example' }, 400, 'invalid_argument'],
    ['a way to complete that is unknown', { fileName: 'a', completion: 'later' }, 400, 'invalid_argument'],
    ['metadata that is nested', { fileName: 'a', metadata: { a: {} } }, 400, 'invalid_argument'],
    ['a metadata name with spaces', { fileName: 'a', metadata: { 'a b': '' } }, 400, 'invalid_argument'],
    [
      'a metadata name that is meant for prototypes',
      { fileName: 'a', metadata: { 'a/b': '' } },
      400,
      'invalid_argument',
    ],
    ['a zero byte in the metadata', { fileName: 'a', metadata: { a: '\u0000' } }, 400, 'invalid_argument'],
    [
      'an asset to replace that is not there',
      { fileName: 'a', replaceAssetId: `ast_${'0'.repeat(26)}` },
      404,
      'not_found',
    ],
    ['an asset to replace that cannot be', { fileName: 'a', replaceAssetId: '../../etc' }, 404, 'not_found'],
    ['a member with a typing mistake', { fileName: 'a', expiresInSecond: 5 }, 400, 'invalid_argument'],
    ['a list', [], 400, 'invalid_argument'],
    ['nothing', null, 400, 'invalid_argument'],
  ]
  it.each(cases)('refuses %s', async (_what, json, status, code) => {
    const answer = await create(json)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json).toMatchObject({ status, code })
  })

  it.each([
    ['no JSON', '{', 'application/json', 400],
    ['an empty body', '', 'application/json', 400],
    ['a form', 'fileName=a', 'application/x-www-form-urlencoded', 400],
    ['more than a mebibyte', `{"fileName":"${'a'.repeat(1_100_000)}"}`, 'application/json', 413],
    ['an attempt at the prototype', '{"fileName":"a","__proto__":{"x":1}}', 'application/json', 400],
  ])('refuses %s', async (_what, body, contentType, status) => {
    const headers = { 'content-type': contentType }
    const answer = await app.call('POST', '/v1/uploads', { key: app.keys.apiKey, headers, body })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it('names every mistake at once, and the member it is in', async () => {
    const answer = await create({ fileName: '', sizeBytes: 'x', colour: 'red' })
    expect(answer.json?.['errors']).toEqual([
      'the body has unknown members: colour',
      expect.stringMatching(/^fileName /),
      'sizeBytes must be integer',
    ])
  })

  it("cannot replace another project's asset, and does not say that there is one", async () => {
    const theirs = await app.issue({}, app.foreignKey)
    const asked = await create({ fileName: 'a', replaceAssetId: theirs.asset.id })
    const invented = await create({ fileName: 'a', replaceAssetId: `ast_${'0'.repeat(26)}` })
    expect(asked.status).toBe(404)
    expect({ ...asked.json, traceId: '' }).toEqual({ ...invented.json, traceId: '' })
  })

  it('is refused with 507 when the space cannot be promised, and says when to come again', async () => {
    const full = await startApiApp({ limits: { headroomBytes: Number.MAX_SAFE_INTEGER } })
    try {
      const json = { fileName: 'a', sizeBytes: MIB }
      const answer = await full.call('POST', '/v1/uploads', { key: full.keys.apiKey, json })
      expect(answer.status).toBe(507)
      expect(answer.json).toMatchObject({ code: 'storage_full' })
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    } finally {
      await full.close()
    }
  })
})

describe('an idempotency key', () => {
  it('gives the first answer again, token included, and makes nothing new', async () => {
    const headers = { 'idempotency-key': 'order-4711' }
    const first = await create({ fileName: 'a.mp4', metadata: { a: '1', b: '2' } }, headers)
    const again = await create({ metadata: { b: '2', a: '1' }, fileName: 'a.mp4' }, headers)
    expect(again.status).toBe(201)
    expect(again.text).toBe(first.text)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect((await app.call('GET', pathOf((again.json as IssuedUploadDocument).urls.status))).status).toBe(200)
  })

  it('gives the first answer again also once bytes have arrived', async () => {
    const headers = { 'idempotency-key': 'order-4712' }
    const first = await create({ fileName: 'a.mp4' }, headers)
    const { urls } = first.json as IssuedUploadDocument
    await app.call('PUT', urls.put, { body: someBytes(100), headers: { 'content-range': 'bytes 0-99/200' } })
    expect((await create({ fileName: 'a.mp4' }, headers)).text).toBe(first.text)
  })

  it('gives one answer to many who ask at once', async () => {
    const headers = { 'idempotency-key': 'order-4713' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => create({ fileName: 'a.mp4' }, headers)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  it('is refused for another wish', async () => {
    const headers = { 'idempotency-key': 'order-4714' }
    await create({ fileName: 'a.mp4' }, headers)
    const other = await create({ fileName: 'b.mp4' }, headers)
    expect(other.status).toBe(409)
    expect(other.json).toMatchObject({ code: 'state_conflict', reason: 'idempotency_key_reused' })
    expect(other.text).not.toContain('rdu_')
  })

  it('is a matter of one project', async () => {
    const headers = { 'idempotency-key': 'order-4715' }
    const ours = await create({ fileName: 'a.mp4' }, headers)
    const theirs = await create({ fileName: 'a.mp4' }, headers, app.foreignKey)
    expect(theirs.status).toBe(201)
    expect(theirs.json?.['id']).not.toBe(ours.json?.['id'])
  })

  it('is not used up by a request that was refused', async () => {
    const headers = { 'idempotency-key': 'order-4716' }
    expect((await create({ fileName: 'a', maxSizeBytes: MAX_SIZE + 1 }, headers)).status).toBe(413)
    expect((await create({ fileName: 'a' }, headers)).status).toBe(201)
  })

  it.each([
    ['empty', ''],
    ['endless', 'k'.repeat(256)],
    ['with spaces', 'a b'],
  ])('is refused when it is %s', async (_what, value) => {
    expect((await create({ fileName: 'a' }, { 'idempotency-key': value })).status).toBe(400)
  })
})

describe('listing uploads', () => {
  const list = async (query: string, key = app.keys.apiKey) => {
    const answer = await app.call('GET', `/v1/uploads${query}`, { key })
    return { ...answer, items: (answer.json?.['items'] ?? []) as Record<string, unknown>[] }
  }

  it('shows the open ones of an owner, newest first, with what is needed to go on', async () => {
    const first = await app.issue({ ownerId: 'lister', fileName: 'one.mp4', sizeBytes: 300 })
    const second = await app.issue({ ownerId: 'lister', fileName: 'two.mp4' })
    const done = await app.issue({ ownerId: 'lister' })
    await app.issue({ ownerId: 'another' })
    await app.call('PUT', first.urls.put, { body: someBytes(100), headers: { 'content-range': 'bytes 0-99/300' } })
    await app.call('PUT', done.urls.put, { body: someBytes(10) })
    const { items, text } = await list('?ownerId=lister')
    expect(items.map(({ id }) => id)).toEqual([first.id, second.id].sort().reverse())
    expect(items.find(({ id }) => id === first.id)).toEqual({
      id: first.id,
      state: 'receiving',
      fileName: 'one.mp4',
      sizeBytes: 300,
      receivedBytes: 100,
      contiguousBytes: 100,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      ownerId: 'lister',
      asset: { id: first.asset.id },
    })
    expect(text).not.toContain('rdu_')
    expect((await list('?ownerId=lister&state=finished')).items.map(({ id }) => id)).toEqual([done.id])
    expect((await list('?ownerId=lister&state=all')).items).toHaveLength(3)
  })

  it('lets another device go on with the same credential', async () => {
    const bytes = someBytes(300)
    const begun = await app.issue({ ownerId: 'traveller', sizeBytes: 300 })
    const part = (start: number, end: number) => ({
      body: bytes.subarray(start, end),
      headers: { 'content-range': `bytes ${start}-${end - 1}/300` },
    })
    await app.call('PUT', begun.urls.put, part(0, 120))
    const [found] = (await list('?ownerId=traveller')).items
    const from = Number(found?.['contiguousBytes'])
    const path = `/v1/uploads/${String(found?.['id'])}/content`
    const done = await app.call('PUT', path, { key: app.keys.apiKey, ...part(from, 300) })
    expect(done.status).toBe(200)
  })

  it('comes in pages that neither repeat nor leave out anything', async () => {
    const issued = []
    for (let i = 0; i < 5; i++) issued.push((await app.issue({ ownerId: 'pager' })).id)
    const seen: unknown[] = []
    let cursor = ''
    let pages = 0
    do {
      const page = await list(`?ownerId=pager&limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ id }) => id))
      cursor = String(page.json?.['nextCursor'] ?? '')
      pages += 1
    } while (cursor !== '')
    // Ids sort by time; within a millisecond, somehow.
    expect(seen).toEqual(issued.sort().reverse())
    expect(pages).toBe(3)
  })

  it('shows nobody the uploads of another project', async () => {
    const theirs = await app.issue({ ownerId: 'shared-name' }, app.foreignKey)
    expect((await list('?ownerId=shared-name')).items).toEqual([])
    expect((await list('?ownerId=shared-name', app.foreignKey)).items).toMatchObject([{ id: theirs.id }])
  })

  it.each([
    '?limit=0',
    '?limit=101',
    '?limit=1.5',
    '?limit=abc',
    '?limit=-1',
    '?limit=1&limit=2',
    '?limit=',
    '?cursor=x',
    `?cursor=ast_${'0'.repeat(26)}`,
    '?state=odd',
    '?ownerId=%00',
  ])('refuses %s', async (query) => {
    expect((await list(query)).status).toBe(400)
  })
})
