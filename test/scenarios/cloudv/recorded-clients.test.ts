import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, type CloudvApp, etagOf, MIB, signedToken, startCloudvApp } from './cloudv-app.ts'
import { type RawAnswer, RawConnection } from './raw-socket.ts'

/**
 * The requests of the vendor's unmodified clients as they went over the wire in 2026 (docs/dialects/cloudv.md#clients),
 * written to a socket byte by byte: a form of a small file, and 9 MiB in blocks of 4 MiB.
 */
const SMALL = randomBytes(1_000)
const LARGE = randomBytes(9 * MIB)
const BLOCK = 4 * MIB
const LATER = 4_102_444_800_000
const BOUNDARY = '8b7d6c5e4f3a'

let app: CloudvApp
let serial = 0
const connections: RawConnection[] = []

beforeAll(async () => {
  app = await startCloudvApp()
})
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close()
})
afterAll(async () => app.close())

const b64 = (text: string): string => Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
const block = (order: number): Buffer => LARGE.subarray(order * BLOCK, Math.min(LARGE.length, (order + 1) * BLOCK))

/** Some clients write a number for the deadline, the others text; each call signs anew. */
function tokenFor(key: string | undefined, more: Readonly<Record<string, unknown>> = {}): string {
  const scope = key === undefined ? BUCKET : `${BUCKET}:${key}`
  return signedToken({ scope, deadline: String(LATER + ++serial), ...more })
}

async function open(): Promise<RawConnection> {
  const connection = await RawConnection.open(app.url)
  connections.push(connection)
  return connection
}

/** The head of a request, its lines in the client's order and spelling. */
function head(method: string, path: string, lines: readonly string[]): string {
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n').replaceAll('<HOST>', new URL(app.url).host)
}

type Part = readonly [headers: string, content: string | Buffer]
const text = (name: string, value: string): Part => [`Content-Disposition: form-data; name="${name}"`, value]
const file = (name: string, type: string): Part => [
  `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}`,
  SMALL,
]

function formBody(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(([headers, content]) => [`--${BOUNDARY}\r\n${headers}\r\n\r\n`, content, '\r\n'])
  return Buffer.concat([...pieces, `--${BOUNDARY}--\r\n`].map((piece) => Buffer.from(piece)))
}

const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

