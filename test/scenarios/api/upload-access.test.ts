import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IssuedUploadDocument } from '../../../src/http/api/uploads/upload-schema.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Answer, type ApiApp, type Call, someBytes, startApiApp } from './api-app.ts'

const bytes = someBytes(100)
const clock = new ManualClock()

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp({ clock })
})
afterAll(() => app.close())

/** Every operation that the holder of a token may ask for, addressed to the upload `id`. */
const OPERATIONS: readonly [string, (id: string) => Readonly<{ method: string; path: string } & Call>][] = [
  ['GET status', (id) => ({ method: 'GET', path: `/v1/uploads/${id}` })],
  ['HEAD status', (id) => ({ method: 'HEAD', path: `/v1/uploads/${id}` })],
  ['DELETE', (id) => ({ method: 'DELETE', path: `/v1/uploads/${id}` })],
  ['GET events', (id) => ({ method: 'GET', path: `/v1/uploads/${id}/events` })],
  ['POST complete', (id) => ({ method: 'POST', path: `/v1/uploads/${id}/complete`, json: {} })],
  ['PUT', (id) => ({ method: 'PUT', path: `/v1/uploads/${id}/content`, body: bytes })],
  [
    'PUT of a part',
    (id) => ({
      method: 'PUT',
      path: `/v1/uploads/${id}/content`,
      body: bytes.subarray(0, 10),
      headers: { 'content-range': 'bytes 0-9/100' },
    }),
  ],
  [
    'PUT of a question',
    (id) => ({ method: 'PUT', path: `/v1/uploads/${id}/content`, headers: { 'content-range': 'bytes */100' } }),
  ],
  [
    'PATCH',
    (id) => ({ method: 'PATCH', path: `/v1/uploads/${id}/content`, body: bytes, headers: { 'upload-offset': '0' } }),
  ],
  ['HEAD content', (id) => ({ method: 'HEAD', path: `/v1/uploads/${id}/content` })],
]

const WRITES = new Set(['DELETE', 'POST complete', 'PUT', 'PUT of a part', 'PUT of a question', 'PATCH'])

type Way = Readonly<{ token?: string; bearer?: string }>

function attempt(operation: ReturnType<(typeof OPERATIONS)[number][1]>, { token, bearer }: Way): Promise<Answer> {
  const { method, path, ...call } = operation
  const address = token === undefined ? path : `${path}?token=${token}`
  return app.call(method, address, { ...call, ...(bearer === undefined ? {} : { key: bearer }) })
}

/** What of a refusal may differ from one to the next. */
const anonymous = ({ json }: Answer) => ({ ...json, traceId: '' })

