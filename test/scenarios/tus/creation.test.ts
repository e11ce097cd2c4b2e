import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { rawExchange } from './raw-http.ts'
import { base64, OFFSET_STREAM, startTusApp, type TusApp } from './tus-app.ts'

let app: TusApp
let clock: ManualClock
beforeAll(async () => {
  clock = new ManualClock()
  app = await startTusApp({ clock, limits: { maxSizeBytes: 1_000_000, headroomBytes: 0 } })
})
afterAll(() => app.close())

const post = (headers: Record<string, string>, body: string | Buffer = '') =>
  app.tus({ method: 'POST', path: '/tus', headers, body })

describe('creation', () => {
  it('answers with the absolute address of an upload at offset 0', async () => {
    const answer = await post({ 'upload-length': '100' })
    expect(answer.status).toBe(201)
    const location = answer.headers['location'] ?? ''
    expect(location).toMatch(new RegExp(`^${app.url}/tus/rdu_[A-Za-z0-9_-]{43}$`))
    const head = await app.head(new URL(location).pathname)
    expect(head.headers).toMatchObject({ 'upload-offset': '0', 'upload-length': '100' })
    expect(head.headers).not.toHaveProperty('upload-defer-length')
    expect(head.headers).not.toHaveProperty('upload-metadata')
  })

  it.each([
    ['neither length nor deferral', {}],
    ['both', { 'upload-length': '5', 'upload-defer-length': '1' }],
    ['a deferral other than 1', { 'upload-defer-length': '0' }],
    ['a negative length', { 'upload-length': '-5' }],
    ['a fractional length', { 'upload-length': '5.5' }],
    ['a length past what a number holds', { 'upload-length': '9999999999999999' }],
  ])('refuses %s', async (_, headers) => {
    expect((await post(headers as Record<string, string>)).status).toBe(400)
  })

  it('refuses a length past the maximum it announces', async () => {
    expect((await post({ 'upload-length': '1000001' })).status).toBe(413)
    expect((await post({ 'upload-length': '1000000' })).status).toBe(201)
  })

  it('finishes an empty upload at once', async () => {
    const answer = await post({ 'upload-length': '0' })
    expect(answer).toMatchObject({ status: 201, headers: { 'upload-offset': '0' } })
    const path = new URL(answer.headers['location'] ?? '').pathname
    expect((await app.head(path)).headers).toMatchObject({ 'upload-offset': '0', 'upload-length': '0' })
    expect((await app.upload(path)).state).toBe('consumed')
  })

  it('works at the address with a slash behind', async () => {
    const answer = await app.tus({
      method: 'POST',
      path: '/tus/',
      headers: { authorization: `Bearer ${app.keys.apiKey}`, 'upload-length': '1' },
      body: '',
    })
    expect(answer.status).toBe(201)
  })
})

describe('who may create', () => {
  it.each([
    ['nobody', {}, 401],
    ['somebody with another scheme', { authorization: 'Basic cmQ6eA==' }, 401],
    ['somebody with a key that is none', { authorization: 'Bearer rd_nothing' }, 401],
    ['somebody with a forged token', { authorization: `Bearer rdu_${'x'.repeat(43)}` }, 404],
  ])('not %s', async (_, credential, status) => {
    const headers = { 'tus-resumable': '1.0.0', 'upload-length': '5', ...(credential as Record<string, string>) }
    const { final } = await rawExchange(app.url, { method: 'POST', path: '/tus', headers, body: '' })
    expect(final.status).toBe(status)
    expect(final.headers).not.toHaveProperty('location')
    if (status === 401) expect(final.headers['www-authenticate']).toBe('Bearer')
  })

  it('the holder of an upload token, who gets the upload of that token', async () => {
    const { token, upload } = await app.issue({ fileName: '' })
    const authorization = `Bearer ${token}`
    const metadata = `filename ${base64('holiday.mov')}`
    const answer = await post({ authorization, 'upload-length': '5', 'upload-metadata': metadata })
    expect(answer).toMatchObject({ status: 201, headers: { location: `${app.url}/tus/${token}` } })
    expect(await app.upload(`/tus/${token}`)).toMatchObject({ id: upload.id, fileName: 'holiday.mov', sizeBytes: 5 })
    expect((await app.head(`/tus/${token}`)).headers['upload-metadata']).toBe(metadata)
  })

  it('the holder of an upload token again after a lost answer, who is told where to go on', async () => {
    const { token, path } = await app.issue()
    const authorization = `Bearer ${token}`
    await post({ authorization, 'upload-length': '11' })
    await app.patch(path, 0, 'hello')
    const again = await post({ authorization, 'upload-length': '11', 'content-type': OFFSET_STREAM }, 'hello world')
    expect(again).toMatchObject({ status: 201, headers: { 'upload-offset': '5' } })
    await app.patch(path, 5, ' world')
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
    expect((await post({ authorization, 'upload-length': '11' })).status).toBe(403)
  })

  it('the holder of an upload token, but not with another length than its issuer declared', async () => {
    const { token, path } = await app.issue({ sizeBytes: 11 })
    expect((await post({ authorization: `Bearer ${token}`, 'upload-length': '12' })).status).toBe(400)
    expect((await app.head(path)).headers['upload-length']).toBe('11')
  })
})

