import { describe, expect, it, onTestFinished } from 'vitest'
import { freshPostgresDatabase } from '../../support/postgres.ts'
import { type ApiApp, someBytes, startApiApp, storedBytes } from './api-app.ts'

/** What depends on the database: everything else is told by the scenarios on SQLite. */
describe.runIf(process.env['TEST_POSTGRES_URL'] !== undefined)('the API on PostgreSQL', () => {
  async function start(): Promise<ApiApp> {
    const database = await freshPostgresDatabase()
    if (database === undefined) throw new Error('no PostgreSQL for tests')
    onTestFinished(() => database.drop())
    const app = await startApiApp({ databaseUrl: database.url })
    onTestFinished(() => app.close())
    return app
  }

  it('issues one upload to rivals with one idempotency key, and refuses its use for another wish', async () => {
    const app = await start()
    const create = (fileName: string) =>
      app.call('POST', '/v1/uploads', {
        key: app.keys.apiKey,
        headers: { 'idempotency-key': 'order-1' },
        json: { fileName, metadata: { b: '2', a: '1' } },
      })
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('a.mp4')))
    expect(answers.map(({ status }) => status)).toEqual(new Array(8).fill(201))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect((await create('b.mp4')).status).toBe(409)
    const listed = await app.call('GET', '/v1/uploads', { key: app.keys.apiKey })
    expect(listed.json?.['items']).toHaveLength(1)
  })

  it('takes parallel parts in any order, and lists and deletes what they became', async () => {
    const app = await start()
    const bytes = someBytes(10_000)
    const issued = await app.issue({ sizeBytes: bytes.length })
    const starts = [7, 1, 9, 0, 5, 3, 8, 2, 6, 4].map((index) => index * 1_000)
    const answers = await Promise.all(
      starts.map((start) =>
        app.call('PUT', issued.urls.put, {
          body: bytes.subarray(start, start + 1_000),
          headers: { 'content-range': `bytes ${start}-${start + 999}/${bytes.length}` },
        }),
      ),
    )
    expect(answers.every(({ status }) => status === 200 || status === 308)).toBe(true)
    expect((await app.status(issued)).state).toBe('consumed')
    expect((await storedBytes(app, issued.id)).equals(bytes)).toBe(true)
    const assets = await app.call('GET', '/v1/assets', { key: app.keys.apiKey })
    expect(assets.json?.['items']).toMatchObject([{ id: issued.asset.id, state: 'processing' }])
    expect((await app.call('DELETE', `/v1/assets/${issued.asset.id}`, { key: app.keys.apiKey })).status).toBe(204)
    expect((await app.call('GET', `/v1/assets/${issued.asset.id}`, { key: app.keys.apiKey })).status).toBe(404)
  })

  it('opens and ends a session', async () => {
    const app = await start()
    const { login, password } = app.keys
    const answer = await app.call('POST', '/v1/session', { json: { login, password } })
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
    expect((await app.call('GET', '/v1/session', { headers: { cookie } })).status).toBe(200)
    const headers = { cookie, 'sec-fetch-site': 'same-origin' }
    expect((await app.call('DELETE', '/v1/session', { headers })).status).toBe(204)
    expect((await app.call('GET', '/v1/session', { headers: { cookie } })).status).toBe(401)
  })
})