describe('a form as it was recorded from', () => {
  const FORMS: Readonly<Record<string, (key: string, connection: RawConnection) => Promise<RawAnswer>>> = {
    'wcs-nodejs-sdk 3.0.6, chunked and without a length': async (key, connection) => {
      const body = formBody([
        text('token', tokenFor(key)),
        text('key', key),
        text('mimeType', 'video/mp4'),
        text('deadline', '3'),
        text('x:id', '7'),
        file('small.mp4', 'video/mp4'),
      ])
      connection.write(
        head('POST', '/file/upload', [
          `content-type: ${FORM_TYPE}`,
          'user-agent: WCS-NODEJS-SDK-3.0.6(http://wcs.chinanetcenter.com)',
          'Host: <HOST>',
          'Connection: keep-alive',
          'Transfer-Encoding: chunked',
        ]),
      )
      // Its form library writes every boundary, header and value as a chunk of its own.
      for (let at = 0; at < body.length; at += 97) {
        const piece = body.subarray(at, at + 97)
        connection.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]))
      }
      connection.write('0\r\n\r\n')
      return connection.read()
    },
    'wcs-js-sdk 1.0.12, a preflight and the file first': async (key, connection) => {
      const origin = ['Origin: https://cms.example', 'Host: <HOST>', 'Connection: keep-alive']
      connection.write(head('OPTIONS', '/file/upload', ['Access-Control-Request-Method: POST', ...origin]))
      const allowed = await connection.read()
      expect(allowed).toMatchObject({
        status: 204,
        headers: { 'access-control-allow-origin': 'https://cms.example' },
      })
      const body = formBody([file('a b.mp4', 'video/mp4'), text('token', tokenFor(key)), text('key', key)])
      const lines = [`Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`, ...origin]
      connection.write(Buffer.concat([Buffer.from(head('POST', '/file/upload', lines)), body]))
      return connection.read()
    },
    'wcs-python3-sdk 5.0.36, which waits to be told to go on and closes': async (key, connection) => {
      const body = formBody([text('token', tokenFor(key, { deadline: LATER })), file('video/a%20b.mp4', 'text/plain')])
      connection.write(
        head('POST', '/file/upload', [
          'Host: <HOST>',
          'User-Agent: WCS-Python-SDK-5.0.36',
          'Accept-Encoding: gzip, deflate',
          'Accept: */*',
          'Connection: close',
          'Expect: 100-continue',
          `Content-Type: ${FORM_TYPE}`,
          `Content-Length: ${body.length}`,
        ]),
      )
      expect((await connection.read({ interim: true })).status).toBe(100)
      connection.write(body)
      const answer = await connection.read()
      expect(answer.headers['connection']).toBe('close')
      return answer
    },
    'wcs-php-sdk 2.0.10, which names its own path and waits to be told to go on': async (key, connection) => {
      const body = formBody([
        text('token', tokenFor(key, { returnBody: null })),
        file('/home/www/upload/small.mp4', 'application/octet-stream'),
      ])
      connection.write(
        head('POST', '/file/upload', [
          'Host: <HOST>',
          'User-Agent: WCS PHP SDK /http://wcs.chinanetcenter.com/',
          'Accept: */*',
          `Content-Length: ${body.length}`,
          `Content-Type: ${FORM_TYPE}`,
          'Expect: 100-continue',
        ]),
      )
      expect((await connection.read({ interim: true })).status).toBe(100)
      connection.write(body)
      return connection.read()
    },
    'wcs-java-sdk 2.0.11, file and description before the token': async (key, connection) => {
      const body = formBody([
        [
          'Content-Disposition: form-data; name="file"; filename="small.mp4"\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary',
          SMALL,
        ],
        [
          'Content-Disposition: form-data; name="desc"\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit',
          'small.mp4',
        ],
        [
          'Content-Disposition: form-data; name="token"\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit',
          tokenFor(key, { fsizeLimit: 0 }),
        ],
      ])
      const lines = [
        'encryption-type: SHA-1',
        `Content-Length: ${body.length}`,
        `Content-Type: ${FORM_TYPE}`,
        'Host: <HOST>',
        'Connection: Keep-Alive',
        'User-Agent: Apache-HttpClient/4.5.14 (Java/17)',
      ]
      connection.write(Buffer.concat([Buffer.from(head('POST', '/file/upload', lines)), body]))
      return connection.read()
    },
    'wcs-go-sdk 1.0.0.3, the key as the name of the file': async (key, connection) => {
      const body = formBody([text('token', tokenFor(key)), text('key', key), file(key, 'application/octet-stream')])
      const lines = [
        'Host: <HOST>',
        'User-Agent: WCS-GO-SDK-1.0.0.3',
        `Content-Length: ${body.length}`,
        `Content-Type: ${FORM_TYPE}`,
        'Accept-Encoding: gzip',
      ]
      connection.write(Buffer.concat([Buffer.from(head('POST', '/file/upload', lines)), body]))
      return connection.read()
    },
    'plupload, with the name, the number of the only chunk and the token before the file': async (key, connection) => {
      const body = formBody([
        text('name', 'small.mp4'),
        text('token', tokenFor(key)),
        text('chunk', '0'),
        text('chunks', '1'),
        file('blob', 'application/octet-stream'),
      ])
      const lines = [
        'Host: <HOST>',
        'Origin: https://cms.example',
        `Content-Length: ${body.length}`,
        `Content-Type: ${FORM_TYPE}`,
      ]
      connection.write(Buffer.concat([Buffer.from(head('POST', '/file/upload', lines)), body]))
      return connection.read()
    },
  }

  it.each(Object.entries(FORMS))('%s stores its bytes and gets its hash', async (_name, send) => {
    const key = `video/a b ${++serial}.mp4`
    const answer = await send(key, await open())
    expect(answer.status, answer.body).toBe(200)
    const fields = Object.fromEntries(new URLSearchParams(Buffer.from(answer.body, 'base64url').toString()))
    expect(fields).toEqual({ hash: etagOf(SMALL), key, bucket: BUCKET, fsize: String(SMALL.length) })
    const stored = await app.stored(key)
    expect(stored?.content.equals(SMALL)).toBe(true)
    expect(stored?.fileName).toBe(key.slice('video/'.length))
  })
})

type Slice = Readonly<{
  path: string
  lines: readonly string[]
  bytes: Buffer
  /** Where the block goes on after this chunk. */
  offset: number
  /** The client waits for `100 Continue`. */
  waits?: boolean
}>

