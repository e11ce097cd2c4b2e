import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KalturaApp, startKalturaApp } from './kaltura-app.ts'
import { type Reply, sendRaw } from './raw-request.ts'

/**
 * Requests as clients put them on the wire, byte for byte but for sessions and ids, each sent over a plain socket.
 * Source: docs/dialects/kaltura.md#clients.
 */

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp()
})

afterAll(() => app.close())

const send = (requestLine: string, headers: readonly string[], body: string | Buffer = ''): Promise<Reply> =>
  sendRaw(app.url, requestLine, headers, body)

const begun = async (content: string): Promise<string> => {
  const token = await app.newToken(app.user)
  await app.chunk(app.user, token, content, { resume: 0, finalChunk: 0, resumeAt: 0 })
  return token
}

describe('Node client 21', () => {
  const BOUNDARY = '---------------------------0.6749490217450438'
  /** Begins with an empty line, and ends without one. */
  const form = (json: object, fileName: string, content: string): string =>
    `\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="json"\r\n\r\n${JSON.stringify(json)}` +
    `\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="${fileName.split('|')[0]}"; filename="${fileName.split('|')[1]}"` +
    `\r\nContent-Type: application/octet-stream\r\n\r\n${content}\r\n--${BOUNDARY}--`
  const HEADERS = [
    'Accept: application/json',
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    'User-Agent: axios/1.1.3',
    'Accept-Encoding: gzip, compress, deflate, br',
  ]
  const tail = { format: 1, apiVersion: '21.20.0', clientTag: 'node:25-07-20', kalsig: '0'.repeat(32) }

  it('uploads a file', async () => {
    const token = await app.newToken(app.user)
    const json = { uploadTokenId: token, resume: false, finalChunk: true, resumeAt: -1, ...tail, ks: app.user }
    const path = 'POST /api_v3/service/uploadtoken/action/upload HTTP/1.1'
    const reply = await send(path, HEADERS, form(json, 'fileData|demo.mp4', '0123456789'))
    expect(reply.head).toMatch(/^HTTP\/1\.1 200 /)
    expect(JSON.parse(reply.body)).toMatchObject({ status: 2, fileName: 'demo.mp4', uploadedFileSize: '10' })
  })

  it('uploads a buffer in chunks, the first and the last of them', async () => {
    const token = await app.newToken(app.user)
    const chunk = async (content: string, words: object): Promise<object> => {
      const json = { uploadTokenId: token, ...words, ...tail, ks: app.user }
      const path = 'POST /api_v3/service/uploadtoken/action/upload HTTP/1.1'
      return JSON.parse((await send(path, HEADERS, form(json, 'fileData|chunk', content))).body) as object
    }
    const first = { resume: false, finalChunk: false, resumeAt: 0 }
    expect(await chunk('01234', first)).toMatchObject({ status: 1, fileName: 'chunk', uploadedFileSize: '5' })
    const last = { resume: true, finalChunk: true, resumeAt: 5 }
    expect(await chunk('56789', last)).toMatchObject({ status: 2, uploadedFileSize: '10' })
    expect((await app.content(token)).toString()).toBe('0123456789')
  })

  it('sends entry, token, content and file in one request', async () => {
    const own = { format: 1, apiVersion: '21.20.0', clientTag: 'node:25-07-20', ks: app.user }
    const calls = {
      0: {
        entry: { mediaType: 1, name: 'עברית', objectType: 'KalturaMediaEntry' },
        ...own,
        service: 'media',
        action: 'add',
      },
      1: { uploadToken: { objectType: 'KalturaUploadToken' }, ...own, service: 'uploadtoken', action: 'add' },
      2: {
        entryId: '{1:result:id}',
        resource: { token: '{2:result:id}', objectType: 'KalturaUploadedFileTokenResource' },
        ...own,
        service: 'media',
        action: 'addContent',
      },
      3: {
        uploadTokenId: '{2:result:id}',
        resume: false,
        finalChunk: true,
        resumeAt: -1,
        ...own,
        service: 'uploadtoken',
        action: 'upload',
      },
      ...tail,
      ks: app.user,
    }
    const reply = await send(
      'POST /api_v3/service/multirequest HTTP/1.1',
      HEADERS,
      form(calls, '3:fileData|demo.mp4', 'x'),
    )
    expect(JSON.parse(reply.body)).toMatchObject([
      { status: 7, name: 'עברית' },
      { status: 0 },
      { status: 0 },
      { status: 3 },
    ])
  })
})

