import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { RawConnection, requestHead } from './raw-http.ts'
import { OFFSET_STREAM, startTusApp, type TusApp } from './tus-app.ts'

let app: TusApp
let clock: ManualClock
beforeAll(async () => {
  clock = new ManualClock()
  app = await startTusApp({ clock })
})
afterAll(() => app.close())

const offsetOf = async (path: string): Promise<number> => Number((await app.head(path)).headers['upload-offset'])

/** Waits until the server has taken `bytes` of the upload from its sockets, stored or not. */
async function untilSent(path: string, bytes: number): Promise<void> {
  await expect.poll(async () => app.services.uploads.live(await app.upload(path)).sentBytes).toBe(bytes)
}

describe('a body that breaks off', () => {
  it('counts as far as it came, and the rest makes the file whole', async () => {
    const file = randomBytes(300_000)
    const { path } = await app.issue({ sizeBytes: file.length })
    const connection = await app.begin(path, 0, file.length, file.subarray(0, 200_000))
    await untilSent(path, 200_000)
    connection.destroy()
    const offset = await offsetOf(path)
    expect(offset).toBe(200_000)
    expect((await app.patch(path, offset, file.subarray(offset))).status).toBe(204)
    expect(await app.content(path)).toEqual(file)
  })

  it('never lowers an offset that was told, whatever is cut when', async () => {
    const file = randomBytes(400_000)
    const { path } = await app.issue({ sizeBytes: file.length })
    let told = 0
    while (told < file.length) {
      const end = Math.min(file.length, told + 70_001)
      const connection = await app.begin(path, told, file.length - told, file.subarray(told, end))
      await untilSent(path, end)
      connection.destroy()
      const offset = await offsetOf(path)
      expect(offset).toBeGreaterThanOrEqual(told)
      expect(offset).toBe(end)
      told = offset
    }
    expect(await app.content(path)).toEqual(file)
  })
})

describe('a request that stalls', () => {
  it('is ended by HEAD, whose offset then stands still', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const stalled = await app.begin(path, 0, 11, 'hello')
    await untilSent(path, 5)
    expect(await offsetOf(path)).toBe(5)
    expect((await stalled.response()).status).toBe(423)
    await stalled.ended()
    expect((await app.patch(path, 5, ' world')).status).toBe(204)
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it('is ended by a newer PATCH for its bytes; what it brought stays', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const stalled = await app.begin(path, 0, 11, 'hello')
    await untilSent(path, 5)
    // The client cannot know of the five bytes: it is told.
    expect(await app.patch(path, 0, 'hello world')).toMatchObject({ status: 409, headers: { 'upload-offset': '5' } })
    expect((await stalled.response()).status).toBe(423)
    expect((await app.patch(path, 5, ' world')).status).toBe(204)
    expect(await app.content(path)).toEqual(Buffer.from('hello world'))
  })

  it('is ended by DELETE', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const stalled = await app.begin(path, 0, 11, 'hello')
    await untilSent(path, 5)
    expect((await app.tus({ method: 'DELETE', path })).status).toBe(204)
    expect((await stalled.response()).status).toBeGreaterThanOrEqual(400)
    expect((await app.head(path)).status).toBe(404)
  })

  it('is cut off in the end without an answer, which clients take as a reason to go on', async () => {
    const { path } = await app.issue({ sizeBytes: 11 })
    const stalled = await app.begin(path, 0, 11, 'hello')
    await untilSent(path, 5)
    await clock.advance(app.services.uploads.limits.idleTimeoutMs + 2_000)
    await expect(stalled.response()).rejects.toThrow('the connection ended after ""')
    expect(await offsetOf(path)).toBe(5)
  })
})

describe('an answer that comes before the end of the body', () => {
  const big = 64 * 1024 * 1024

  it.each([
    ['a wrong offset', { 'upload-offset': '7' }, 409],
    ['a wrong type', { 'content-type': 'text/plain' }, 415],
    ['an unknown checksum', { 'upload-checksum': 'whirlpool AAAA' }, 400],
    ['more bytes than the upload has', {}, 400],
    ['no version', { 'tus-resumable': '' }, 412],
  ])('reaches a client that goes on sending, and the connection ends: %s', async (_, wrong, status) => {
    const { path } = await app.issue({ sizeBytes: 1_000 })
    const connection = await RawConnection.open(app.url)
    const headers = {
      'tus-resumable': '1.0.0',
      'content-type': OFFSET_STREAM,
      'upload-offset': '0',
      'content-length': String(big),
      ...wrong,
    }
    await connection.write(requestHead({ method: 'PATCH', path, headers }))
    await connection.write(randomBytes(4 * 1024 * 1024))
    const answer = await connection.response()
    expect(answer).toMatchObject({ status, headers: { connection: 'close' } })
    expect(answer.body.trim().split('\n')).toHaveLength(1)
    await connection.ended()
    expect(await offsetOf(path)).toBe(0)
  })

  it('reaches a client that creates an upload without being allowed to', async () => {
    const connection = await RawConnection.open(app.url)
    const headers = {
      'tus-resumable': '1.0.0',
      'content-type': OFFSET_STREAM,
      'upload-length': String(big),
      'content-length': String(big),
    }
    await connection.write(requestHead({ method: 'POST', path: '/tus', headers }))
    await connection.write(randomBytes(1024 * 1024))
    expect((await connection.response()).status).toBe(401)
    await connection.ended()
  })
})

it('takes one byte at a time', async () => {
  const { path } = await app.issue({ sizeBytes: 3 })
  const answers = [await app.patch(path, 0, 'a'), await app.patch(path, 1, 'b'), await app.patch(path, 2, 'c')]
  expect(answers.map((answer) => answer.headers['upload-offset'])).toEqual(['1', '2', '3'])
  expect(await app.content(path)).toEqual(Buffer.from('abc'))
})

it('lets of two rivals that send the same bytes exactly one win, and the file is whole', async () => {
  const file = randomBytes(2_000_000)
  const { path } = await app.issue({ sizeBytes: file.length })
  const answers = await Promise.all([app.patch(path, 0, file), app.patch(path, 0, file)])
  expect(answers.map((answer) => answer.status).filter((status) => status === 204)).toHaveLength(1)
  expect(answers.map((answer) => answer.status).filter((status) => [409, 423].includes(status))).toHaveLength(1)
  const offset = await offsetOf(path)
  if (offset < file.length) await app.patch(path, offset, file.subarray(offset))
  expect(await app.content(path)).toEqual(file)
})
