import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiApp, startApiApp } from './api-app.ts'

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

const signIn = (login: string, password: string, headers: Record<string, string> = {}) =>
  app.call('POST', '/v1/session', { json: { login, password }, headers })

/** The cookie that a browser sends from now on. */
async function signedIn(target = app): Promise<string> {
  const { login, password } = target.keys
  const answer = await target.call('POST', '/v1/session', { json: { login, password } })
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

describe('signing in', () => {
  it('tells who it is and sets a cookie that no script and no other site gets at', async () => {
    const answer = await signIn(app.keys.login, app.keys.password)
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ login: app.keys.login, project: { id: expect.any(String), name: app.keys.project } })
    expect(answer.headers['set-cookie']).toMatch(
      /^reeldock_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('answers alike to an unknown login and to a wrong password', async () => {
    const unknown = await signIn('nobody', app.keys.password)
    const wrong = await signIn(app.keys.login, 'wrong password')
    for (const answer of [unknown, wrong]) {
      expect(answer.status).toBe(401)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect({ ...unknown.json, traceId: '' }).toEqual({ ...wrong.json, traceId: '' })
  })

  it.each([
    ['nothing', {}],
    ['no password', { login: 'admin' }],
    ['an empty password', { login: 'admin', password: '' }],
    ['a login that is a number', { login: 5, password: 'x' }],
    ['a zero byte in the login', { login: 'ad\u0000min', password: 'x' }],
    ['an endless login', { login: 'a'.repeat(201), password: 'x' }],
    ['a member that means nothing', { login: 'admin', password: 'x', remember: true }],
    ['a list', []],
  ])('refuses %s with 400', async (_what, json) => {
    const answer = await app.call('POST', '/v1/session', { json })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ code: 'invalid_argument' })
  })

  it('does not echo the password in a refusal', async () => {
    const answer = await app.call('POST', '/v1/session', { json: { login: 7, password: 'hunter22' } })
    expect(answer.text).not.toContain('hunter22')
  })

  it('stops guessing after twenty attempts a minute, whatever they were', async () => {
    const other = await startApiApp()
    try {
      const attempt = (json: unknown) => other.call('POST', '/v1/session', { json })
      const attempts = await Promise.all(Array.from({ length: 20 }, () => attempt({ login: 'admin' })))
      expect(attempts.map(({ status }) => status)).toEqual(new Array(20).fill(400))
      const { login, password } = other.keys
      const late = await attempt({ login, password })
      expect(late.status).toBe(429)
      expect(late.json).toMatchObject({ code: 'rate_limited', reason: 'sign_in' })
      expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
    } finally {
      await other.close()
    }
  })
})

describe('a session', () => {
  it('is shown to its cookie and ends when it signs out', async () => {
    const cookie = await signedIn()
    expect((await app.call('GET', '/v1/session', { headers: { cookie } })).json).toMatchObject({
      login: app.keys.login,
    })
    const out = await app.call('DELETE', '/v1/session', { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    expect(out.status).toBe(204)
    expect(out.headers['set-cookie']).toMatch(/^reeldock_session=; Max-Age=0; Path=\/; /)
    expect((await app.call('GET', '/v1/session', { headers: { cookie } })).status).toBe(401)
    expect((await app.call('GET', '/v1/assets', { headers: { cookie } })).status).toBe(401)
  })

  it.each([
    ['without a cookie', {}],
    ['with a cookie that nobody got', { cookie: `reeldock_session=${'A'.repeat(43)}` }],
    ['with a cookie of another kind', { cookie: 'reeldock_session=%00; other=1' }],
  ])('is 401 %s', async (_what, headers: Record<string, string>) => {
    expect((await app.call('GET', '/v1/session', { headers })).status).toBe(401)
  })

  it('signs out without a session, so that a page need not know', async () => {
    expect((await app.call('DELETE', '/v1/session')).status).toBe(204)
  })
})

describe('a session cookie on an operation that changes something', () => {
  const ownHost = (): string => new URL(app.url).host
  const cases: [string, () => Record<string, string>, number][] = [
    ['from a page of this server', () => ({ 'sec-fetch-site': 'same-origin' }), 201],
    ['from a browser that sends the origin only', () => ({ origin: `http://${ownHost()}`, host: ownHost() }), 201],
    ['from the public address', () => ({ origin: app.url, host: '10.1.2.3:8080' }), 201],
    ['from another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }), 403],
    ['from another host of the same site', () => ({ 'sec-fetch-site': 'same-site' }), 403],
    ['from a link in a mail', () => ({ 'sec-fetch-site': 'none' }), 403],
    ['from another site that claims our origin', () => ({ 'sec-fetch-site': 'cross-site', origin: app.url }), 403],
    ['from another origin, in an old browser', () => ({ origin: 'https://evil.example' }), 403],
    ['from a sandboxed frame', () => ({ origin: 'null' }), 403],
    ['from nowhere', () => ({}), 403],
  ]
  it.each(cases)('%s', async (_what, headers, status) => {
    const cookie = await sharedCookie()
    const answer = await app.call('POST', '/v1/uploads', {
      headers: { cookie, ...headers() },
      json: { fileName: 'clip.mp4' },
    })
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.json).toMatchObject({ code: 'forbidden', reason: 'cross_origin' })
  })

  it('needs no origin to read', async () => {
    const cookie = await sharedCookie()
    const headers = { cookie, 'sec-fetch-site': 'cross-site' }
    expect((await app.call('GET', '/v1/assets', { headers })).status).toBe(200)
  })

  it('does not let another site sign the user out or send bytes', async () => {
    const cookie = await sharedCookie()
    const headers = { cookie, 'sec-fetch-site': 'cross-site' }
    const { id } = await app.issue()
    expect((await app.call('DELETE', '/v1/session', { headers })).status).toBe(403)
    expect((await app.call('PUT', `/v1/uploads/${id}/content`, { headers, body: 'x' })).status).toBe(403)
    expect((await app.call('DELETE', `/v1/uploads/${id}`, { headers })).status).toBe(403)
    expect((await app.call('GET', '/v1/session', { headers: { cookie } })).status).toBe(200)
  })

  it('counts for nothing beside an API key that is wrong', async () => {
    const cookie = await sharedCookie()
    const headers = { cookie, 'sec-fetch-site': 'same-origin' }
    expect((await app.call('GET', '/v1/assets', { headers, key: 'rd_wrong' })).status).toBe(401)
  })

  let shared: Promise<string> | undefined
  const sharedCookie = (): Promise<string> => {
    shared ??= signedIn()
    return shared
  }
})

describe('an API key', () => {
  it.each([
    ['missing', {}],
    ['unknown', { authorization: 'Bearer rd_unknown' }],
    ['of another scheme', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
    ['empty', { authorization: 'Bearer ' }],
    ['two in one', { authorization: 'Bearer a b' }],
  ])('%s: 401 with a challenge and nothing else', async (_what, headers: Record<string, string>) => {
    const answer = await app.call('GET', '/v1/assets', { headers })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    expect(Object.keys(answer.json ?? {}).sort()).toEqual(['code', 'detail', 'status', 'title', 'traceId', 'type'])
  })

  it('is asked for before the body is looked at', async () => {
    const answer = await app.call('POST', '/v1/uploads', { json: { fileName: 5 } })
    expect(answer.status).toBe(401)
  })

  it('is not an upload token, nor the other way round', async () => {
    const { token } = await app.issue()
    expect((await app.call('GET', '/v1/assets', { key: token })).status).toBe(401)
  })
})