describe('Upload-Metadata', () => {
  it('is told again word for word, and names the file', async () => {
    const binary = Buffer.from([0, 255, 1]).toString('base64')
    const header = `filename ${base64('ferien – süß.mp4')},is_confidential,raw ${binary},note ${base64('two words')}`
    const path = await app.create({ 'upload-length': '5', 'upload-metadata': header })
    expect((await app.head(path)).headers['upload-metadata']).toBe(header)
    const upload = await app.upload(path)
    expect(upload.fileName).toBe('ferien – süß.mp4')
    expect(upload.target.metadata).toEqual({ filename: 'ferien – süß.mp4', is_confidential: '', note: 'two words' })
  })

  it('names the file by "name" where there is no "filename", and never by a path', async () => {
    const path = await app.create({ 'upload-length': '5', 'upload-metadata': `name ${base64('../../etc/passwd')}` })
    expect((await app.upload(path)).fileName).toBe('passwd')
  })

  it.each([
    ['a value that is no base64', 'filename hello!'],
    ['base64 without its padding', 'filename aGVsbG8'],
    ['a key that comes twice', `a ${base64('1')},a ${base64('2')}`],
    ['no key', `a ${base64('1')},,b ${base64('2')}`],
    ['more than key and value', `a ${base64('1')} ${base64('2')}`],
  ])('is refused with %s', async (_, header) => {
    expect((await post({ 'upload-length': '5', 'upload-metadata': header })).status).toBe(400)
  })
})

describe('creation-defer-length', () => {
  it('says that the length is deferred until a PATCH states it', async () => {
    const path = await app.create({ 'upload-defer-length': '1' })
    expect((await app.head(path)).headers).toMatchObject({ 'upload-defer-length': '1', 'upload-offset': '0' })
    await app.patch(path, 0, 'hello')
    const deferred = await app.head(path)
    expect(deferred.headers['upload-defer-length']).toBe('1')
    expect(deferred.headers).not.toHaveProperty('upload-length')
    await app.patch(path, 5, ' wor', { 'upload-length': '11' })
    const stated = await app.head(path)
    expect(stated.headers).toMatchObject({ 'upload-length': '11', 'upload-offset': '9' })
    expect(stated.headers).not.toHaveProperty('upload-defer-length')
    await app.patch(path, 9, 'ld')
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
    expect((await app.upload(path)).state).toBe('consumed')
  })

  it('finishes with a PATCH that has no bytes but the length', async () => {
    const path = await app.create({ 'upload-defer-length': '1' })
    await app.patch(path, 0, 'hello')
    expect((await app.patch(path, 5, '', { 'upload-length': '5' })).status).toBe(204)
    expect((await app.upload(path)).state).toBe('consumed')
  })

  it('does not let a length change once it is stated, nor fall below what arrived', async () => {
    const path = await app.create({ 'upload-defer-length': '1' })
    await app.patch(path, 0, 'hello')
    expect((await app.patch(path, 5, '', { 'upload-length': '4' })).status).toBe(400)
    await app.patch(path, 5, ' ', { 'upload-length': '11' })
    expect((await app.patch(path, 6, 'world', { 'upload-length': '12' })).status).toBe(400)
    expect((await app.head(path)).headers).toMatchObject({ 'upload-length': '11', 'upload-offset': '6' })
  })
})

