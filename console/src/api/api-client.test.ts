import { describe, expect, it } from 'vitest'
import { createApiClient } from './api-client.ts'
import { ownOrigin } from './own-origin.ts'

function answering(status: number, body: string) {
  const calls: { path: string; init: RequestInit }[] = []
  const client = createApiClient(async (path, init) => {
    calls.push({ path, init })
    return new Response(status === 204 ? null : body, { status })
  })
  return { client, calls }
}

describe('the API client', () => {
  it("turns a problem document into an error with the server's words, code and reason", async () => {
    const problem = { type: 'about:blank', title: 'Refused', status: 422, code: 'media_refused', reason: 'not_media' }
    const { client } = answering(422, JSON.stringify({ ...problem, detail: 'This is no video.', traceId: 't' }))
    await expect(client.asset('ast_1')).rejects.toMatchObject({
      status: 422,
      code: 'media_refused',
      reason: 'not_media',
      message: 'This is no video.',
    })
  })

  it("does not show a proxy's page as an error text", async () => {
    const { client } = answering(502, '<html><body>Bad Gateway nginx</body></html>')
    await expect(client.session()).rejects.toMatchObject({
      code: 'http_502',
      message: 'The server answered with status 502.',
    })
  })

  it('says that the server cannot be reached when there is no answer', async () => {
    const client = createApiClient(async () => {
      throw new TypeError('Failed to fetch')
    })
    await expect(client.session()).rejects.toMatchObject({ status: 0, code: 'unreachable' })
  })

  it('asks for the next page with its cursor, encoded', async () => {
    const { client, calls } = answering(200, '{"items":[],"nextCursor":null}')
    await client.assets({ limit: 24, cursor: 'a&b' })
    expect(calls[0]?.path).toBe('/v1/assets?limit=24&cursor=a%26b')
  })

  it('has a file processed once more as somebody wants, and the sizes of another profile added', async () => {
    const { client, calls } = answering(202, '{}')
    await client.reprocess('ast_1', { profile: 'mobile' })
    await client.addRenditions('ast_1', 'ultra-hd')
    expect(calls.map(({ path, init }) => [init.method, path, init.body])).toEqual([
      ['POST', '/v1/assets/ast_1/reprocess', '{"profile":"mobile"}'],
      ['POST', '/v1/assets/ast_1/renditions', '{"profile":"ultra-hd"}'],
    ])
  })

  it('accepts an empty answer to signing out', async () => {
    const { client, calls } = answering(204, '')
    await client.signOut()
    expect(calls[0]).toMatchObject({ path: '/v1/session', init: { method: 'DELETE', body: null } })
  })

  it("reaches an upload's absolute URL on the origin of the page", async () => {
    const { client, calls } = answering(200, '{}')
    await client.uploadStatus('https://video.example:8443/v1/u/tok?x=1')
    expect(calls[0]?.path).toBe('/v1/u/tok?x=1')
    expect(ownOrigin('/play/t/a/master.m3u8')).toBe('/play/t/a/master.m3u8')
  })
})