describe('PHP client 22', () => {
  it('sends scalars as text and the whole path of its file, and reads XML', async () => {
    const token = await begun('hello')
    const json = {
      uploadTokenId: token,
      resume: true,
      finalChunk: true,
      resumeAt: '5',
      format: '2',
      ignoreNull: true,
      clientTag: 'php5:26-05-23',
      ks: app.user,
    }
    const body =
      `--b1\r\nContent-Disposition: form-data; name="json"\r\n\r\n${JSON.stringify(json)}\r\n` +
      '--b1\r\nContent-Disposition: form-data; name="fileData"; filename="/home/me/films/demo.mp4"\r\n' +
      'Content-Type: application/octet-stream\r\n\r\n world\r\n--b1--\r\n'
    const headers = ['Accept: application/xml', 'Content-Type: multipart/form-data; boundary=b1']
    const reply = await send('POST /api_v3/service/uploadtoken/action/upload HTTP/1.1', headers, body)
    expect(reply.head.toLowerCase()).toContain('content-type: text/xml')
    expect(reply.body).toContain('<objectType>KalturaUploadToken</objectType>')
    expect(reply.body).toContain('<status>2</status>')
    expect(reply.body).toContain('<uploadedFileSize>11</uploadedFileSize>')
    expect(reply.body).not.toContain('<attachedObjectId>')
  })

  it('gets errors as XML', async () => {
    const json = { uploadTokenId: '0_x', format: '2', ignoreNull: true, ks: app.user }
    const headers = ['Accept: application/xml', 'Content-Type: application/json']
    const reply = await send('POST /api_v3/service/uploadtoken/action/get HTTP/1.1', headers, JSON.stringify(json))
    expect(reply.body).toContain(
      '<result><error><code>UPLOAD_TOKEN_NOT_FOUND</code><message>Upload token not found</message>' +
        '<objectType>KalturaAPIException</objectType><args></args></error></result>',
    )
  })
})

describe('Python client 23', () => {
  it('sends everything as text, booleans too', async () => {
    const token = await begun('hello')
    const json = { ks: app.user, uploadTokenId: token, resume: 'True', finalChunk: 'False', resumeAt: '5', format: '2' }
    const body =
      `--b2\r\nContent-Disposition: form-data; name="json"\r\n\r\n${JSON.stringify(json)}\r\n` +
      '--b2\r\nContent-Disposition: form-data; name="fileData"; filename="/tmp/a.mp4"\r\nContent-Type: video/mp4\r\n\r\n!\r\n--b2--\r\n'
    const headers = ['Accept: text/xml', 'Content-Type: multipart/form-data; boundary=b2']
    const reply = await send('POST /api_v3/service/uploadtoken/action/upload HTTP/1.1', headers, body)
    expect(reply.body).toContain('<status>1</status>')
    expect(reply.body).toContain('<uploadedFileSize>6</uploadedFileSize>')
  })
})

