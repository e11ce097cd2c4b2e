import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_SECRET, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'
import { type Reply, sendRaw } from './raw-request.ts'

/**
 * What clients call besides plain uploads, byte for byte but for sessions and ids, each sent over a plain socket.
 * Uploads are in captured-requests.test.ts. Source: docs/dialects/kaltura.md#clients.
 */

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp()
})

afterAll(() => app.close())

const post = (path: string, headers: readonly string[], body: string): Promise<Reply> =>
  sendRaw(app.url, `POST ${path} HTTP/1.1`, headers, body)

/** The text of an element, the first of its name. */
const elementOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]

describe('Node client 21', () => {
  const HEADERS = [
    'Accept: application/json',
    'Content-Type: application/json',
    'User-Agent: axios/1.1.3',
    'Accept-Encoding: gzip, compress, deflate, br',
  ]
  const tail = { format: 1, apiVersion: '21.20.0', clientTag: 'node:25-07-20', kalsig: '0'.repeat(32) }

  it('starts a session with numbers as numbers, and reads a bare text', async () => {
    const own = { secret: ADMIN_SECRET, userId: 'user1', type: 2, partnerId: PARTNER_ID, expiry: 86_400 }
    const body = JSON.stringify({ ...own, privileges: 'disableentitlement', ...tail })
    const reply = await post('/api_v3/service/session/action/start', HEADERS, body)
    const ks = JSON.parse(reply.body) as unknown
    expect(ks).toEqual(expect.any(String))
    const info = await app.call('session.get', { ks })
    expect(info).toMatchObject({ userId: 'user1', sessionType: 2, privileges: 'disableentitlement' })
  })

  it('adds a token of which nothing is known', async () => {
    const reply = await post(
      '/api_v3/service/uploadtoken/action/add',
      HEADERS,
      JSON.stringify({ ...tail, ks: app.user }),
    )
    const token = JSON.parse(reply.body) as object
    expect(token).toMatchObject({ status: 0, autoFinalize: false, objectType: 'KalturaUploadToken' })
    for (const name of ['fileName', 'fileSize', 'uploadedFileSize', 'attachedObjectId'])
      expect(token).not.toHaveProperty(name)
  })

  it('adds an entry and its content in one request, each call with words of its own', async () => {
    const token = await app.newToken(app.user)
    await app.chunk(app.user, token, 'film')
    const calls = {
      0: { entry: { mediaType: 1, objectType: 'KalturaMediaEntry' }, ...tail, service: 'media', action: 'add' },
      1: {
        entryId: '{1:result:id}',
        resource: { token, objectType: 'KalturaUploadedFileTokenResource' },
        ...tail,
        service: 'media',
        action: 'addContent',
      },
    }
    const body = JSON.stringify({ ...calls, ...tail, ks: app.user })
    const reply = await post('/api_v3/service/multirequest', HEADERS, body)
    expect(JSON.parse(reply.body)).toMatchObject([{ status: 7 }, { status: 1 }])
  })

  it('puts the type of an object behind its members, and reads null for nothing', async () => {
    const uploadToken = { fileName: 'demo.mp4', fileSize: 10, objectType: 'KalturaUploadToken' }
    const added = await post(
      '/api_v3/service/uploadtoken/action/add',
      HEADERS,
      JSON.stringify({ uploadToken, ...tail, ks: app.user }),
    )
    const token = JSON.parse(added.body) as { id: string }
    expect(token).toMatchObject({ fileName: 'demo.mp4', fileSize: 10, status: 0, objectType: 'KalturaUploadToken' })
    const request = JSON.stringify({ uploadTokenId: token.id, ...tail, ks: app.user })
    expect((await post('/api_v3/service/uploadtoken/action/delete', HEADERS, request)).body).toBe('null')
  })
})

