import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Answer, exchange } from './http-exchange.ts'
import { ACCESS_TOKEN, type KollusApp, startKollusApp } from './kollus-app.ts'

const CONTENT = randomBytes(250_000)
const clock = new ManualClock()

let app: KollusApp

beforeAll(async () => {
  app = await startKollusApp({ clock })
})
afterAll(async () => app.close())

type Session = Readonly<{ type: string; upload_key: string; progress: number; upload_file_key: string }>

const json = (answer: Answer): Record<string, unknown> => JSON.parse(answer.body) as Record<string, unknown>
const api = (path: string): string => `${app.url}/api/v1/${path}`

async function createSession(): Promise<Session> {
  const answer = await exchange(api(`CreateUploadSession/600/f?access_token=${ACCESS_TOKEN}`))
  expect(json(answer)).toMatchObject({ error: false, message: 'OK', result: { type: 'f', progress: 0 } })
  return (json(answer) as { result: Session }).result
}
const putChunk = (session: string, offset: number | string, body: Buffer): Promise<Answer> =>
  exchange(api(`UploadFileChunk/${session}/${offset}`), { method: 'PUT', body })
const commit = (session: string, fileName = 'holiday.mp4'): Promise<Answer> =>
  exchange(api(`UploadChunkCommit/${session}/${encodeURIComponent(fileName)}`))

describe('the chunked variant', () => {
  it('puts a file together and names it when it is committed', async () => {
    const { upload_key, upload_file_key } = await createSession()
    for (const [start, end] of [
      [0, 100_000],
      [100_000, 100_001],
      [100_001, 250_000],
    ] as const) {
      const answer = await putChunk(upload_key, start, CONTENT.subarray(start, end))
      expect(answer.status).toBe(200)
      expect(json(answer)).toEqual({ desc: 'OK', upload_key, status: 200 })
    }
    const committed = { desc: 'OK', upload_key, file_name: '휴가.mp4', status: 200 }
    expect(json(await commit(upload_key, '../휴가.mp4'))).toEqual(committed)
    const stored = await app.stored(upload_file_key)
    expect(stored?.title).toBe('휴가.mp4')
    expect(stored?.content.equals(CONTENT)).toBe(true)
    expect(json(await commit(upload_key, 'other.mp4'))).toEqual(committed)
    const late = await putChunk(upload_key, 250_000, CONTENT)
    expect(json(late)).toEqual({ desc: 'User request was expired.', upload_key, status: 404 })
  })

  it('takes a chunk only where the last one ended, and again after a wrong one', async () => {
    const { upload_key, upload_file_key } = await createSession()
    await putChunk(upload_key, 0, CONTENT.subarray(0, 1000))
    for (const offset of [0, 999, 1001, 5000]) {
      const answer = await putChunk(upload_key, offset, CONTENT.subarray(1000))
      expect(answer.status).toBe(400)
      expect(json(answer)).toEqual({ desc: 'offset not matched', upload_key, status: 400 })
    }
    expect((await putChunk(upload_key, 1000, CONTENT.subarray(1000))).status).toBe(200)
    await commit(upload_key)
    expect((await app.stored(upload_file_key))?.content.equals(CONTENT)).toBe(true)
  })

  it.each([
    ['a time that is none', `CreateUploadSession/0/f?access_token=${ACCESS_TOKEN}`],
    ['a type that is none', `CreateUploadSession/600/x?access_token=${ACCESS_TOKEN}`],
    ['no access token', 'CreateUploadSession/600/f'],
  ])('refuses a session for %s', async (_what, path) => {
    const answer = await exchange(api(path))
    expect(answer.status).toBe(400)
    expect(json(answer)).toMatchObject({ error: 1 })
  })

  it('refuses a commit without a byte and an offset that is none', async () => {
    const { upload_key } = await createSession()
    expect((await commit(upload_key)).status).toBe(400)
    expect((await putChunk(upload_key, '-1', CONTENT)).status).toBe(400)
    expect((await putChunk(upload_key, '1e3', CONTENT)).status).toBe(400)
  })

  it('refuses unknown and expired sessions alike', async () => {
    const { upload_key } = await createSession()
    await putChunk(upload_key, 0, CONTENT)
    await clock.advance(600_000)
    for (const session of [upload_key, `KUS_${'x'.repeat(43)}`, 'x']) {
      for (const answer of [await putChunk(session, 0, CONTENT), await commit(session)]) {
        expect(answer.status).toBe(404)
        expect(json(answer)).toEqual({ desc: 'User request was expired.', upload_key: session, status: 404 })
      }
    }
  })
})