/** Sends a chunk and holds every member of the answer against it, as the strictest of the clients (Java) does. */
async function sendSlice(connection: RawConnection, { path, lines, bytes, offset, waits }: Slice): Promise<string> {
  const all = ['Host: <HOST>', ...lines, `Content-Length: ${bytes.length}`]
  connection.write(head('POST', path, waits === true ? [...all, 'Expect: 100-Continue'] : all))
  if (waits === true) expect((await connection.read({ interim: true })).status).toBe(100)
  connection.write(bytes)
  const answer = await connection.read()
  expect(answer.status, answer.body).toBe(200)
  const { ctx, ...sums } = JSON.parse(answer.body) as { ctx: string }
  expect(sums).toEqual({ checksum: createHash('md5').update(bytes).digest('hex'), crc32: crc32(bytes), offset })
  expect(ctx).toMatch(/^[A-Za-z0-9_-]+$/)
  return ctx
}

async function makeFile(
  connection: RawConnection,
  path: string,
  lines: readonly string[],
  list: readonly string[] | string,
): Promise<RawAnswer> {
  const body = typeof list === 'string' ? list : list.join(',')
  connection.write(head('POST', path, ['Host: <HOST>', ...lines, `Content-Length: ${body.length}`]) + body)
  return connection.read()
}

/** A block in chunks of `chunkBytes`, the first one of `firstBytes`. */
async function sendInChunks(
  connection: RawConnection,
  order: number,
  how: Readonly<{
    lines: readonly string[]
    chunkBytes: number
    firstBytes?: number
    mkblk?: (size: number, order: number) => string
    waits?: boolean
  }>,
): Promise<string> {
  const bytes = block(order)
  const { lines, chunkBytes, firstBytes = chunkBytes, mkblk = (size) => `/mkblk/${size}/${order}`, waits } = how
  let ctx = ''
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + (at === 0 ? firstBytes : chunkBytes))
    const path = at === 0 ? mkblk(bytes.length, order) : `/bput/${ctx}/${at}`
    const slice = { path, lines, bytes: bytes.subarray(at, end), offset: end }
    ctx = await sendSlice(connection, waits === true ? { ...slice, waits } : slice)
    at = end
  }
  return ctx
}

const WHOLE = Number.MAX_SAFE_INTEGER

