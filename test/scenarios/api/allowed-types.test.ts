import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IssuedUploadDocument } from '../../../src/http/api/uploads/upload-schema.ts'
import { type ApiApp, someBytes, startApiApp, storedBytes } from './api-app.ts'

const film = (sizeBytes: number) =>
  Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp42', 'latin1'), someBytes(sizeBytes)]).subarray(
    0,
    sizeBytes,
  )
const FILM = film(300_000)
const PAPER = Buffer.concat([Buffer.from('%PDF-1.7\n', 'latin1'), someBytes(300_000)]).subarray(0, 300_000)
const LETTER = Buffer.from('Dear all,\n'.repeat(50_000))

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

const issue = (wanted: object = {}) => app.issue({ allowedTypes: ['video/*', 'Audio/FLAC'], ...wanted })
const put = (to: IssuedUploadDocument, body: Buffer, headers: Record<string, string> = {}) =>
  app.call('PUT', to.urls.put, { body, headers })
const part = (to: IssuedUploadDocument, file: Buffer, start: number, end: number) =>
  put(to, file.subarray(start, end), { 'content-range': `bytes ${start}-${end - 1}/${file.length}` })
const REFUSED = { status: 415, code: 'type_not_allowed', found: 'application/pdf', allowed: ['video/*', 'audio/flac'] }

describe('a token that allows some types', () => {
  it('takes a file of one of them, and another only by its bytes, not by its name', async () => {
    const upload = await issue({ fileName: 'paper.pdf' })
    expect((await put(upload, FILM, { 'content-type': 'application/pdf' })).status).toBe(200)
    expect((await storedBytes(app, upload.id)).equals(FILM)).toBe(true)
  })

  it.each([
    ['a document', PAPER, 'application/pdf'],
    ['a text', LETTER, 'text/plain'],
    ['an empty file', Buffer.alloc(0), 'application/octet-stream'],
    ['a short text', Buffer.from('short'), 'text/plain'],
  ])('refuses %s that is called a film, names both, and acknowledges nothing', async (_what, body, found) => {
    const upload = await issue({ fileName: 'film.mp4', sizeBytes: body.length })
    const answer = await put(upload, body, { 'content-type': 'video/mp4' })
    expect(answer.status).toBe(415)
    expect(answer.json).toMatchObject({ ...REFUSED, found })
    expect(answer.json?.['detail']).toContain(found)
    expect(await app.status(upload)).toMatchObject({ receivedBytes: 0, state: 'receiving' })
  })

  it('takes the right file after a wrong one', async () => {
    const upload = await issue({ sizeBytes: FILM.length })
    expect((await put(upload, PAPER)).status).toBe(415)
    expect((await put(upload, FILM)).status).toBe(200)
  })

  it('refuses a chunk with the wrong beginning while the rest is still to come', async () => {
    const upload = await issue()
    expect(await part(upload, PAPER, 0, 10_000)).toMatchObject({ status: 415, json: REFUSED })
    expect(await part(upload, FILM, 0, 10_000)).toMatchObject({ status: 308 })
  })

  it('decides at the latest when the file is complete, whatever order its bytes came in', async () => {
    const upload = await issue()
    expect((await part(upload, PAPER, 3, PAPER.length)).status).toBe(308)
    expect(await part(upload, PAPER, 0, 3)).toMatchObject({ status: 415, json: REFUSED })
    const { state } = await app.status(upload)
    expect(state).toBe('receiving')
    const completion = await app.call('POST', `/v1/uploads/${upload.id}/complete`, { key: app.keys.apiKey, json: {} })
    expect(completion).toMatchObject({ status: 415, json: REFUSED })
  })

  it('does not mind a beginning that comes in crumbs', async () => {
    const upload = await issue()
    for (const [start, end] of [
      [0, 1],
      [1, 3],
      [3, 4_000],
      [4_000, FILM.length - 1],
    ] as const) {
      expect((await part(upload, FILM, start, end)).status).toBe(308)
    }
    expect((await part(upload, FILM, FILM.length - 1, FILM.length)).status).toBe(200)
  })

  it('keeps what was acknowledged when somebody sends another beginning over it', async () => {
    const upload = await issue()
    expect((await part(upload, FILM, 0, 100_000)).status).toBe(308)
    expect((await part(upload, PAPER.subarray(0, FILM.length), 0, 50_000)).status).toBe(415)
    expect((await part(upload, FILM, 100_000, FILM.length)).status).toBe(200)
    expect((await storedBytes(app, upload.id)).equals(FILM)).toBe(true)
  })

  it.each([['video'], ['*/*'], ['video/mp4; codecs=avc1'], [''], ['video/']])(
    'cannot be issued for "%s"',
    async (type) => {
      const json = { fileName: 'a', allowedTypes: [type] }
      expect((await app.call('POST', '/v1/uploads', { key: app.keys.apiKey, json })).status).toBe(400)
    },
  )
})
