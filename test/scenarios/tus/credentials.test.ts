import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import type { RawResponse } from './raw-http.ts'
import { OFFSET_STREAM, startTusApp, type TusApp } from './tus-app.ts'

let app: TusApp
let clock: ManualClock
beforeAll(async () => {
  clock = new ManualClock()
  app = await startTusApp({ clock })
})
afterAll(() => app.close())

/** Every request that shows an upload token, in the address or as Bearer. */
const VERBS: Readonly<Record<string, (token: string) => Promise<RawResponse>>> = {
  HEAD: (token) => app.head(`/tus/${token}`),
  PATCH: (token) => app.patch(`/tus/${token}`, 0, 'hello'),
  'PATCH by POST': (token) =>
    app.tus({
      method: 'POST',
      path: `/tus/${token}`,
      headers: { 'x-http-method-override': 'PATCH', 'content-type': OFFSET_STREAM, 'upload-offset': '0' },
      body: 'hello',
    }),
  DELETE: (token) => app.tus({ method: 'DELETE', path: `/tus/${token}` }),
  POST: (token) => create(token, { 'upload-length': '5' }),
  'POST with bytes': (token) => create(token, { 'upload-length': '5', 'content-type': OFFSET_STREAM }, 'hello'),
  'POST of a part': (token) => create(token, { 'upload-length': '5', 'upload-concat': 'partial' }),
}

function create(token: string, headers: Record<string, string>, body = ''): Promise<RawResponse> {
  return app.tus({ method: 'POST', path: '/tus', headers: { authorization: `Bearer ${token}`, ...headers }, body })
}

function expectNothingTold({ headers }: RawResponse): void {
  const told = Object.keys(headers).filter((name) => name.startsWith('upload-') || name === 'location')
  // Where an offset is wrong is known to who has the token.
  expect(told).toEqual([])
}

describe.each(Object.entries(VERBS))('%s', (_, send) => {
  it.each([
    ['is forged', `rdu_${'f'.repeat(43)}`],
    ['is too short', `rdu_${'f'.repeat(42)}`],
    ['is the key of nobody', `rdu_rd_${'f'.repeat(40)}`],
  ])('is refused when the token %s', async (_, token) => {
    const answer = await send(token)
    expect([401, 404]).toContain(answer.status)
    expectNothingTold(answer)
  })

  it('is refused when the token was revoked, in the words for one that never was', async () => {
    const { token, upload } = await app.issue({ sizeBytes: 5 })
    await app.services.uploads.remove(upload.id)
    const [revoked, forged] = [await send(token), await send(`rdu_${'f'.repeat(43)}`)]
    expect(revoked).toMatchObject({ status: 404, body: forged.body })
    expectNothingTold(revoked)
  })

  it('is refused when the token has expired', async () => {
    const { token } = await app.issue({ sizeBytes: 5, leaseMs: 5_000 })
    await clock.advance(5_001)
    const answer = await send(token)
    expect(answer.status).toBe(410)
    expectNothingTold(answer)
  })

  it('is refused when the upload has failed', async () => {
    const { token, upload } = await app.issue({ sizeBytes: 5 })
    await app.services.uploads.fail(upload.id, {
      code: 'length_mismatch',
      message: 'More bytes came than the file has.',
    })
    const answer = await send(token)
    expect([403, 404]).toContain(answer.status)
    expectNothingTold(answer)
  })
})

describe('a token that is spent', () => {
  it('opens nothing but what its holder may know: how the upload stands', async () => {
    const { token, path } = await app.issue({ sizeBytes: 5 })
    await app.patch(path, 0, 'hello')
    const statuses = new Map<string, number>()
    for (const [verb, send] of Object.entries(VERBS)) statuses.set(verb, (await send(token)).status)
    expect(Object.fromEntries(statuses)).toEqual({
      HEAD: 200,
      PATCH: 409,
      'PATCH by POST': 409,
      DELETE: 403,
      POST: 403,
      'POST with bytes': 403,
      'POST of a part': 403,
    })
    expect(await app.content(path)).toEqual(Buffer.from('hello'))
  })
})

it('an API key opens no upload by its address', async () => {
  expect((await app.head(`/tus/${app.keys.apiKey}`)).status).toBe(404)
})

it('an upload of one project is not opened, joined or listed by the key of another', async () => {
  const mine = await app.create({ 'upload-concat': 'partial', 'upload-length': '5' })
  await app.patch(mine, 0, 'hello')
  const headers = { authorization: `Bearer ${app.foreignKey}`, 'upload-concat': `final;${mine}` }
  expect((await app.tus({ method: 'POST', path: '/tus', headers, body: '' })).status).toBe(404)
  expect((await app.head(mine)).headers['upload-offset']).toBe('5')
})