describe('PHP client 22', () => {
  const HEADERS = ['Accept: application/xml', 'Content-Type: application/json']
  const tail = { clientTag: 'php5:26-05-23', apiVersion: '22.20.0', format: '2', ignoreNull: true }

  it('starts a session with everything as text, and reads it from XML', async () => {
    const own = { secret: ADMIN_SECRET, userId: 'u', type: '2', partnerId: '101', expiry: '86400', privileges: '' }
    const reply = await post('/api_v3/service/session/action/start', HEADERS, JSON.stringify({ ...own, ...tail }))
    expect(reply.head).toMatch(/^HTTP\/1\.1 200 /)
    const ks = elementOf(reply.body, 'result')
    expect(await app.call('session.get', { ks })).toMatchObject({ sessionType: 2, userId: 'u' })
  })

  it('has a session in each call of a multirequest, and reads items, one an error', async () => {
    const own = { ks: app.user, format: '2', ignoreNull: true }
    const calls = {
      0: {
        ...own,
        service: 'media',
        action: 'add',
        entry: { objectType: 'KalturaMediaEntry', mediaType: '1', name: 'A & B <C>' },
      },
      1: { ...own, service: 'media', action: 'get', entryId: '0_nothing', version: '-1' },
      2: {
        ...own,
        service: 'media',
        action: 'count',
        filter: { objectType: 'KalturaMediaEntryFilter', idEqual: '{1:result:id}', statusNotEqual: '3' },
      },
    }
    const reply = await post('/api_v3/service/multirequest', HEADERS, JSON.stringify({ ...calls, ...tail }))
    expect(reply.body).toMatch(
      /<result><item><objectType>KalturaMediaEntry<\/objectType><id>0_\w{8}<\/id><name>A &amp; B &lt;C&gt;<\/name>/,
    )
    expect(reply.body).toContain(
      '<item><error><code>ENTRY_ID_NOT_FOUND</code><message>Entry id &quot;0_nothing&quot; not found</message>' +
        '<objectType>KalturaAPIException</objectType><args><item><objectType>KalturaApiExceptionArg</objectType>' +
        '<name>ENTRY_ID</name><value>0_nothing</value></item></args></error></item>',
    )
    expect(reply.body).toContain('<item>1</item></result>')
  })

  it('reads lists and empty answers from XML', async () => {
    const list = { ks: app.user, filter: { objectType: 'KalturaUploadTokenFilter', fileNameEqual: 'none' }, ...tail }
    const found = await post('/api_v3/service/uploadtoken/action/list', HEADERS, JSON.stringify(list))
    expect(found.body).toContain(
      '<result><objectType>KalturaUploadTokenListResponse</objectType><objects></objects><totalCount>0</totalCount></result>',
    )
    const uploadTokenId = await app.newToken(app.user)
    const gone = { ks: app.user, uploadTokenId, ...tail }
    const deleted = await post('/api_v3/service/uploadtoken/action/delete', HEADERS, JSON.stringify(gone))
    expect(deleted.body).toContain('<result></result>')
  })
})

describe('Python client 23', () => {
  const HEADERS = ['Accept: text/xml', 'Content-Type: application/json']
  const tail = { clientTag: 'python-26-07-18', apiVersion: '23.3.0', format: '2' }

  it('uses the session that the first call of a multirequest made', async () => {
    const calls = {
      0: {
        service: 'session',
        action: 'start',
        secret: ADMIN_SECRET,
        userId: 'p',
        type: '2',
        partnerId: '101',
        expiry: '86400',
      },
      1: { service: 'media', action: 'list', ks: '{1:result}', filter: { objectType: 'KalturaMediaEntryFilter' } },
    }
    const reply = await post('/api_v3/service/multirequest', HEADERS, JSON.stringify({ ...calls, ...tail }))
    expect(reply.body).toMatch(/<result><item>[\w=-]+<\/item><item><objectType>KalturaMediaListResponse<\/objectType>/)
  })

  it('makes an entry of an uploaded file, and reads all its properties, empty ones too', async () => {
    const uploadTokenId = await app.newToken(app.user)
    await app.chunk(app.user, uploadTokenId, 'film')
    const mediaEntry = { objectType: 'KalturaMediaEntry', name: 'Ünïcode עברית', mediaType: '1' }
    const body = JSON.stringify({ ks: app.user, mediaEntry, uploadTokenId, ...tail })
    const reply = await post('/api_v3/service/media/action/addFromUploadedFile', HEADERS, body)
    expect(elementOf(reply.body, 'name')).toBe('Ünïcode עברית')
    expect(elementOf(reply.body, 'status')).toBe('1')
    expect(reply.body).toContain('<referenceId></referenceId>')
  })

  it('takes a whole file in one call, answered by a token', async () => {
    const body =
      `--b9\r\nContent-Disposition: form-data; name="json"\r\n\r\n${JSON.stringify({ ks: app.user, ...tail })}\r\n` +
      '--b9\r\nContent-Disposition: form-data; name="fileData"; filename="/tmp/DemoVideo.flv"\r\n' +
      'Content-Type: video/x-flv\r\n\r\nfilm\r\n--b9--\r\n'
    const headers = ['Accept: text/xml', 'Content-Type: multipart/form-data; boundary=b9']
    const reply = await post('/api_v3/service/media/action/upload', headers, body)
    expect(elementOf(reply.body, 'result')).toMatch(/^0_[0-9a-f]{32}$/)
  })
})

