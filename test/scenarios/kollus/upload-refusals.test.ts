import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { eventually } from './eventually.ts'
import { field, file, formBody, type Part } from './form-body.ts'
import { type Answer, exchange, open, type Sent } from './http-exchange.ts'
import { type CreatedUrl, type KollusApp, startKollusApp } from './kollus-app.ts'

const BOUNDARY = '----WebKitFormBoundaryyrV7KO0BoCBuDbTL'
const HEADERS = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
const CONTENT = randomBytes(200_000)
const SUCCESS = { error: 0, message: 'Successfully uploaded.' }
const EXPIRED = { error: 1, message: 'User request was expired.' }
const MAX_SIZE_BYTES = 300_000

const form = (parts: readonly Part[]): Sent => ({ headers: HEADERS, body: formBody(BOUNDARY, parts) })
const GOOD = form([file(CONTENT), field('accept', 'application/json')])
const JSON_FIELD = field('accept', 'application/json')

const inJson = (answer: Answer) => ({ status: answer.status, ...(JSON.parse(answer.body) as typeof EXPIRED) })

describe('upload_url with a session that is no good', () => {
  const clock = new ManualClock()
  let app: KollusApp

  beforeAll(async () => {
    app = await startKollusApp({ clock })
  })
  afterAll(async () => app.close())

  const used = async (): Promise<string> => {
    const { upload_url } = await app.create()
    expect(inJson(await exchange(upload_url, GOOD))).toEqual({ status: 200, ...SUCCESS })
    return upload_url
  }
  const expired = async (): Promise<string> => {
    const { upload_url } = await app.create({ expire_time: '60' })
    await clock.advance(60_000)
    return upload_url
  }
  const unknown = async (): Promise<string> =>
    `${app.url}/api/v1/UploadMultiParts/KUS_${'x'.repeat(43)}/20260301-k3v9x2ab`
  const ofAnotherKey = async (): Promise<string> => {
    const [mine, other] = [await app.create(), await app.create()]
    return mine.upload_url.replace(mine.upload_file_key, other.upload_file_key)
  }
  const withoutPrefix = async (): Promise<string> => (await app.create()).upload_url.replace('KUS_', '')
  const deleted = async (): Promise<string> => {
    const { upload_url, upload_file_key } = await app.create()
    const upload = await app.upload(upload_file_key)
    if (upload?.assetId === undefined) throw new Error('the upload has an asset')
    await app.services.library.delete(upload.projectId, upload.assetId)
    return upload_url
  }
  const sessions = { used, expired, unknown, ofAnotherKey, withoutPrefix, deleted }

  it.each(Object.entries(sessions))(
    'says so in JSON, though only a field behind the file asks for it: %s',
    async (_n, make) => {
      expect(inJson(await exchange(await make(), GOOD))).toEqual({ status: 404, ...EXPIRED })
    },
  )

  it.each(Object.entries(sessions))('leads a form on with result F: %s', async (_name, make) => {
    const answer = await exchange(await make(), form([file(CONTENT), field('return_url', 'https://cms.example/done')]))
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toContain('https://cms.example/done?result=F&amp;message=User%20request%20was%20expired.')
  })

  it('answers before the end of a large file', async () => {
    const client = open(await unknown(), { headers: { ...HEADERS, accept: 'application/json' } })
    client.request.write(formBody(BOUNDARY, [file(Buffer.alloc(0))]).subarray(0, -4 - BOUNDARY.length))
    let isAnswered = false
    const answer = client.answer.finally(() => {
      isAnswered = true
    })
    const piece = Buffer.alloc(1024 * 1024)
    const wholeBytes = 512 * piece.length
    let sentBytes = 0
    client.request.on('error', () => undefined)
    while (!isAnswered && sentBytes < wholeBytes) {
      sentBytes += piece.length
      const ready = client.request.write(piece)
      await (ready ? Promise.resolve() : Promise.race([answer, new Promise((r) => client.request.once('drain', r))]))
    }
    expect(inJson(await answer)).toEqual({ status: 404, ...EXPIRED })
    expect(sentBytes).toBeLessThan(wholeBytes)
    client.request.destroy()
  })

  it('gives up a transfer that does not end before the session expires', async () => {
    const { upload_url, upload_file_key, progress_url } = await app.create({ expire_time: '60' })
    const client = open(upload_url, { headers: { ...HEADERS, 'content-length': '1000000' } })
    client.request.write(formBody(BOUNDARY, [JSON_FIELD, file(CONTENT)]).subarray(0, 150_000))
    await eventually(async () => (await progress(progress_url)).result?.progress).toBe(15)
    await clock.advance(60_000)
    await clock.advance(31_000)
    expect(inJson(await client.answer)).toEqual({ status: 404, ...EXPIRED })
    expect(await app.stored(upload_file_key)).toBeUndefined()
    client.request.destroy()
  })

  it('ends a form of which nothing comes any more', async () => {
    const { upload_url, progress_url } = await app.create({ expire_time: '21600' })
    const client = open(upload_url, { headers: { ...HEADERS, 'content-length': '1000000' } })
    client.request.write(formBody(BOUNDARY, [JSON_FIELD, file(CONTENT)]).subarray(0, 150_000))
    await eventually(async () => (await progress(progress_url)).result?.progress).toBe(15)
    await clock.advance(61_000)
    const answer = inJson(await client.answer)
    expect(answer.status).toBe(404)
    expect(answer.message).toMatch(/seconds/)
    expect(inJson(await exchange(upload_url, GOOD))).toEqual({ status: 200, ...SUCCESS })
    client.request.destroy()
  })
})

