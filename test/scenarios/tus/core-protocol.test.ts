import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawExchange } from './raw-http.ts'
import { startTusApp, type TusApp } from './tus-app.ts'

let app: TusApp
beforeAll(async () => {
  app = await startTusApp()
})
afterAll(() => app.close())

const UNKNOWN = `/tus/rdu_${'A'.repeat(43)}`

describe('the version', () => {
  it.each([
    ['is missing', {}],
    ['is another one', { 'tus-resumable': '0.2.2' }],
  ])('is demanded of every request but OPTIONS: when it %s, nothing is done', async (_, headers) => {
    const { path } = await app.issue({ sizeBytes: 5 })
    for (const request of [
      { method: 'POST', path: '/tus', headers: { ...headers, 'upload-length': '5' }, body: '' },
      { method: 'PATCH', path, headers: { ...headers, 'upload-offset': '0' }, body: 'hello' },
      { method: 'DELETE', path, headers },
      { method: 'HEAD', path, headers },
    ]) {
      const { final } = await rawExchange(app.url, request)
      expect(final.status).toBe(412)
      expect(final.headers).toMatchObject({ 'tus-version': '1.0.0', 'tus-resumable': '1.0.0' })
    }
    expect((await app.head(path)).headers).toMatchObject({ 'upload-offset': '0', 'upload-length': '5' })
  })

  it.each(['/tus', UNKNOWN])('is told by OPTIONS %s, whatever the request says of it', async (path) => {
    const { final } = await rawExchange(app.url, { method: 'OPTIONS', path, headers: { 'tus-resumable': '9.9.9' } })
    expect(final.status).toBe(204)
    expect(final.headers).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-max-size': String(app.services.uploads.limits.maxSizeBytes),
      'tus-extension':
        'creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,termination,concatenation,concatenation-unfinished',
      'tus-checksum-algorithm': 'md5,sha1,sha256,sha512,crc32',
    })
  })

  it('is in every answer, also in refusals', async () => {
    const answers = [
      await app.head(UNKNOWN),
      await app.tus({ method: 'PUT', path: UNKNOWN, body: 'x' }),
      await app.tus({ method: 'POST', path: '/tus', body: '' }),
      await app.tus({ method: 'POST', path: '/tus', headers: { authorization: 'Bearer nobody' }, body: '' }),
    ]
    expect(answers.map((answer) => answer.headers['tus-resumable'])).toEqual(Array(4).fill('1.0.0'))
  })
})