describe('TypeScript client 6', () => {
  const HEADERS = ['Content-Type: application/json', 'Origin: http://page.example']

  it('starts a session without a signature, which the calls of a multirequest share', async () => {
    const own = { partnerId: PARTNER_ID, secret: ADMIN_SECRET, userId: 'ts', type: 2, expiry: 86_400 }
    const start = JSON.stringify({ format: 1, apiVersion: '3.3.0', ...own, clientTag: 'ts-test' })
    const ks = JSON.parse((await post('/api_v3/service/session/action/start', HEADERS, start)).body) as string
    const calls = {
      0: {
        service: 'uploadtoken',
        action: 'add',
        uploadToken: { objectType: 'KalturaUploadToken', fileName: 'a.mp4' },
      },
      1: { service: 'uploadtoken', action: 'get', uploadTokenId: '{1:result:id}' },
    }
    const body = JSON.stringify({ format: 1, apiVersion: '3.3.0', ks, clientTag: 'ts-test', ...calls })
    const reply = await post('/api_v3/service/multirequest', HEADERS, body)
    // One answer for each call, each object with its type: else that client refuses the lot.
    const answers = JSON.parse(reply.body) as object[]
    expect(answers).toHaveLength(2)
    for (const answer of answers) expect(answer).toMatchObject({ fileName: 'a.mp4', objectType: 'KalturaUploadToken' })
    expect(reply.head.toLowerCase()).toContain('access-control-allow-origin: *')
  })

  it('has all parameters of an upload in the query, and only the file in the form', async () => {
    const token = await app.newToken(app.user)
    const chunk = async (content: string, resume: boolean, finalChunk: boolean, resumeAt: number) => {
      const words = { format: 1, apiVersion: '3.3.0', uploadTokenId: token, resume, finalChunk, resumeAt }
      const query = Object.entries({ ...words, ks: app.user, clientTag: 'ts-test' })
        .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
        .join('&')
      const body =
        '------b\r\nContent-Disposition: form-data; name="fileName"\r\n\r\nfilm.mp4\r\n' +
        `------b\r\nContent-Disposition: form-data; name="fileData"; filename="blob"\r\nContent-Type: video/mp4\r\n\r\n${content}\r\n------b--\r\n`
      const headers = ['Content-Type: multipart/form-data; boundary=----b', 'Origin: http://page.example']
      const reply = await post(`/api_v3/service/uploadtoken/action/upload?${query}`, headers, body)
      return JSON.parse(reply.body) as Record<string, unknown>
    }
    expect(await chunk('hel', false, false, 0)).toMatchObject({ status: 1, uploadedFileSize: '3' })
    expect(await chunk('lo', true, true, 3)).toMatchObject({ status: 2, uploadedFileSize: '5' })
    expect((await app.content(token)).toString()).toBe('hello')
  })
})