describe('upload_url while the server stops', () => {
  it('answers at once and keeps the session for another try', async () => {
    const clock = new ManualClock()
    const app = await startKollusApp({ clock })
    try {
      const { upload_url } = await app.create()
      const client = open(upload_url, { headers: { ...HEADERS, 'content-length': '1000000' } })
      client.request.write(formBody(BOUNDARY, [JSON_FIELD, file(CONTENT)]).subarray(0, 150_000))
      await eventually(() => app.services.uploads.activeRunCount).toBe(1)
      await app.services.uploads.stopAll()
      const answer = inJson(await client.answer)
      expect(answer).toEqual({ status: 404, error: 1, message: expect.stringMatching(/stopping/) })
      client.request.destroy()
      expect(inJson(await exchange(upload_url, GOOD))).toEqual({ status: 200, ...SUCCESS })
    } finally {
      await app.close()
    }
  })
})

describe('upload_url with a form that is no good', () => {
  let app: KollusApp

  beforeAll(async () => {
    app = await startKollusApp({ limits: { maxSizeBytes: MAX_SIZE_BYTES } })
  })
  afterAll(async () => app.close())

  const raw = (body: string | Buffer, headers: Record<string, string> = HEADERS): Sent => ({
    headers: { accept: 'application/json', ...headers },
    body,
  })
  const whole = formBody(BOUNDARY, [file(CONTENT), JSON_FIELD])

  const BAD: Readonly<Record<string, readonly [Sent, number, RegExp]>> = {
    'no body': [raw(''), 400, /multipart/],
    'a body that is no form': [raw('{"a":1}', { 'content-type': 'application/json' }), 400, /multipart/],
    'random bytes': [raw(randomBytes(100_000)), 400, /multipart/],
    'a form without its end': [raw(whole.subarray(0, -6)), 400, /cut off/],
    'a form that ends in its file': [raw(whole.subarray(0, 100_000)), 400, /cut off/],
    'another boundary than declared': [raw(formBody('other', [file(CONTENT)])), 400, /cut off/],
    'no file': [form([JSON_FIELD, field('title', 'x')]), 400, /no file .*upload-file/],
    'a file in another field': [form([JSON_FIELD, file(CONTENT, { name: 'file' })]), 400, /no file .*upload-file/],
    'a file that was not chosen': [
      form([JSON_FIELD, file(Buffer.alloc(0), { fileName: '', type: 'application/octet-stream' })]),
      400,
      /no file .*upload-file/,
    ],
    'an empty file': [form([JSON_FIELD, file(Buffer.alloc(0))]), 400, /holiday\.mp4 is empty/],
    'a bare line break in a file name': [
      form([JSON_FIELD, file(CONTENT, { fileName: 'a\nb: c.mp4' })]),
      400,
      /no file/,
    ],
    'a field larger than any option': [
      form([JSON_FIELD, field('x', 'y'.repeat(70_000)), file(CONTENT)]),
      404,
      /field has more/,
    ],
    'fields without an end': [
      form([JSON_FIELD, ...Array(300).fill(field('x', 'y')), file(CONTENT)]),
      404,
      /more than 200 fields/,
    ],
    'a file larger than the server takes': [
      form([file(randomBytes(MAX_SIZE_BYTES + 1)), JSON_FIELD]),
      404,
      /at most 300000 bytes/,
    ],
  }

  it.each(Object.entries(BAD))('says what is wrong and keeps the session for another try: %s', async (_name, bad) => {
    const [sent, status, message] = bad
    const { upload_url, upload_file_key } = await app.create()
    const answer = inJson(await exchange(upload_url, sent))
    expect(answer).toEqual({ status, error: 1, message: expect.stringMatching(message) })
    expect(await app.stored(upload_file_key)).toBeUndefined()
    expect(inJson(await exchange(upload_url, GOOD))).toEqual({ status: 200, ...SUCCESS })
    expect((await app.stored(upload_file_key))?.content.equals(CONTENT)).toBe(true)
  })

  it('takes a shorter file after the connection broke in the middle of a longer one', async () => {
    const created = await app.create()
    const client = open(created.upload_url, { headers: { ...HEADERS, 'content-length': '400000' } })
    client.request.write(formBody(BOUNDARY, [file(randomBytes(MAX_SIZE_BYTES))]).subarray(0, 200_000))
    await eventually(() => sentBytes(created)).toBeGreaterThan(100_000)
    client.request.destroy()
    await eventually(() => app.services.uploads.activeRunCount).toBe(0)
    expect(await storedBytes(created)).toBeGreaterThan(100_000)

    const shorter = randomBytes(50_000)
    const answer = await exchange(created.upload_url, form([file(shorter, { fileName: 'b.mp4' }), JSON_FIELD]))
    expect(inJson(answer)).toEqual({ status: 200, ...SUCCESS })
    const stored = await app.stored(created.upload_file_key)
    expect(stored?.fileName).toBe('b.mp4')
    expect(stored?.content.equals(shorter)).toBe(true)
  })

  it('does not count a file whose form broke off behind it', async () => {
    const { upload_url, upload_file_key } = await app.create()
    const body = formBody(BOUNDARY, [file(CONTENT), JSON_FIELD])
    const client = open(upload_url, { headers: { ...HEADERS, 'content-length': String(body.length) } })
    client.request.write(body.subarray(0, body.length - 20))
    await eventually(() => app.services.uploads.activeRunCount).toBe(1)
    client.request.destroy()
    await eventually(() => app.services.uploads.activeRunCount).toBe(0)
    expect((await app.upload(upload_file_key))?.state).toBe('receiving')
    expect(inJson(await exchange(upload_url, GOOD))).toEqual({ status: 200, ...SUCCESS })
  })

  it('lets the newer of two requests win', async () => {
    const { upload_url, upload_file_key, progress_url } = await app.create()
    const older = open(upload_url, { headers: { ...HEADERS, 'content-length': '400000' } })
    older.request.write(formBody(BOUNDARY, [JSON_FIELD, file(randomBytes(150_000))]).subarray(0, 100_000))
    await eventually(async () => (await progress(progress_url)).result?.progress).toBe(25)
    expect(inJson(await exchange(upload_url, GOOD))).toEqual({ status: 200, ...SUCCESS })
    expect((await app.stored(upload_file_key))?.content.equals(CONTENT)).toBe(true)
    older.request.destroy()
  })

  const sentBytes = async (created: CreatedUrl): Promise<number | undefined> => {
    const upload = await app.upload(created.upload_file_key)
    return upload && app.services.uploads.live(upload).sentBytes
  }
  const storedBytes = async (created: CreatedUrl): Promise<number | undefined> =>
    (await app.upload(created.upload_file_key))?.ranges.reduce((sum, range) => sum + range.end - range.start, 0)
})

async function progress(url: string): Promise<{ error: number; message: string; result?: { progress: number } }> {
  return JSON.parse((await exchange(url, { method: 'GET', length: 'none' })).body) as never
}