describe.each(OPERATIONS)('%s', (name, operation) => {
  const isHead = name.startsWith('HEAD')

  it('is 401 without any credential, alike for uploads that are and that are not', async () => {
    const { id } = await app.issue()
    const there = await attempt(operation(id), {})
    const invented = await attempt(operation(`upl_${'0'.repeat(26)}`), {})
    expect([there.status, invented.status]).toEqual([401, 401])
    expect(anonymous(there)).toEqual(anonymous(invented))
  })

  it('refuses tokens that are wrong in any way with one and the same 404', async () => {
    const issued = await app.issue()
    const other = await app.issue()
    const theirs = await app.issue({}, app.foreignKey)
    const flipped = issued.token.slice(0, -2) + (issued.token.endsWith('AA') ? 'BB' : 'AA')
    const ways: readonly (readonly [string, Way])[] = [
      [issued.id, { token: 'rdu_' }],
      [issued.id, { token: '' }],
      [issued.id, { token: 'x' }],
      [issued.id, { token: `rdu_${'A'.repeat(43)}` }],
      [issued.id, { token: flipped }],
      [issued.id, { token: issued.token.toUpperCase() }],
      [issued.id, { token: issued.token.slice('rdu_'.length) }],
      [issued.id, { token: `${issued.token}%00` }],
      [issued.id, { token: `${issued.token}&token=${issued.token}` }],
      [issued.id, { token: other.token }],
      [issued.id, { token: theirs.token }],
      [issued.id, { bearer: other.token }],
      [theirs.id, { token: issued.token }],
      [`upl_${'0'.repeat(26)}`, { token: issued.token }],
      ['..%2f..%2fetc', { token: issued.token }],
      // A bad token in the address is not saved by a good credential beside it.
      [issued.id, { token: other.token, bearer: app.keys.apiKey }],
    ]
    const answers = []
    for (const [id, way] of ways) answers.push(await attempt(operation(id), way))
    expect(answers.map(({ status }) => status)).toEqual(ways.map(() => 404))
    if (!isHead) {
      for (const answer of answers) expect(anonymous(answer)).toMatchObject({ code: 'token_invalid' })
      expect(new Set(answers.map((answer) => JSON.stringify(anonymous(answer)))).size).toBe(1)
    }
    expect(await app.status(issued)).toMatchObject({ state: 'pending', receivedBytes: 0 })
  })

  it("is 404 with another project's key, and 401 with one that is none", async () => {
    const { id } = await app.issue()
    const theirs = await attempt(operation(id), { bearer: app.foreignKey })
    const invented = await attempt(operation(`upl_${'0'.repeat(26)}`), { bearer: app.foreignKey })
    expect([theirs.status, invented.status]).toEqual([404, 404])
    expect(anonymous(theirs)).toEqual(anonymous(invented))
    expect((await attempt(operation(id), { bearer: 'rd_nobody' })).status).toBe(401)
  })

  it('is 410 once the token has expired, whether it was swept or not', async () => {
    const fresh = await app.issue({ expiresInSeconds: 60 })
    const begun = await app.issue({ expiresInSeconds: 60 })
    const part = { body: bytes.subarray(0, 10), headers: { 'content-range': 'bytes 0-9/100' } }
    await app.call('PUT', begun.urls.put, part)
    await clock.advance(61_000)
    for (const { id, token } of [fresh, begun]) {
      const answer = await attempt(operation(id), { token })
      expect(answer.status).toBe(410)
      if (!isHead) expect(answer.json).toMatchObject({ code: 'token_expired' })
      await app.services.uploads.expire(id as Parameters<typeof app.services.uploads.expire>[0])
      expect((await attempt(operation(id), { token })).status).toBe(410)
    }
  })

  it('is 404 once the upload was given up', async () => {
    const issued = await app.issue()
    await app.call('DELETE', issued.urls.status)
    expect((await attempt(operation(issued.id), { token: issued.token })).status).toBe(404)
  })

  it('changes nothing once the token is spent', async () => {
    const issued = await finished()
    const before = await app.status(issued)
    const answer = await attempt(operation(issued.id), { token: issued.token })
    if (name === 'PUT' || name === 'PATCH' || name === 'DELETE') {
      expect(answer).toMatchObject({ status: 409, json: { code: 'state_conflict' } })
    } else {
      // Questions, and the repeat of what was done already.
      expect(answer.status).toBeLessThan(300)
    }
    expect(await app.status(issued)).toEqual(before)
  })

  it('is refused from an origin that the token does not allow', async () => {
    const issued = await app.issue({ origins: ['https://app.example.com'] })
    const { method, path, ...call } = operation(issued.id)
    const from = (origin: string): Promise<Answer> =>
      app.call(method, `${path}?token=${issued.token}`, { ...call, headers: { ...call.headers, origin } })
    for (const origin of ['https://evil.example', 'http://app.example.com', 'https://app.example.com:8443', 'null']) {
      const answer = await from(origin)
      expect(answer.status).toBe(403)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
    expect(await app.status(issued)).toMatchObject({ state: 'pending', receivedBytes: 0 })
  })

  if (WRITES.has(name)) return
  it('is open to the token in the address, to it as Bearer, and to the project', async () => {
    const { id, token } = await finished()
    for (const way of [{ token }, { bearer: token }, { bearer: app.keys.apiKey }]) {
      expect((await attempt(operation(id), way)).status).toBeLessThan(300)
    }
  })
})

/** An upload that is over, so that also the stream of events ends. */
async function finished(): Promise<IssuedUploadDocument> {
  const issued = await app.issue()
  await app.call('PUT', issued.urls.put, { body: bytes })
  await app.call('DELETE', `/v1/assets/${issued.asset.id}`, { key: app.keys.apiKey })
  return issued
}

describe('two Authorization headers', () => {
  it('are refused, since nobody can know which one counts', async () => {
    const { id, token } = await app.issue()
    const headers = ['Authorization', `Bearer ${token}`, 'Authorization', 'Bearer rd_other', 'Host', 'localhost']
    const sent = request(`${app.url}/v1/uploads/${id}`, { headers }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    expect(response.statusCode).toBe(400)
  })
})

describe('pages of other origins', () => {
  const ORIGIN = 'https://app.example.com'

  it('may use a token that is not limited, without credentials of the user', async () => {
    const issued = await app.issue()
    const answer = await app.call('GET', issued.urls.status, { headers: { origin: ORIGIN } })
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    expect(answer.headers['access-control-expose-headers']).toMatch(/\bRange\b.*\bUpload-Offset\b.*\bRetry-After\b/)
  })

  it('may read what is wrong with a token', async () => {
    const path = `/v1/uploads/upl_${'0'.repeat(26)}?token=rdu_${'A'.repeat(43)}`
    const answer = await app.call('GET', path, { headers: { origin: ORIGIN } })
    expect(answer).toMatchObject({ status: 404, headers: { 'access-control-allow-origin': '*' } })
  })

  it('may use a token that names them, and only they', async () => {
    const issued = await app.issue({ origins: [ORIGIN] })
    const answer = await app.call('PUT', issued.urls.put, { body: bytes, headers: { origin: ORIGIN } })
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'origin' })
  })

  it.each(['put', 'status', 'events'] as const)('are told before they send: urls.%s', async (name) => {
    const asked = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-range,x-mine' }
    const open = await app.issue()
    const limited = await app.issue({ origins: [ORIGIN] })
    const preflight = (issued: IssuedUploadDocument, origin: string) =>
      app.call('OPTIONS', issued.urls[name], { headers: { origin, ...asked } })
    const allowed = await preflight(open, 'https://anybody.example')
    expect(allowed.status).toBe(204)
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': expect.stringMatching(/PUT, PATCH/),
      'access-control-allow-headers': 'content-range,x-mine',
      'access-control-max-age': '7200',
    })
    expect((await preflight(limited, ORIGIN)).headers['access-control-allow-origin']).toBe(ORIGIN)
    const refused = await preflight(limited, 'https://evil.example')
    expect(refused.status).toBe(403)
    expect(refused.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('learn nothing about a token from asking beforehand', async () => {
    const headers = { origin: ORIGIN, 'access-control-request-method': 'PUT' }
    const { urls } = await app.issue()
    const known = await app.call('OPTIONS', urls.put, { headers })
    const unknown = await app.call('OPTIONS', urls.put.replace(/rdu_.*/, `rdu_${'A'.repeat(43)}`), { headers })
    expect(unknown.status).toBe(204)
    expect({ ...unknown.headers, date: '' }).toEqual({ ...known.headers, date: '' })
  })

  it('may not use the rest of the API', async () => {
    const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' }
    expect((await app.call('OPTIONS', '/v1/uploads', { headers })).status).toBe(404)
    const answer = await app.call('GET', '/v1/assets', { key: app.keys.apiKey, headers: { origin: ORIGIN } })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })
})