describe('TypeScript client 22', () => {
  it('sends chunks side by side as fields, the last one already final', async () => {
    const token = await app.newToken(app.user)
    const chunk = (content: string, resume: boolean, finalChunk: boolean, resumeAt: number): Promise<Reply> => {
      const fields = {
        ks: app.user,
        uploadTokenId: token,
        resume,
        finalChunk,
        resumeAt,
        apiVersion: '22.18.0',
        format: 1,
        fileName: 'film.mp4',
      }
      const parts = Object.entries(fields).map(
        ([name, value]) =>
          `------WebKitFormBoundaryA\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      const file = `------WebKitFormBoundaryA\r\nContent-Disposition: form-data; name="fileData"; filename="blob"\r\nContent-Type: video/mp4\r\n\r\n${content}\r\n`
      const body = `${parts.join('')}${file}------WebKitFormBoundaryA--\r\n`
      const headers = [
        'Content-Type: multipart/form-data; boundary=----WebKitFormBoundaryA',
        'Origin: http://kmc.example',
      ]
      return send('POST /api_v3/service/uploadtoken/action/upload?clientTag=kmcng HTTP/1.1', headers, body)
    }
    const first = await chunk('aa', false, false, 0)
    expect(JSON.parse(first.body)).toMatchObject({ status: 1, uploadedFileSize: '2', fileName: 'blob' })
    expect(first.head.toLowerCase()).toContain('access-control-allow-origin: *')
    const replies = await Promise.all([
      chunk('d', true, true, 6),
      chunk('cc', true, false, 4),
      chunk('bb', true, false, 2),
    ])
    const [final, ...others] = replies.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(final).toMatchObject({ status: 2, uploadedFileSize: '7' })
    for (const other of others) expect(other).toMatchObject({ status: 1, uploadedFileSize: expect.any(String) })
    expect((await app.content(token)).toString()).toBe('aabbccd')
  })
})

describe('TypeScript client 22, with a file of one chunk', () => {
  it('sends it whole, first and final at once', async () => {
    const token = await app.newToken(app.user)
    const fields = { ks: app.user, uploadTokenId: token, resume: 'false', finalChunk: 'true', resumeAt: '0' }
    const parts = Object.entries({ ...fields, apiVersion: '22.18.0', format: '1', fileName: 'a.mp4' }).map(
      ([name, value]) => `--b4\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const file = `--b4\r\nContent-Disposition: form-data; name="fileData"; filename="blob"\r\nContent-Type: video/mp4\r\n\r\nfilm\r\n--b4--\r\n`
    const headers = ['Content-Type: multipart/form-data; boundary=b4', 'Origin: http://kmc.example']
    const path = 'POST /api_v3/service/uploadtoken/action/upload?clientTag=kmcng HTTP/1.1'
    const reply = await send(path, headers, `${parts.join('')}${file}`)
    expect(JSON.parse(reply.body)).toMatchObject({ status: 2, uploadedFileSize: '4' })
  })
})

describe('Ruby client', () => {
  it('has a field json and a file, and reads XML', async () => {
    const token = await app.newToken(app.user)
    const json = {
      uploadTokenId: token,
      resume: 'false',
      finalChunk: 'true',
      resumeAt: '-1',
      format: '2',
      ks: app.user,
    }
    const body =
      `--b5\r\nContent-Disposition: form-data; name="json"\r\n\r\n${JSON.stringify(json)}\r\n` +
      '--b5\r\nContent-Disposition: form-data; name="fileData"; filename="DemoVideo.flv"\r\n' +
      'Content-Type: video/x-flv\r\n\r\nfilm\r\n--b5--\r\n'
    const headers = ['Accept: text/xml', 'Content-Type: multipart/form-data; boundary=b5']
    const reply = await send('POST /api_v3/service/uploadtoken/action/upload HTTP/1.1', headers, body)
    expect(reply.body).toContain('<status>2</status>')
    expect(reply.body).toContain('<fileName>DemoVideo.flv</fileName>')
  })
})

describe('curl with a large file', () => {
  it('waits to be asked for the body, and sends it without saying how long it is', async () => {
    const token = await app.newToken(app.user)
    const { hostname, port } = new URL(app.url)
    const socket = connect({ host: hostname, port: Number(port) })
    const path = `/api_v3/service/uploadtoken/action/upload?format=1&uploadTokenId=${token}&ks=${encodeURIComponent(app.user)}`
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Connection: close',
      'Expect: 100-continue',
      'Transfer-Encoding: chunked',
      'Content-Type: multipart/form-data; boundary=b6',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    const [asked] = (await once(socket, 'data')) as [Buffer]
    expect(asked.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    const pieces = [
      '--b6\r\nContent-Disposition: form-data; name="fileData"; filename="a.mp4"\r\n\r\n',
      'half a',
      ' film',
      '\r\n--b6--\r\n',
    ]
    for (const piece of pieces) socket.write(`${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`)
    socket.write('0\r\n\r\n')
    expect(await text(socket)).toContain('"uploadedFileSize":"11"')
    expect((await app.content(token)).toString()).toBe('half a film')
  })
})

describe('pages with jQuery', () => {
  it('add and look for tokens by script, and upload by query and form', async () => {
    const ks = encodeURIComponent(app.user)
    const add = await send(
      `GET /api_v3/?service=uploadToken&action=add&format=9&callback=jQuery1_2&uploadToken%3AfileName=my.mp4&uploadToken%3AfileSize=4&ks=${ks} HTTP/1.1`,
      [],
    )
    const made = /^jQuery1_2\((.*)\);$/s.exec(add.body)?.[1] ?? '{}'
    const token = (JSON.parse(made) as { id: string }).id
    const fields = { ks: app.user, uploadTokenId: token, resume: '0', finalChunk: '0', resumeAt: '0' }
    const parts = Object.entries(fields).map(
      ([name, value]) => `--b3\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const body = `${parts.join('')}--b3\r\nContent-Disposition: form-data; name="fileData"; filename="blob"\r\n\r\nfil\r\n--b3--\r\n`
    const headers = ['Content-Type: multipart/form-data; boundary=b3']
    const chunk = await send('POST /api_v3/?service=uploadToken&action=upload&format=1 HTTP/1.1', headers, body)
    expect(JSON.parse(chunk.body)).toMatchObject({ status: 1, fileName: 'my.mp4' })
    const list = await send(
      `GET /api_v3/?service=uploadToken&action=list&format=9&callback=cb&filter%3AstatusEqual=1&filter%3AfileNameEqual=my.mp4&ks=${ks} HTTP/1.1`,
      [],
    )
    expect(list.body).toMatch(/^cb\(/)
    expect(JSON.parse(list.body.slice(3, -2))).toMatchObject({
      totalCount: 1,
      objects: [{ id: token, uploadedFileSize: '3', fileSize: 4 }],
    })
  })
})

describe('curl, as the guides have it', () => {
  it('mixes colons and brackets in a multirequest of fields', async () => {
    const fields = {
      ks: app.user,
      format: '1',
      '1:service': 'media',
      '1:action': 'add',
      '1:entry[mediaType]': '1',
      '1:entry[name]': 'From curl',
      '2:service': 'uploadToken',
      '2:action': 'add',
      '3:service': 'media',
      '3:action': 'addContent',
      '3:entryId': '{1:result:id}',
      '3:resource[objectType]': 'KalturaUploadedFileTokenResource',
      '3:resource[token]': '{2:result:id}',
    }
    const body = new URLSearchParams(fields).toString()
    const headers = ['Content-Type: application/x-www-form-urlencoded']
    const reply = await send('POST /api_v3/service/multirequest HTTP/1.1', headers, body)
    expect(JSON.parse(reply.body)).toMatchObject([{ name: 'From curl', status: 7 }, { status: 0 }, { status: 0 }])
  })
})
