import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawExchange } from './raw-http.ts'
import { startTusApp, type TusApp } from './tus-app.ts'

let app: TusApp
beforeAll(async () => {
  app = await startTusApp()
})
afterAll(() => app.close())

const ORIGIN = 'https://cms.example'
const list = (header: string | undefined) => (header ?? '').toLowerCase().split(', ')

describe('a preflight', () => {
  const preflight = (path: string, origin = ORIGIN) =>
    rawExchange(app.url, {
      method: 'OPTIONS',
      path,
      headers: {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'tus-resumable, x-trace-id, bad name',
      },
    }).then(({ final }) => final)

  it.each(['/tus', '/tus/', `/tus/rdu_${'A'.repeat(43)}`])('grants %s what tus clients send', async (path) => {
    const answer = await preflight(path)
    expect(answer).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*', vary: 'origin' } })
    expect(list(answer.headers['access-control-allow-methods'])).toEqual(
      expect.arrayContaining(['head', 'post', 'patch', 'delete']),
    )
    const headers = list(answer.headers['access-control-allow-headers'])
    expect(headers).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'tus-resumable',
        'upload-length',
        'upload-offset',
        'upload-metadata',
        'upload-defer-length',
        'upload-concat',
        'upload-checksum',
        'x-http-method-override',
        'x-request-id',
        'x-trace-id',
      ]),
    )
    expect(headers).not.toContain('bad name')
    expect(headers.filter((name) => name === 'tus-resumable')).toHaveLength(1)
    expect(Number(answer.headers['access-control-max-age'])).toBeGreaterThan(0)
  })

  it('is refused for an origin that the token does not allow', async () => {
    const { path } = await app.issue({ policy: { origins: [ORIGIN] } })
    expect((await preflight(path)).status).toBe(204)
    const refused = await preflight(path, 'https://evil.example')
    expect(refused.status).toBe(403)
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
  })
})

describe('an answer to a page', () => {
  it('exposes every header that clients read, in success and refusal', async () => {
    const { path } = await app.issue({ sizeBytes: 5 })
    for (const answer of [
      await app.tus({ method: 'HEAD', path, headers: { origin: ORIGIN } }),
      await app.tus({ method: 'PATCH', path, headers: { origin: ORIGIN }, body: 'x' }),
      await app.tus({ method: 'HEAD', path: '/tus/nothing', headers: { origin: ORIGIN } }),
    ]) {
      expect(answer.headers['access-control-allow-origin']).toBe('*')
      expect(list(answer.headers['access-control-expose-headers'])).toEqual(
        expect.arrayContaining([
          'location',
          'tus-resumable',
          'tus-version',
          'tus-extension',
          'tus-max-size',
          'tus-checksum-algorithm',
          'upload-offset',
          'upload-length',
          'upload-defer-length',
          'upload-metadata',
          'upload-expires',
          'upload-concat',
        ]),
      )
    }
  })

  it('of an origin that the token does not allow is a refusal that it may not read, on every verb', async () => {
    const { path, token } = await app.issue({ sizeBytes: 5, policy: { origins: [ORIGIN] } })
    const headers = { origin: 'https://evil.example', 'upload-offset': '0', 'upload-length': '5' }
    const type = { 'content-type': 'application/offset+octet-stream' }
    for (const answer of [
      await app.tus({ method: 'HEAD', path, headers }),
      await app.tus({ method: 'PATCH', path, headers: { ...headers, ...type }, body: 'hello' }),
      await app.tus({ method: 'DELETE', path, headers }),
      await app.tus({
        method: 'POST',
        path: '/tus',
        headers: { ...headers, authorization: `Bearer ${token}` },
        body: '',
      }),
    ]) {
      expect(answer.status).toBe(403)
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
      expect(answer.headers).not.toHaveProperty('upload-offset')
    }
    const allowed = await app.tus({ method: 'HEAD', path, headers: { origin: ORIGIN } })
    expect(allowed).toMatchObject({ status: 200, headers: { 'upload-offset': '0' } })
  })
})
