import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { untilStored } from '../tus/tus-client.ts'
import { progressOf } from './kollus-client.ts'
import { chunked, type RawAnswer, rawExchange } from './raw-exchange.ts'

const TOKEN = KEYS.kollus.accessToken
const V0 = `/0/media_auth/upload/create_url.json?access_token=${TOKEN}`
const FORM = 'Content-Type: application/x-www-form-urlencoded'

/** What a client takes out of an answer, by its own rules. Throws where that client would give up or try again. */
type Address = Readonly<{ uploadUrl: string; progressUrl: string }>

/** A request's head, without its length, and its body. `{path}` and `{host}` are filled in. */
type Request = Readonly<{ head: readonly string[]; body: Buffer; isChunked?: boolean }>

type CapturedClient = Readonly<{
  create: Request & Readonly<{ path: string }>
  readAddress(answer: RawAnswer): Address
  upload(content: Buffer): Request
  accepts(answer: RawAnswer): void
}>

const part = (name: string, value: string, more = ''): Buffer =>
  Buffer.from(`Content-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}`)

const file = (content: Buffer, type = 'video/mp4', more = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`Content-Disposition: form-data; name="upload-file"; filename="강의.mp4"\r\n${more}`),
    Buffer.from(`Content-Type: ${type}\r\n\r\n`),
    content,
  ])