describe('slices as they were recorded from', () => {
  const CLIENTS: Readonly<Record<string, (key: string, connection: RawConnection) => Promise<RawAnswer>>> = {
    'wcs-nodejs-sdk 3.0.6': async (key, connection) => {
      const own = [
        `authorization: ${tokenFor(key)}`,
        'user-agent: WCS-NODEJS-SDK-3.0.6(http://wcs.chinanetcenter.com)',
        'uploadbatch: d2NzLW5vZGVqcy1zZGsxNzk1MTY2ODQ2MDUx',
        `key: ${b64(key)}`,
      ]
      const lines = [...own, 'content-type: application/octet-stream']
      const list: string[] = []
      for (const order of [0, 1, 2]) list.push(await sendInChunks(connection, order, { lines, chunkBytes: WHOLE }))
      const last = [...own, 'content-type: text/plain', 'mimetype: video/mp4', 'deadline: 3']
      return makeFile(connection, `/mkfile/${LARGE.length}/x:id/Nw==`, last, list)
    },
    'wcs-js-sdk 1.0.12 in jsdom, three connections and preflights': async (key) => {
      const own = [
        'uploadBatch: 9315546e-da1d-46ed-988f-98e6e7c5a3dd',
        `Authorization: UpToken ${tokenFor(key)}`,
        `Key: ${b64(key)}`,
        'Content-Type: text/plain;charset=UTF-8',
        'Origin: https://cms.example',
      ]
      const preflight = async (connection: RawConnection, path: string, asked: string): Promise<void> => {
        connection.write(
          head('OPTIONS', path, [
            'Host: <HOST>',
            'Origin: https://cms.example',
            'Access-Control-Request-Method: POST',
            `Access-Control-Request-Headers: ${asked}`,
          ]),
        )
        const { status, headers } = await connection.read()
        expect(status).toBe(204)
        const allowed = (headers['access-control-allow-headers'] ?? '').toLowerCase().split(/,\s*/)
        expect(allowed).toEqual(expect.arrayContaining(asked.toLowerCase().split(/,\s*/)))
      }
      const list = await Promise.all(
        [0, 1, 2].map(async (order) => {
          const connection = await open()
          const path = `/mkblk/${block(order).length}/${order}?chunk=${order}&chunks=3`
          await preflight(connection, path, 'uploadBatch, Authorization, Key')
          return sendInChunks(connection, order, { lines: own, chunkBytes: WHOLE, mkblk: () => path })
        }),
      )
      const connection = await open()
      const path = `/mkfile/${LARGE.length}`
      await preflight(connection, path, 'uploadBatch, Authorization, Key, MimeType, Deadline')
      return makeFile(connection, path, [...own, 'MimeType: video/mp4', 'Deadline: 3'], list)
    },
    'wcs-python3-sdk 5.0.36, chunks of 2 MiB and no content type': async (key, connection) => {
      const lines = [
        'User-Agent: WCS-Python-SDK-5.0.36',
        'Accept-Encoding: gzip, deflate',
        'Accept: */*',
        'Connection: keep-alive',
        `Authorization: ${tokenFor(key, { deadline: LATER })}`,
        `uploadBatch: ${'k3J9'.repeat(8)}`,
      ]
      const list: string[] = []
      for (const order of [0, 1, 2]) list.push(await sendInChunks(connection, order, { lines, chunkBytes: 2 * MIB }))
      return makeFile(connection, `/mkfile/${LARGE.length}`, lines, list)
    },
    'wcs-python3-sdk 5.0.36, blocks mixed and one continued on another connection': async (key, connection) => {
      const lines = [`Authorization: ${tokenFor(key, { deadline: LATER })}`, `uploadBatch: ${'Zz81'.repeat(8)}`]
      const first = block(0).subarray(0, 2 * MIB)
      const begun = await sendSlice(connection, { path: `/mkblk/${BLOCK}/0`, lines, bytes: first, offset: 2 * MIB })
      const others = await Promise.all(
        [2, 1].map(async (order) => sendInChunks(await open(), order, { lines, chunkBytes: 2 * MIB })),
      )
      const rest = { path: `/bput/${begun}/${2 * MIB}`, lines, bytes: block(0).subarray(2 * MIB), offset: BLOCK }
      const whole = await sendSlice(await open(), rest)
      return makeFile(connection, `/mkfile/${LARGE.length}`, lines, [whole, others[1] ?? '', others[0] ?? ''])
    },
    'wcs-php-sdk 2.0.10, last block first, a Key that contradicts the token': async (key, connection) => {
      const token = tokenFor(key, { returnBody: null, fsizeLimit: null })
      const own = [`Authorization: ${token}`, 'User-Agent: WCS PHP SDK', 'uploadBatch: 6b00115d5bae2']
      const lines = [...own, 'Content-Type: application/octet-stream']
      const half = 2 * MIB
      const list: string[] = []
      for (const order of [2, 1, 0]) {
        const bytes = block(order)
        const path = `/mkblk/${bytes.length}/${order}`
        const first = bytes.subarray(0, half)
        list[order] = await sendSlice(connection, { path, lines, bytes: first, offset: first.length, waits: true })
      }
      for (const order of [1, 0]) {
        const bytes = block(order).subarray(half)
        const slice = { path: `/bput/${list[order]}/${half}`, lines, bytes, offset: BLOCK, waits: true }
        list[order] = await sendSlice(connection, slice)
      }
      const last = [...own, 'Content-Type: text/plain', `key: ${b64('large.mp4')}`]
      return makeFile(connection, `/mkfile/${LARGE.length}/`, last, list)
    },
    'wcs-java-sdk 2.0.11, chunks of 256 KiB and a new token for the list': async (key, connection) => {
      const own = (): string[] => [
        `Authorization: UpToken ${tokenFor(key, { fsizeLimit: 0 })}`,
        'uploadBatch: JAVA-SDK-3f1c0e52-6a5f-4a53-9d4b-0c3d4f5a6b7c',
        'encryption-type: SHA-1',
        'Connection: Keep-Alive',
      ]
      const lines = own()
      const list: string[] = []
      for (const order of [1, 0, 2]) {
        list[order] = await sendInChunks(connection, order, { lines, chunkBytes: MIB / 4 })
      }
      const fresh = own()
      expect(fresh[0]).not.toBe(lines[0])
      const last = [...fresh, 'Content-Type: text/plain; charset=ISO-8859-1']
      return makeFile(connection, `/mkfile/${LARGE.length}/key/${b64(key)}`, last, list)
    },
    'wcs-go-sdk 1.0.0.3, a first chunk of 1024 bytes': async (key, connection) => {
      const lines = [
        'User-Agent: WCS-GO-SDK-1.0.0.3',
        `Authorization: ${tokenFor(key)}`,
        `Key: ${b64(key)}`,
        'Uploadbatch: 0b5a4c1e-5a0c-4b62-8f5b-1f6f3f4f8b11',
        'Accept-Encoding: gzip',
      ]
      const list = [await sendInChunks(connection, 0, { lines, chunkBytes: WHOLE, firstBytes: 1_024 })]
      for (const order of [1, 2]) list.push(await sendInChunks(connection, order, { lines, chunkBytes: WHOLE }))
      return makeFile(connection, `/mkfile/${LARGE.length}`, [...lines, 'Content-Type: text/plain'], list)
    },
    'wcs-android-sdk, chunks of 64 KiB first, all headers on every request': async (key, connection) => {
      const lines = [
        `Authorization: ${tokenFor(key)}`,
        'UploadBatch: 3f0d5f7c-2a66-4f0f-8d8e-0d0f0b0a0c0e',
        `Key: ${b64(key)}`,
        'MimeType: video/mp4',
        'Deadline: 7',
        'Content-Type: application/octet-stream',
        'User-Agent: WCS-Android-SDK-1.6.14',
      ]
      const list: string[] = []
      for (const order of [0, 1, 2]) {
        list.push(await sendInChunks(connection, order, { lines, chunkBytes: MIB, firstBytes: 64 * 1024 }))
      }
      return makeFile(connection, `/mkfile/${LARGE.length}`, lines, list)
    },
    'plupload as the vendor patched it, the number behind the size and in the query': async (key, connection) => {
      const lines = pluploadLines(key, 'o_1h2q3r4s5t')
      const mkblk = (size: number, order: number): string =>
        `/mkblk/${size}/${order}?name=a%20b.mp4&chunk=${order}&chunks=3`
      const list: string[] = []
      for (const order of [0, 1, 2])
        list.push(await sendInChunks(connection, order, { lines, chunkBytes: WHOLE, mkblk }))
      return makeFile(connection, `/mkfile/${LARGE.length}/key/${b64(key)}`, lines, list)
    },
    'plupload as it comes, the number in the query only': async (key, connection) => {
      const lines = pluploadLines(key, 'o_1h2q3r4s5u')
      const mkblk = (size: number, order: number): string => `/mkblk/${size}?name=a%20b.mp4&chunk=${order}&chunks=3`
      const list: string[] = []
      for (const order of [0, 1, 2])
        list.push(await sendInChunks(connection, order, { lines, chunkBytes: WHOLE, mkblk }))
      return makeFile(connection, `/mkfile/${LARGE.length}/x:id/Nw==/key/${b64(key)}/`, lines, `${list.join(',')}\r\n`)
    },
    'plupload that was loaded again in between, with a token for the bucket alone': async (key, connection) => {
      const mkblk = (size: number, order: number): string => `/mkblk/${size}?chunk=${order}&chunks=3`
      const list: string[] = []
      for (const order of [0, 1, 2]) {
        const lines = pluploadLines(undefined, order < 2 ? 'o_before' : 'o_after')
        list.push(await sendInChunks(connection, order, { lines, chunkBytes: WHOLE, mkblk }))
      }
      return makeFile(connection, `/mkfile/${LARGE.length}/key/${b64(key)}`, pluploadLines(undefined, 'o_after'), list)
    },
  }

  function pluploadLines(key: string | undefined, batch: string): readonly string[] {
    return [
      `Authorization: UpToken ${tokenFor(key)}`,
      `UploadBatch: ${batch}`,
      'Origin: https://cms.example',
      'Content-Type: application/octet-stream',
    ]
  }

  it.each(Object.entries(CLIENTS))('%s make the file and its hash', async (_name, send) => {
    const key = `video/a b ${++serial}.mp4`
    const answer = await send(key, await open())
    expect(answer.status, answer.body).toBe(200)
    expect(JSON.parse(answer.body)).toEqual({ hash: etagOf(LARGE), key })
    expect((await app.stored(key))?.content.equals(LARGE)).toBe(true)
  })
})
