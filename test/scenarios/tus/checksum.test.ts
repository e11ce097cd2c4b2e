import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawConnection, requestHead } from './raw-http.ts'
import { OFFSET_STREAM, startTusApp, type TusApp } from './tus-app.ts'

let app: TusApp
beforeAll(async () => {
  app = await startTusApp()
})
afterAll(() => app.close())

const ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512', 'crc32']

function checksum(algorithm: string, text: string): string {
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(text))
  const digest = algorithm === 'crc32' ? crc : createHash(algorithm).update(text).digest()
  return `${algorithm} ${digest.toString('base64')}`
}

const offsetOf = async (path: string): Promise<string | undefined> => (await app.head(path)).headers['upload-offset']

describe('Upload-Checksum', () => {
  it('accepts the example of the specification', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const header = { 'upload-checksum': 'sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=' }
    expect((await app.patch(path, 0, 'hello world', header)).status).toBe(204)
  })

  it.each(ALGORITHMS)('%s: takes a chunk that it fits, and discards one that it does not', async (algorithm) => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const right = { 'upload-checksum': checksum(algorithm, 'hello') }
    expect(await app.patch(path, 0, 'hellO', right)).toMatchObject({ status: 460 })
    expect(await offsetOf(path)).toBe('0')
    expect(await app.patch(path, 0, 'hello', right)).toMatchObject({ status: 204, headers: { 'upload-offset': '5' } })
    expect(await app.patch(path, 5, ' World', { 'upload-checksum': checksum(algorithm, ' world') })).toMatchObject({
      status: 460,
    })
    expect(await offsetOf(path)).toBe('5')
    await app.patch(path, 5, ' world', { 'upload-checksum': checksum(algorithm, ' world') })
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it.each([
    ['an unknown algorithm', 'whirlpool AAAA'],
    ['an algorithm in capitals', 'SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0='],
    ['no digest', 'sha1'],
    ['a digest that is too short', 'sha1 AAAA'],
    ['a digest that is no base64', 'sha1 !!!!'],
    ['nothing', ''],
  ])('refuses %s and takes nothing', async (_, value) => {
    const { path } = await app.issue({ sizeBytes: 5 })
    expect((await app.patch(path, 0, 'hello', { 'upload-checksum': value })).status).toBe(400)
    expect(await offsetOf(path)).toBe('0')
  })

  it('keeps nothing of a chunk that breaks off', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const connection = await RawConnection.open(app.url)
    const headers = {
      'tus-resumable': '1.0.0',
      'content-type': OFFSET_STREAM,
      'upload-offset': '0',
      'content-length': '11',
      'upload-checksum': checksum('sha1', 'hello world'),
    }
    await connection.write(requestHead({ method: 'PATCH', path, headers }))
    await connection.write('hello')
    await expect.poll(async () => app.services.uploads.live(await app.upload(path)).sentBytes).toBe(5)
    connection.destroy()
    // HEAD ends what may still be running, so its answer is the last word.
    expect(await offsetOf(path)).toBe('0')
  })

  it('goes with a creation, too', async () => {
    const headers = {
      'content-type': OFFSET_STREAM,
      'upload-length': '11',
      'upload-checksum': checksum('sha256', 'hello'),
    }
    const answer = await app.tus({ method: 'POST', path: '/tus', headers, body: 'hello' })
    expect(answer).toMatchObject({ status: 201, headers: { 'upload-offset': '5' } })
  })
})

describe('checksum-trailer', () => {
  const send = (path: string, offset: number, chunks: readonly string[], trailers: Record<string, string>) =>
    app.tus({
      method: 'PATCH',
      path,
      headers: { 'content-type': OFFSET_STREAM, 'upload-offset': String(offset), trailer: 'Upload-Checksum' },
      chunks,
      trailers,
    })

  it.each(ALGORITHMS)('%s: is verified behind the body', async (algorithm) => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const trailer = { 'upload-checksum': checksum(algorithm, 'hello') }
    expect((await send(path, 0, ['hel', 'lO'], trailer)).status).toBe(460)
    expect(await offsetOf(path)).toBe('0')
    expect((await send(path, 0, ['hel', 'lo'], trailer)).status).toBe(204)
    expect(await offsetOf(path)).toBe('5')
  })

  it('takes nothing when the announced trailer does not come', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    expect((await send(path, 0, ['hello'], {})).status).toBe(460)
    expect(await offsetOf(path)).toBe('0')
  })

  it('takes nothing when the trailer is of an unknown algorithm', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    expect((await send(path, 0, ['hello'], { 'upload-checksum': 'whirlpool AAAA' })).status).toBe(400)
    expect(await offsetOf(path)).toBe('0')
  })
})
