import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kollusDialect } from '../../../src/http/dialects/kollus/index.ts'
import { buildServer } from '../../../src/http/server.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { eventually } from './eventually.ts'
import { field, file, formBody } from './form-body.ts'
import { exchange, open } from './http-exchange.ts'
import { type KollusApp, startKollusApp } from './kollus-app.ts'

const HEADERS = { 'content-type': 'multipart/form-data; boundary=x1' }
const BODY = formBody('x1', [file(randomBytes(200_000)), field('accept', 'application/json')])
const MIB = 1024 * 1024
const clock = new ManualClock()

let app: KollusApp

beforeAll(async () => {
  app = await startKollusApp({ clock })
})
afterAll(async () => app.close())

const ask = async (url: string): Promise<{ status: number; answer: unknown }> => {
  const { status, body, headers } = await exchange(url, { method: 'GET', length: 'none' })
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  return { status, answer: JSON.parse(body) }
}
const at = (progress: number) => ({ status: 200, answer: { error: 0, message: 'OK', result: { progress } } })
const UNKNOWN = { status: 404, answer: { status: 'error', error: 1, message: 'Upload_key does not exist.' } }

/** Another process of the same service, as far as HTTP goes. */
async function anotherNode({ services }: KollusApp) {
  const server = buildServer({ logger: pino({ level: 'silent' }) })
  await server.register(kollusDialect, { services })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { url, close: () => server.close() }
}

describe('progress_url on another node than the one that receives the file', () => {
  it('says what has been stored so far, 0 after a transfer that broke off, and 100 from its end', async () => {
    const one = await startKollusApp({ limits: { syncStepBytes: MIB } })
    const other = await anotherNode(one)
    try {
      const { upload_url, progress_url } = await one.create()
      const elsewhere = progress_url.replace(one.url, other.url)
      expect(await ask(elsewhere)).toEqual(at(0))
      const body = formBody('x1', [file(randomBytes(8 * MIB)), field('accept', 'application/json')])
      const broken = open(upload_url, { headers: { ...HEADERS, 'content-length': String(body.length) } })
      broken.request.write(body.subarray(0, 4 * MIB))
      const progress = async () => ((await ask(elsewhere)).answer as { result: { progress: number } }).result.progress
      await eventually(progress).toBeGreaterThan(10)
      expect(await progress()).toBeLessThanOrEqual(50)
      broken.request.destroy()
      await eventually(progress).toBe(0)
      expect((await exchange(upload_url, { headers: HEADERS, body })).status).toBe(200)
      expect(await ask(elsewhere)).toEqual(at(100))
    } finally {
      await other.close()
      await one.close()
    }
  })
})

describe('progress_url', () => {
  it('says 0 before the file is sent, follows the request, and says 100 until the session expires', async () => {
    const { upload_url, progress_url } = await app.create({ expire_time: '600' })
    expect(await ask(progress_url)).toEqual(at(0))

    const client = open(upload_url, { headers: { ...HEADERS, 'content-length': String(BODY.length) } })
    let sentBytes = 0
    for (const percent of [5, 35, 80]) {
      const upTo = Math.ceil((BODY.length * percent) / 100)
      client.request.write(BODY.subarray(sentBytes, upTo))
      sentBytes = upTo
      await eventually(() => ask(progress_url)).toEqual(at(percent))
    }
    client.request.end(BODY.subarray(sentBytes))
    expect((await client.answer).status).toBe(200)
    expect(await ask(progress_url)).toEqual(at(100))

    await clock.advance(599_000)
    expect(await ask(progress_url)).toEqual(at(100))
    await clock.advance(1_000)
    expect(await ask(progress_url)).toEqual(UNKNOWN)
  })

  it('does not say 100 while the last bytes are not stored', async () => {
    const { upload_url, progress_url } = await app.create()
    const client = open(upload_url, { headers: { ...HEADERS, 'content-length': String(BODY.length) } })
    client.request.write(BODY.subarray(0, -1))
    await eventually(() => ask(progress_url)).toEqual(at(99))
    client.request.end(BODY.subarray(-1))
    await client.answer
    expect(await ask(progress_url)).toEqual(at(100))
  })

  it('goes back to 0 when the transfer broke off, since it starts anew', async () => {
    const { upload_url, progress_url } = await app.create()
    const client = open(upload_url, { headers: { ...HEADERS, 'content-length': String(BODY.length) } })
    client.request.write(BODY.subarray(0, Math.ceil(BODY.length / 2)))
    await eventually(() => ask(progress_url)).toEqual(at(50))
    client.request.destroy()
    await eventually(() => ask(progress_url)).toEqual(at(0))
  })

  it('knows only sessions of its own that have not expired', async () => {
    const { progress_url } = await app.create({ expire_time: '60' })
    expect(await ask(progress_url.replace('KUS_', ''))).toEqual(UNKNOWN)
    expect(await ask(`${app.url}/api/v1/GetUploadingProgress/KUS_${'x'.repeat(43)}`)).toEqual(UNKNOWN)
    expect(await ask(`${app.url}/api/v1/GetUploadingProgress/nothing`)).toEqual(UNKNOWN)
    await clock.advance(60_000)
    expect(await ask(progress_url)).toEqual(UNKNOWN)
  })
})