describe('TypeScript client 22, as the vendor’s console drives it', () => {
  const HEADERS = ['Content-Type: application/json', 'Origin: http://kmc.example']
  const tail = { apiVersion: '22.18.0', format: 1 }
  const call = async (path: string, body: object): Promise<unknown> =>
    JSON.parse((await post(`${path}?clientTag=kmcng`, HEADERS, JSON.stringify({ ...body, ...tail }))).body)

  it('makes tokens in a multirequest with a session in each call', async () => {
    const add = {
      ks: app.user,
      service: 'uploadtoken',
      action: 'add',
      uploadToken: { objectType: 'KalturaUploadToken' },
    }
    const tokens = await call('/api_v3/service/multirequest', { 0: add, 1: add })
    expect(tokens).toMatchObject([{ objectType: 'KalturaUploadToken' }, { objectType: 'KalturaUploadToken' }])
  })

  it('gives an entry its content in containers, and looks how far the token is', async () => {
    const token = await app.newToken(app.user)
    const entry = await newEntryOf(app, app.user)
    const resource = {
      objectType: 'KalturaAssetsParamsResourceContainers',
      resources: [
        {
          objectType: 'KalturaAssetParamsResourceContainer',
          resource: { objectType: 'KalturaUploadedFileTokenResource', token },
          assetParamsId: 0,
        },
      ],
    }
    const body = { ks: app.user, entryId: entry['id'], resource, conversionProfileId: 5 }
    expect(await call('/api_v3/service/media/action/updateContent', body)).toMatchObject({ status: 0 })
    await app.chunk(app.user, token, 'abc', { resume: false, finalChunk: false, resumeAt: 0 })
    const filter = { objectType: 'KalturaUploadTokenFilter', idIn: token }
    expect(await call('/api_v3/service/uploadtoken/action/list', { ks: app.user, filter })).toMatchObject({
      objects: [{ id: token, uploadedFileSize: '3', status: 1, attachedObjectId: expect.any(String) }],
    })
  })

  it('clears a field by a marker', async () => {
    const entry = await newEntryOf(app, app.user, { description: 'to be cleared' })
    const mediaEntry = { objectType: 'KalturaMediaEntry', description__null: '' }
    const body = { ks: app.user, entryId: entry['id'], mediaEntry }
    expect(await call('/api_v3/service/media/action/update', body)).not.toHaveProperty('description')
  })
})

describe('Ruby client', () => {
  it('sends JSON with scalars as text, and reads XML', async () => {
    const headers = ['Accept: text/xml', 'Content-Type: application/json']
    const entry = { objectType: 'KalturaBaseEntry', type: '1', name: 'From Ruby' }
    const body = JSON.stringify({ ks: app.user, entry, type: '-1', format: '2', clientTag: 'ruby:17-10-22' })
    const reply = await post('/api_v3/service/baseentry/action/add', headers, body)
    expect(elementOf(reply.body, 'objectType')).toBe('KalturaMediaEntry')
    expect(elementOf(reply.body, 'status')).toBe('7')
  })
})

describe('kaltura_uploader for Python', () => {
  it('has session and token in the query, and ones and zeros for flags', async () => {
    const token = await app.newToken(app.user)
    const path = `/api_v3/service/uploadtoken/action/upload?format=1&ks=${encodeURIComponent(app.user)}&uploadTokenId=${token}`
    const chunk = async (content: string, resume: number, finalChunk: number, resumeAt: number) => {
      const fields = Object.entries({ resume, finalChunk, resumeAt }).map(
        ([name, value]) => `--b7\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      const file = `--b7\r\nContent-Disposition: form-data; name="fileData"; filename="film.mp4"\r\n\r\n${content}\r\n--b7--\r\n`
      const headers = ['Content-Type: multipart/form-data; boundary=b7']
      return JSON.parse((await post(path, headers, `${fields.join('')}${file}`)).body) as object
    }
    expect(await chunk('aaa', 0, 0, 0)).toMatchObject({ status: 1 })
    expect(await chunk('bb', 1, 0, 3)).toMatchObject({ status: 1, uploadedFileSize: '5' })
    expect(await chunk('c', 1, 1, 5)).toMatchObject({ status: 2, uploadedFileSize: '6' })
    expect((await app.content(token)).toString()).toBe('aaabbc')
  })
})