describe('creation-with-upload', () => {
  it('takes the first bytes, or all of them, with the creation', async () => {
    const type = { 'content-type': OFFSET_STREAM }
    const first = await post({ ...type, 'upload-length': '11' }, 'hello')
    expect(first).toMatchObject({ status: 201, headers: { 'upload-offset': '5' } })
    const path = new URL(first.headers['location'] ?? '').pathname
    await app.patch(path, 5, ' world')
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
    const all = await post({ ...type, 'upload-length': '5' }, 'hello')
    expect(all.headers['upload-offset']).toBe('5')
    expect((await app.upload(new URL(all.headers['location'] ?? '').pathname)).state).toBe('consumed')
  })

  it('takes them without a length, too', async () => {
    const answer = await post({ 'content-type': OFFSET_STREAM, 'upload-defer-length': '1' }, 'hello')
    expect(answer).toMatchObject({ status: 201, headers: { 'upload-offset': '5' } })
  })

  it.each([
    ['of another type', { 'content-type': 'video/mp4' }, 415],
    ['of no type', {}, 415],
    ['longer than the upload', { 'content-type': OFFSET_STREAM, 'upload-length': '4' }, 400],
    [
      'with a checksum that does not fit',
      { 'content-type': OFFSET_STREAM, 'upload-checksum': `sha1 ${Buffer.alloc(20).toString('base64')}` },
      460,
    ],
  ])('leaves nothing behind of a body %s', async (_, headers, status) => {
    const { services } = app
    const project = (await app.issue()).upload.projectId
    const open = () => services.uploads.list(project, { states: ['pending', 'receiving'] }, { limit: 500 })
    const before = await open()
    const answer = await post({ 'upload-length': '5', ...(headers as Record<string, string>) }, 'hello')
    expect(answer.status).toBe(status)
    expect(answer.headers).not.toHaveProperty('location')
    expect(await open()).toHaveLength(before.length)
  })
})

describe('expiration', () => {
  it('tells in every answer how long the upload stays, and later with every step', async () => {
    const answer = await post({ 'upload-length': '11' })
    const path = new URL(answer.headers['location'] ?? '').pathname
    const expiry = (await app.upload(path)).expiresAtMs
    expect(answer.headers['upload-expires']).toBe(new Date(expiry).toUTCString())
    expect((await app.head(path)).headers['upload-expires']).toBe(new Date(expiry).toUTCString())
    await clock.advance(60_000)
    expect((await app.patch(path, 0, 'hello')).headers['upload-expires']).toBe(new Date(expiry + 60_000).toUTCString())
    // A finished one does not expire.
    expect((await app.patch(path, 5, ' world')).headers).not.toHaveProperty('upload-expires')
  })

  it('answers 410 to everything once it is over', async () => {
    const path = await app.create({ 'upload-length': '11' })
    await app.patch(path, 0, 'hello')
    await clock.advance(app.services.uploads.limits.defaultLeaseMs + 1)
    expect((await app.head(path)).status).toBe(410)
    expect((await app.head(path)).headers).not.toHaveProperty('upload-offset')
    expect((await app.patch(path, 5, ' world')).status).toBe(410)
    expect((await app.tus({ method: 'DELETE', path })).status).toBe(410)
  })
})

describe('termination', () => {
  it('ends an upload for good', async () => {
    const path = await app.create({ 'upload-length': '11' })
    await app.patch(path, 0, 'hello')
    expect(await app.tus({ method: 'DELETE', path })).toMatchObject({ status: 204, body: '' })
    expect((await app.head(path)).status).toBe(404)
    expect((await app.patch(path, 5, ' world')).status).toBe(404)
    expect((await app.tus({ method: 'DELETE', path })).status).toBe(404)
  })

  it('leaves a file alone that has become an asset', async () => {
    const path = await app.create({ 'upload-length': '5' })
    await app.patch(path, 0, 'hello')
    expect((await app.tus({ method: 'DELETE', path })).status).toBe(403)
    expect((await app.head(path)).headers['upload-offset']).toBe('5')
  })
})