describe('HEAD', () => {
  it('tells offset and length, from before the first byte until after the last', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const offsets = [(await app.head(path)).headers['upload-offset']]
    await app.patch(path, 0, 'hello')
    offsets.push((await app.head(path)).headers['upload-offset'])
    await app.patch(path, 5, ' world')
    const finished = await app.head(path)
    offsets.push(finished.headers['upload-offset'])
    expect(offsets).toEqual(['0', '5', '11'])
    expect(finished).toMatchObject({ status: 200, headers: { 'upload-length': '11', 'cache-control': 'no-store' } })
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it('tells nothing of an upload that does not exist', async () => {
    const answer = await app.head(UNKNOWN)
    expect(answer.status).toBe(404)
    expect(answer.headers).not.toHaveProperty('upload-offset')
  })

  it('accepts the token without its prefix', async () => {
    const { token } = await app.issue()
    expect((await app.head(`/tus/${token.slice(4)}`)).status).toBe(200)
  })
})

describe('PATCH', () => {
  it('answers with the new offset', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const answer = await app.patch(path, 0, 'hello')
    expect(answer).toMatchObject({ status: 204, headers: { 'upload-offset': '5' }, body: '' })
    expect((await app.patch(path, 5, '')).headers['upload-offset']).toBe('5')
  })

  it.each([
    ['behind the offset', 6],
    ['before the offset', 4],
    ['at the beginning', 0],
  ])('changes nothing when it starts %s, and says where to go on', async (_, offset) => {
    const { path } = await app.issue({ sizeBytes: 11 })
    await app.patch(path, 0, 'hello')
    expect(await app.patch(path, offset, ' world')).toMatchObject({ status: 409, headers: { 'upload-offset': '5' } })
    expect((await app.head(path)).headers['upload-offset']).toBe('5')
  })

  it.each([undefined, 'application/octet-stream', 'text/plain', 'application/offset+octet-streams'])(
    'refuses a body of type %s',
    async (type) => {
      const { path } = await app.issue({ sizeBytes: 5 })
      const headers: Record<string, string> = { 'upload-offset': '0', ...(type && { 'content-type': type }) }
      expect((await app.tus({ method: 'PATCH', path, headers, body: 'hello' })).status).toBe(415)
      expect((await app.head(path)).headers['upload-offset']).toBe('0')
    },
  )

  it.each(['', '-1', '1.5', '0x10', 'five', '99999999999999999999', '0, 0'])(
    'refuses "%s" as an offset',
    async (offset) => {
      const { path } = await app.issue({ sizeBytes: 5 })
      expect((await app.patch(path, 0, 'hello', { 'upload-offset': offset })).status).toBe(400)
      expect((await app.head(path)).headers['upload-offset']).toBe('0')
    },
  )

  it('does not take more bytes than the upload has, stated or not', async () => {
    const { path } = await app.issue({ sizeBytes: 5 })
    expect((await app.patch(path, 0, 'hello world')).status).toBe(400)
    const chunked = await app.tus({
      method: 'PATCH',
      path,
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
      chunks: ['hel', 'lo world'],
    })
    expect(chunked.status).toBe(400)
    expect((await app.head(path)).headers['upload-offset']).toBe('3')
    expect((await app.patch(path, 3, 'lo')).status).toBe(204)
    expect(await app.content(path)).toEqual(Buffer.from('hello'))
  })

  it('takes a body whose length nobody stated', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
    const answer = await app.tus({ method: 'PATCH', path, headers, chunks: ['hello', ' ', 'world'] })
    expect(answer).toMatchObject({ status: 204, headers: { 'upload-offset': '11' } })
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it('leaves a finished upload as it is and gives the same answers for as long as it is asked', async () => {
    const { path } = await app.issue({ sizeBytes: 5 })
    await app.patch(path, 0, 'hello')
    expect(await app.patch(path, 5, '')).toMatchObject({ status: 204, headers: { 'upload-offset': '5' } })
    expect(await app.patch(path, 0, 'HELLO')).toMatchObject({ status: 409, headers: { 'upload-offset': '5' } })
    expect((await app.patch(path, 5, 'more')).status).toBe(400)
    expect((await app.head(path)).headers['upload-offset']).toBe('5')
    expect(await app.content(path)).toEqual(Buffer.from('hello'))
  })
})

describe('X-HTTP-Method-Override', () => {
  const override = (method: string) => ({ 'x-http-method-override': method })

  it('counts instead of the method that the client could send', async () => {
    const { path } = await app.issue({ sizeBytes: 5 })
    const headers = { ...override('PATCH'), 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
    expect((await app.tus({ method: 'POST', path, headers, body: 'hel' })).headers['upload-offset']).toBe('3')
    const headed = await app.tus({ method: 'POST', path, headers: override('head'), body: '' })
    expect(headed).toMatchObject({ status: 200, headers: { 'upload-offset': '3' } })
    expect((await app.tus({ method: 'PATCH', path, headers: override('DELETE'), body: '' })).status).toBe(204)
    expect((await app.head(path)).status).toBe(404)
  })

  it('is refused when it is none', async () => {
    const { path } = await app.issue()
    expect((await app.tus({ method: 'POST', path, headers: override('PATCH, DELETE'), body: '' })).status).toBe(400)
  })
})

it.each([
  ['GET', UNKNOWN, 'OPTIONS, HEAD, PATCH, DELETE'],
  ['PUT', UNKNOWN, 'OPTIONS, HEAD, PATCH, DELETE'],
  ['POST', UNKNOWN, 'OPTIONS, HEAD, PATCH, DELETE'],
  ['GET', '/tus', 'OPTIONS, POST'],
  ['PATCH', '/tus', 'OPTIONS, POST'],
  ['DELETE', '/tus/', 'OPTIONS, POST'],
])('%s %s is not allowed', async (method, path, allow) => {
  expect(await app.tus({ method, path, body: '' })).toMatchObject({ status: 405, headers: { allow } })
})
