import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeness, pathOf, type RufhApp, startRufhApp, VERSIONS, type Version, versionField } from './rufh-app.ts'

let app: RufhApp
beforeAll(async () => {
  app = await startRufhApp({ limits: { maxSizeBytes: 1_000_000 } })
})
afterAll(() => app.close())

const EVERY = [...VERSIONS, undefined]
const FROM_6 = [6, 7, 8, undefined] as const

describe.each(EVERY)('interop version %s', (version) => {
  it('takes a file in one request', async () => {
    const { interim, final } = await app.post(version, 'hello world', true)
    expect(final).toMatchObject({ status: 201, headers: { 'upload-offset': '11', ...completeness(version, true) } })
    const path = pathOf(final)
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
    const upload = await app.upload(path)
    expect(upload.state).toBe('consumed')
    expect(JSON.parse(final.body)).toMatchObject({ uploadId: upload.id, assetId: upload.assetId, sizeBytes: 11 })
    // Only who names the version gets interim responses.
    expect(interim.map((response) => response.status)).toEqual(version === undefined ? [] : [104])
    for (const { headers } of interim) {
      expect(headers).toMatchObject({ location: final.headers['location'], ...versionField(version) })
    }
  })

  it('takes a file piece by piece, and ends it only when it is told to', async () => {
    const { final: created } = await app.post(version, 'hello', false, { 'upload-length': '11' })
    expect(created).toMatchObject({ status: 201, headers: { 'upload-offset': '5', ...completeness(version, false) } })
    const path = pathOf(created)
    const { final: appended } = await app.append(version, path, ' world', { offset: 5, isLast: false })
    expect(appended.headers).toMatchObject({ 'upload-offset': '11', ...completeness(version, false) })
    expect(appended.status).toBe((version ?? 8) <= 6 ? 201 : 204)
    // All bytes of the stated length are there, and yet it is not complete.
    expect((await app.ask(version, path)).headers).toMatchObject(completeness(version, false))
    expect((await app.upload(path)).state).toBe('receiving')
    const { final: ended } = await app.append(version, path, '', { offset: 11, isLast: true })
    expect(ended.headers).toMatchObject({ 'upload-offset': '11', ...completeness(version, true) })
    expect(ended.status).toBe((version ?? 8) <= 6 ? 201 : 200)
    expect((await app.ask(version, path)).headers).toMatchObject(completeness(version, true))
    expect((await app.upload(path)).state).toBe('consumed')
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it('tells offset and completeness, not for caches', async () => {
    const path = await app.begin(version)
    await app.append(version, path, 'hello', { offset: 0, isLast: false })
    const answer = await app.ask(version, path)
    expect(answer).toMatchObject({
      status: 204,
      headers: { 'upload-offset': '5', 'cache-control': 'no-store', ...completeness(version, false) },
    })
  })

  it('rejects an append that does not start at the offset, and tells where that is', async () => {
    const path = await app.begin(version)
    await app.append(version, path, 'hello', { offset: 0, isLast: false })
    for (const offset of [0, 4, 6]) {
      const { final } = await app.append(version, path, ' world', { offset, isLast: true })
      expect(final).toMatchObject({
        status: 409,
        headers: {
          'upload-offset': '5',
          'content-type': 'application/problem+json; charset=utf-8',
          ...completeness(version, false),
        },
      })
      expect(JSON.parse(final.body)).toMatchObject({
        type: 'https://iana.org/assignments/http-problem-types#mismatching-upload-offset',
        'expected-offset': 5,
        'provided-offset': offset,
      })
    }
    expect((await app.ask(version, path)).headers['upload-offset']).toBe('5')
  })

  it('ends an upload that is cancelled, for good', async () => {
    const path = await app.begin(version)
    expect((await app.rufh(version, { method: 'DELETE', path })).final.status).toBe(204)
    expect((await app.ask(version, path)).status).toBe(404)
    expect((await app.append(version, path, 'x', { offset: 0, isLast: false })).final.status).toBe(404)
    expect((await app.rufh(version, { method: 'DELETE', path })).final.status).toBe(404)
  })

  it('takes an empty file', async () => {
    const { final } = await app.post(version, '', true)
    expect(final).toMatchObject({ status: 201, headers: { 'upload-offset': '0', ...completeness(version, true) } })
    expect((await app.upload(pathOf(final))).sizeBytes).toBe(0)
  })

  it('takes bytes whose number nobody stated', async () => {
    const headers = { authorization: `Bearer ${app.keys.apiKey}`, ...completeness(version, true) }
    const chunked = { method: 'POST', path: '/rufh', headers, chunks: ['hel', 'lo'] }
    const { final } = await app.rufh(version, chunked)
    expect(final.headers).toMatchObject({ 'upload-offset': '5', ...completeness(version, true) })
    expect(await app.content(pathOf(final))).toEqual(Buffer.from('hello'))
  })

  it('does not change a complete upload', async () => {
    const { final } = await app.post(version, 'hello', true)
    const path = pathOf(final)
    for (const offset of [0, 5]) {
      const { final: refused } = await app.append(version, path, 'more', { offset, isLast: false })
      expect(refused.status).toBeGreaterThanOrEqual(400)
      expect(refused.headers).toMatchObject(completeness(version, false))
    }
    expect((await app.ask(version, path)).headers).toMatchObject({
      'upload-offset': '5',
      ...completeness(version, true),
    })
    expect(await app.content(path)).toEqual(Buffer.from('hello'))
  })

  it('rejects lengths that contradict each other', async () => {
    const inconsistent = { status: 400, headers: { 'content-type': 'application/problem+json; charset=utf-8' } }
    const type = 'https://iana.org/assignments/http-problem-types#inconsistent-upload-length'
    const { final: both } = await app.post(version, 'hello', true, { 'upload-length': '6' })
    expect(both).toMatchObject(inconsistent)
    expect(JSON.parse(both.body)).toMatchObject({ type })
    const path = await app.begin(version, { 'upload-length': '11' })
    for (const { body, isLast, headers } of [
      { body: 'hello', isLast: true, headers: {} },
      { body: 'hello', isLast: false, headers: { 'upload-length': '12' } },
      { body: 'hello world!', isLast: false, headers: {} },
    ]) {
      const { final } = await app.append(version, path, body, { offset: 0, isLast, headers })
      expect(final).toMatchObject(inconsistent)
      expect(JSON.parse(final.body)).toMatchObject({ type })
    }
    expect((await app.ask(version, path)).headers['upload-offset']).toBe('0')
    expect((await app.append(version, path, 'hello world', { offset: 0, isLast: true })).final.status).toBeLessThan(300)
  })

  it('finishes the upload that a token came with, and only when it is told to', async () => {
    const { token } = await app.issue({ sizeBytes: 5, fileName: '' })
    const authorization = `Bearer ${token}`
    const name = { 'content-disposition': `inline; filename="a.mp4"; filename*=UTF-8''ferien%20%E2%80%93.mp4` }
    const { interim, final } = await app.post(version, 'hello', false, { authorization, ...name })
    expect(pathOf(final)).toBe(`/rufh/${token}`)
    expect(interim).toHaveLength(version === undefined ? 0 : 1)
    expect(await app.upload(`/rufh/${token}`)).toMatchObject({ fileName: 'ferien –.mp4', state: 'receiving' })
    const { final: ended } = await app.append(version, `/rufh/${token}`, '', { offset: 5, isLast: true })
    expect(ended.headers).toMatchObject(completeness(version, true))
    expect((await app.upload(`/rufh/${token}`)).state).toBe('consumed')
  })
})

describe('the version', () => {
  it.each(['2', '9', '5.0', '', 'eight'])('"%s" is spoken by nobody here', async (version) => {
    const headers = { authorization: `Bearer ${app.keys.apiKey}`, 'upload-complete': '?1' }
    const request = { method: 'POST', path: '/rufh', headers: { ...headers, 'upload-draft-interop-version': version } }
    const { interim, final } = await app.rufh(undefined, { ...request, body: 'hello' })
    expect(final.status).toBe(400)
    expect(interim).toEqual([])
  })

  it('5 is what tus-js-client speaks as draft 03: appended bytes have no type of their own', async () => {
    const path = await app.begin(5)
    expect((await app.append(5, path, 'hello', { offset: 0, isLast: true })).final.status).toBe(201)
  })

  it.each(FROM_6)('%s demands application/partial-upload of appended bytes', async (version) => {
    const path = await app.begin(version)
    const headers = { 'content-type': 'application/octet-stream' }
    const { final } = await app.append(version, path, 'hello', { offset: 0, isLast: true, headers })
    expect(final).toMatchObject({ status: 415, headers: { 'accept-patch': 'application/partial-upload' } })
    expect((await app.ask(version, path)).headers['upload-offset']).toBe('0')
  })

  it.each([3, 4, 5, 6] as const)('%s forbids fields of the state where nothing is sent', async (version) => {
    const path = await app.begin(version)
    for (const method of ['HEAD', 'DELETE']) {
      for (const field of [{ 'upload-offset': '0' }, completeness(version, false)]) {
        const { final } = await app.rufh(version, { method, path, headers: field })
        expect(final.status).toBe(400)
      }
    }
    const { final } = await app.post(version, '', false, { 'upload-offset': '0' })
    expect(final.status).toBe(400)
    expect((await app.ask(version, path)).status).toBe(204)
  })

  it.each([
    [3, true],
    [4, false],
    [5, false],
    [6, false],
  ] as const)('%s means by silence that an append ends the file: %s', async (version, ends) => {
    const path = await app.begin(version)
    const type: Record<string, string> = version >= 6 ? { 'content-type': 'application/partial-upload' } : {}
    const headers = { ...type, 'upload-offset': '0' }
    const { final } = await app.rufh(version, { method: 'PATCH', path, headers, body: 'hello' })
    expect(final.headers).toMatchObject(completeness(version, ends))
  })

  it.each([7, 8, undefined] as const)('%s does not let an append be silent about its end', async (version) => {
    const path = await app.begin(version)
    const headers: Record<string, string> = { 'content-type': 'application/partial-upload', 'upload-offset': '0' }
    for (const field of [undefined, '1', 'true']) {
      const request = {
        method: 'PATCH',
        path,
        headers: { ...headers, ...(field && { 'upload-complete': field }) },
        body: 'hello',
      }
      expect((await app.rufh(version, request)).final.status).toBe(400)
    }
    expect((await app.ask(version, path)).headers['upload-offset']).toBe('0')
  })

  it.each([
    ['3: completed-upload', 3, 400, 'completed-upload'],
    ['6: completed-upload', 6, 400, 'completed-upload'],
    ['7: completed-upload', 7, 400, 'completed-upload'],
    ['8: the length', 8, 400, 'inconsistent-upload-length'],
  ] as const)('decides what is wrong with bytes for a complete upload, in %s', async (_, version, status, problem) => {
    const { final } = await app.post(version, 'hello', true)
    const { final: refused } = await app.append(version, pathOf(final), 'more', { offset: 5, isLast: true })
    expect(refused.status).toBe(status)
    expect(JSON.parse(refused.body)).toMatchObject({
      type: `https://iana.org/assignments/http-problem-types#${problem}`,
    })
  })

  it('8 gets the final answer again when the request that completed the upload comes again', async () => {
    const { final } = await app.post(8, 'hello', false)
    const path = pathOf(final)
    const { final: first } = await app.append(8, path, '', { offset: 5, isLast: true })
    const { final: again } = await app.append(8, path, '', { offset: 5, isLast: true })
    expect(again).toMatchObject({ status: first.status, body: first.body, headers: { 'upload-complete': '?1' } })
    const { final: other } = await app.append(8, path, '', { offset: 5, isLast: false })
    expect(other).toMatchObject({ status: 400, headers: { 'upload-complete': '?0' } })
  })

  it.each([7, 8] as const)(
    '%s gives up an upload that was sent more than its length without saying so',
    async (version) => {
      const path = await app.begin(version, { 'upload-length': '5' })
      const overrun = {
        method: 'PATCH',
        path,
        headers: {
          'content-type': 'application/partial-upload',
          'upload-offset': '0',
          ...completeness(version, false),
        },
        chunks: ['hello', ' world'],
      }
      expect((await app.rufh(version, overrun)).final.status).toBe(400)
      expect((await app.ask(version, path)).status).toBe(404)
      expect((await app.append(version, path, '', { offset: 5, isLast: true })).final.status).toBe(404)
      expect((await app.upload(path)).state).toBe('failed')
    },
  )

  it('6 keeps such an upload, up to its length', async () => {
    const path = await app.begin(6, { 'upload-length': '5' })
    const headers = { 'content-type': 'application/partial-upload', 'upload-offset': '0', 'upload-complete': '?0' }
    const overrun = { method: 'PATCH', path, headers, chunks: ['hello', ' world'] }
    expect((await app.rufh(6, overrun)).final.status).toBe(400)
    expect((await app.ask(6, path)).headers['upload-offset']).toBe('5')
  })
})

describe('Upload-Limit', () => {
  const limits = (version: Version | undefined) => {
    const age = version === 6 ? 'expires' : 'max-age'
    return new RegExp(`^max-size=1000000, ${age}=35\\d\\d|^max-size=1000000, ${age}=3600`)
  }

  it.each(FROM_6)('is told by everything that tells of an upload, in %s', async (version) => {
    const { interim, final } = await app.post(version, 'hello', false)
    for (const { headers } of [...interim, final, await app.ask(version, pathOf(final))]) {
      expect(headers['upload-limit']).toMatch(limits(version))
    }
  })

  it.each([3, 4, 5] as const)('is not told in %s, which knows none', async (version) => {
    const { interim, final } = await app.post(version, 'hello', false)
    for (const { headers } of [...interim, final]) expect(headers).not.toHaveProperty('upload-limit')
  })

  it('tells of the smallest chunk that a token allows, which the last one may fall short of', async () => {
    const { token } = await app.issue({ policy: { minChunkBytes: 4, maxSizeBytes: 10 } })
    const path = `/rufh/${token}`
    expect((await app.ask(8, path)).headers['upload-limit']).toMatch(/^max-size=10, min-append-size=4, max-age=/)
    expect((await app.append(8, path, 'abc', { offset: 0, isLast: false })).final.status).toBe(400)
    expect((await app.append(8, path, 'abcd', { offset: 0, isLast: false })).final.status).toBe(204)
    expect((await app.append(8, path, 'e', { offset: 4, isLast: true })).final.status).toBe(200)
  })

  it('goes with the refusal of a file that is too large', async () => {
    const { final } = await app.post(8, '', false, { 'upload-length': '1000001' })
    expect(final).toMatchObject({ status: 413, headers: { 'upload-limit': 'max-size=1000000' } })
  })

  it.each(['/rufh', '/rufh/', `/rufh/rdu_${'A'.repeat(43)}`])('is what OPTIONS %s is for', async (path) => {
    const { final } = await app.rufh(undefined, { method: 'OPTIONS', path })
    expect(final).toMatchObject({
      status: 204,
      headers: { 'upload-limit': 'max-size=1000000', 'accept-patch': 'application/partial-upload' },
    })
  })
})

describe('Upload-Length', () => {
  it.each(EVERY)('is told again once it is known, in %s', async (version) => {
    const path = await app.begin(version)
    expect((await app.ask(version, path)).headers).not.toHaveProperty('upload-length')
    await app.append(version, path, 'hello', { offset: 0, isLast: false, headers: { 'upload-length': '11' } })
    expect((await app.ask(version, path)).headers['upload-length']).toBe('11')
  })
})
