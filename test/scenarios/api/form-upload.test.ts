import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type ApiApp, someBytes, startApiApp, storedBytes } from './api-app.ts'

const MIB = 1024 * 1024

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

type Part = Readonly<{ name: string; value: string | Buffer; fileName?: string }>

const file = (value: Buffer, fileName = 'clip.mp4'): Part => ({ name: 'file', value, fileName })

function form(parts: readonly Part[], end = '--'): { body: Buffer; headers: Record<string, string> } {
  const pieces = parts.flatMap(({ name, value, fileName }) => [
    Buffer.from(
      `--edge\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n` +
        `${fileName === undefined ? '' : 'Content-Type: application/octet-stream\r\n'}\r\n`,
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ])
  const body = Buffer.concat([...pieces, Buffer.from(`--edge${end}\r\n`)])
  return { body, headers: { 'content-type': 'multipart/form-data; boundary=edge' } }
}

const FORM = '/v1/uploads/form'

async function send(
  parts: readonly Part[],
  { path = FORM, ...more }: { path?: string; key?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { body, headers } = form(parts)
  return app.call('POST', path, { ...more, body, headers: { ...headers, ...more.headers } })
}

describe('a file sent as a form', () => {
  const bytes = someBytes(3 * MIB + 17)

  it('is stored by the address alone, as an HTML form sends it', async () => {
    const { id, urls } = await app.issue()
    const parts = [{ name: 'comment', value: 'before' }, file(bytes), { name: 'submit', value: 'Send' }]
    const answer = await send(parts, { path: urls.form })
    expect(answer).toMatchObject({ status: 200, json: { id, state: 'consumed', sizeBytes: bytes.length } })
    expect((await storedBytes(app, id)).equals(bytes)).toBe(true)
  })

  it('is stored with the token as Bearer', async () => {
    const { id, token } = await app.issue()
    expect(await send([file(bytes)], { key: token })).toMatchObject({ status: 200, json: { id, state: 'consumed' } })
  })

  it('is stored with the token in a field before the file', async () => {
    const { id, token } = await app.issue({ origins: ['https://app.example.com'] })
    const headers = { origin: 'https://app.example.com' }
    const answer = await send([{ name: 'token', value: token }, file(bytes)], { headers })
    expect(answer).toMatchObject({ status: 200, json: { id, state: 'consumed' } })
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example.com')
  })

  it('must have the digest that a field before it says', async () => {
    const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase()
    const good = await app.issue()
    expect(await send([{ name: 'sha256', value: sha256 }, file(bytes)], { key: good.token })).toMatchObject({
      status: 200,
      json: { state: 'consumed' },
    })
    const bad = await app.issue()
    expect(await send([{ name: 'sha256', value: 'ab'.repeat(32) }, file(bytes)], { key: bad.token })).toMatchObject({
      status: 422,
      json: { code: 'checksum_mismatch' },
    })
    expect(await app.status(bad)).toMatchObject({ state: 'receiving', receivedBytes: bytes.length })
  })

  it('may be sent again when the form broke off, and does not count before', async () => {
    const issued = await app.issue()
    const { body, headers } = form([file(bytes)], '')
    const broken = await app.call('POST', issued.urls.form, { body: body.subarray(0, 2 * MIB), headers })
    expect(broken).toMatchObject({ status: 400, json: { code: 'invalid_argument' } })
    expect((await app.status(issued)).state).toBe('receiving')
    expect(await send([file(bytes)], { path: issued.urls.form })).toMatchObject({ status: 200 })
    expect((await storedBytes(app, issued.id)).equals(bytes)).toBe(true)
  })

  it('does not complete an upload that is complete only when somebody says so', async () => {
    const { urls } = await app.issue({ completion: 'explicit' })
    const answer = await send([file(bytes)], { path: urls.form })
    expect(answer).toMatchObject({ status: 200, json: { state: 'receiving', sizeBytes: bytes.length } })
  })

  it.each<[string, (token: string) => Part[], number, string]>([
    ['a token behind the file', (token) => [file(bytes), { name: 'token', value: token }], 400, 'invalid_argument'],
    ['no token', () => [file(bytes)], 401, 'unauthenticated'],
    ['no file', (token) => [{ name: 'token', value: token }], 400, 'invalid_argument'],
    [
      'a file in another field',
      (token) => [
        { name: 'token', value: token },
        { ...file(bytes), name: 'video' },
      ],
      400,
      'invalid_argument',
    ],
    [
      'an empty file field',
      (token) => [{ name: 'token', value: token }, file(Buffer.alloc(0), '')],
      400,
      'invalid_argument',
    ],
    ['two files', (token) => [{ name: 'token', value: token }, file(bytes), file(bytes)], 400, 'invalid_argument'],
    [
      'a digest behind the file',
      (token) => [{ name: 'token', value: token }, file(bytes), { name: 'sha256', value: 'ab'.repeat(32) }],
      400,
      'invalid_argument',
    ],
    [
      'no digest in the field for one',
      (token) => [{ name: 'token', value: token }, { name: 'sha256', value: 'abc' }, file(bytes)],
      400,
      'invalid_argument',
    ],
    ['a forged token', () => [{ name: 'token', value: `rdu_${'A'.repeat(43)}` }, file(bytes)], 404, 'token_invalid'],
    ['something else as token', () => [{ name: 'token', value: 'secret' }, file(bytes)], 404, 'token_invalid'],
  ])('is refused with %s, and nothing becomes of it', async (_name, parts, status, code) => {
    const issued = await app.issue()
    expect(await send(parts(issued.token))).toMatchObject({ status, json: { code } })
    expect(['pending', 'receiving']).toContain((await app.status(issued)).state)
  })

  it('is refused past the size that the token allows', async () => {
    const { urls } = await app.issue({ maxSizeBytes: MIB })
    expect(await send([file(bytes)], { path: urls.form })).toMatchObject({ status: 413, json: { code: 'too_large' } })
  })

  it('is refused from an origin that the token does not allow, unread', async () => {
    const { urls } = await app.issue({ origins: ['https://app.example.com'] })
    const headers = { origin: 'https://evil.example.com' }
    const answer = await send([file(bytes)], { path: urls.form, headers })
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden' } })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is refused with a token that was used', async () => {
    const { urls } = await app.issue()
    await send([file(bytes)], { path: urls.form })
    expect(await send([file(bytes)], { path: urls.form })).toMatchObject({ status: 409 })
  })

  it('is no form at all', async () => {
    const { urls } = await app.issue()
    const answer = await app.call('POST', urls.form, { body: bytes, headers: { 'content-type': 'video/mp4' } })
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_argument' } })
  })
})