const multipart = (boundary: string, parts: readonly Buffer[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap((bytes) => [Buffer.from(`--${boundary}\r\n`), bytes, Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--\r\n`),
  ])

type Session = Readonly<{ upload_url: string; progress_url: string; will_be_expired_at: number; expired_at: number }>
type Created = Readonly<{ status?: string; error?: unknown; message?: string; data?: Session; result?: Session }>

const created = ({ body }: RawAnswer): Created => JSON.parse(body) as Created
const addressOf = (session: Session | undefined): Address => {
  if (session === undefined) throw new Error('the client finds no session in the answer')
  return { uploadUrl: session.upload_url, progressUrl: session.progress_url }
}
const ok = ({ status }: RawAnswer): void => {
  if (status !== 200) throw new Error(`the client gives up at ${status}`)
}
/** jQuery parses by the type that is declared, and shows `message`. */
const showsMessage = (answer: RawAnswer): void => {
  ok(answer)
  if (!/^application\/json/.test(answer.contentType)) throw new Error('the client sees text, not an object')
  const { error, message } = JSON.parse(answer.body) as { error: unknown; message: string }
  if (error) throw new Error(message)
  expect(message).toBe('Successfully uploaded.')
}

const CLIENTS: Readonly<Record<string, CapturedClient>> = {
  'Ruby Net::HTTP with bare keys': {
    create: {
      path: V0.replace('/0/', '/0//'),
      head: ['POST {path} HTTP/1.1', FORM, 'Accept: */*', 'User-Agent: Ruby', 'Host: {host}'],
      body: Buffer.from('expire_time=600&category_key&title&is_encryption_upload&is_audio_upload'),
    },
    readAddress(answer) {
      ok(answer)
      const { error, result } = created(answer)
      if (Number(error) !== 0) throw new Error('the client raises')
      if (!Number.isInteger(result?.will_be_expired_at)) throw new TypeError('Time.at wants a whole number')
      return addressOf(result)
    },
    upload: (content) => ({
      head: ['POST {path} HTTP/1.1', 'Content-Type: multipart/form-data; boundary=rB0', 'Host: {host}'],
      body: multipart('rB0', [file(content), part('accept', 'application/json')]),
    }),
    accepts: showsMessage,
  },
  'PHP cURL with an array (multipart)': {
    create: {
      path: V0,
      head: [
        'POST {path} HTTP/1.1',
        'Host: {host}',
        'Accept: */*',
        'Content-Type: multipart/form-data; boundary=------------------------d74496d66958873e',
      ],
      body: multipart('------------------------d74496d66958873e', [
        part('expire_time', '600'),
        part('category_key', ''),
        part('title', 'PHP 강의'),
        part('is_encryption_upload', '0'),
      ]),
    },
    readAddress(answer) {
      ok(answer)
      const { error, result } = created(answer)
      // biome-ignore lint/suspicious/noDoubleEquals: as the client compares.
      if (error != '0') throw new Error('the client answers FALSE')
      return addressOf(result)
    },
    // The page that it serves sends with jQuery, and asks for JSON behind the file.
    upload: (content) => ({
      head: [
        'POST {path} HTTP/1.1',
        'Host: {host}',
        'Accept: */*',
        'Origin: http://localhost:8000',
        'Content-Type: multipart/form-data; boundary=----WebKitFormBoundaryyrV7KO0BoCBuDbTL',
      ],
      body: multipart('----WebKitFormBoundaryyrV7KO0BoCBuDbTL', [
        file(content),
        part('disable_alert', '1'),
        part('accept', 'application/json'),
      ]),
    }),
    accepts: showsMessage,
  },
  'axios on Node with form-data (chunked, no length)': {
    create: {
      path: V0,
      isChunked: true,
      head: [
        'POST {path} HTTP/1.1',
        'Accept: application/json, text/plain, */*',
        'Content-Type: multipart/form-data; boundary=--------------------------735323031399963166993862',
        'User-Agent: axios/0.27.2',
        'Host: {host}',
      ],
      body: multipart('--------------------------735323031399963166993862', [
        part('expire_time', '600'),
        part('title', 'axios'),
      ]),
    },
    readAddress(answer) {
      ok(answer)
      return addressOf(created(answer).result)
    },
    upload: (content) => ({
      isChunked: true,
      head: [
        'POST {path} HTTP/1.1',
        'Accept: application/json, text/plain, */*',
        'Content-Type: multipart/form-data; boundary=--------------------------101112131415161718192021',
        'Host: {host}',
      ],
      body: multipart('--------------------------101112131415161718192021', [file(content)]),
    }),
    accepts: showsMessage,
  },
  'Guzzle with a Content-Type that is not the body’s': {
    create: {
      path: V0,
      head: ['POST {path} HTTP/1.1', 'Host: {host}', 'User-Agent: GuzzleHttp/7', FORM],
      body: Buffer.from('expire_time=600&category_key=&title=SDK&is_encryption_upload=0&is_audio_upload=0'),
    },
    readAddress(answer) {
      ok(answer)
      const { error, message, result } = created(answer)
      if (Number(error) === 1) throw new Error(message)
      return addressOf(result)
    },
    upload: (content) => ({
      head: ['POST {path} HTTP/1.1', 'Host: {host}', 'User-Agent: GuzzleHttp/7', 'Content-Type: application/json'],
      body: multipart('33c8a888617b3b999ba910cd13fad1ca4f04f259', [
        file(content, 'video/mp4', `Content-Length: ${content.length}\r\n`),
      ]),
    }),
    accepts(answer) {
      // Anything else makes it ask for another address and send the file again, up to ten times.
      ok(answer)
      if (Number((JSON.parse(answer.body) as { error: unknown }).error) === 1) throw new Error(answer.body)
    },
  },
  'fetch with FormData, the options behind the file': {
    create: {
      path: `/api/upload/create-url?access_token=${TOKEN}`,
      head: [
        'POST {path} HTTP/1.1',
        'host: {host}',
        'accept: */*',
        'content-type: multipart/form-data; boundary=----formdata-undici-094815640183',
      ],
      body: multipart('----formdata-undici-094815640183', [
        part('expire_time', '600'),
        part('is_encryption_upload', '0'),
        part('selected_profile_key', 'acme-file-live'),
      ]),
    },
    readAddress(answer) {
      ok(answer)
      const { status, error, data, result } = created(answer)
      if (status === 'ok' && data !== undefined) return addressOf(data)
      if (error === 0 && result !== undefined) return addressOf(result)
      throw new Error('neither form is there')
    },
    upload: (content) => ({
      head: [
        'POST {path} HTTP/1.1',
        'host: {host}',
        'accept: */*',
        'content-type: multipart/form-data; boundary=----formdata-undici-017263544189',
      ],
      body: multipart('----formdata-undici-017263544189', [
        file(content),
        part('accept', 'application/json'),
        part('disable_alert', '1'),
        part('redirection_scope', 'no'),
      ]),
    }),
    accepts(answer) {
      ok(answer)
      expect((JSON.parse(answer.body) as { message: string }).message.toLowerCase()).toContain('success')
    },
  },
}

describe('the captured bytes of', () => {
  let server: RunningServer

  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(async () => server.remove())

  const send = (url: string, { head, body, isChunked = false }: Request): Promise<RawAnswer> =>
    isChunked
      ? rawExchange(url, [...head, 'Transfer-Encoding: chunked'], chunked(body, 16_384))
      : rawExchange(url, [...head, `Content-Length: ${body.length}`], body)

  it.each(Object.entries(CLIENTS))('%s are answered so that it proceeds', async (_name, client) => {
    const content = randomBytes(400_001)
    const address = client.readAddress(await send(server.url + client.create.path, client.create))
    expect(await progressOf(address.progressUrl)).toBe(0)
    client.accepts(await send(address.uploadUrl, client.upload(content)))
    expect(await progressOf(address.progressUrl)).toBe(100)
    await untilStored(server, content)
  })
})
