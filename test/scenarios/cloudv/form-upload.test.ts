import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Answer,
  BUCKET,
  type CloudvApp,
  etagOf,
  exchange,
  type Sent,
  signedToken,
  startCloudvApp,
} from './cloudv-app.ts'

const CONTENT = Buffer.concat([randomBytes(300_000), Buffer.from('\r\n--\r\n--x'), randomBytes(100_000)])
const LATER = 4_102_444_800_000
const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW'

let app: CloudvApp
let serial = 0

beforeAll(async () => {
  app = await startCloudvApp()
})
afterAll(async () => app.close())

type Part = readonly [head: string, content: Buffer | string]

const field = (name: string, value: string): Part => [`form-data; name="${name}"`, value]
const file = (content: Buffer, fileName = 'small.mp4', type = 'video/mp4'): Part => [
  `form-data; name="file"; filename="${fileName}"\r\nContent-Type: ${type}`,
  content,
]

function form(parts: readonly Part[], over: Partial<Sent> = {}): Sent {
  const pieces = parts.flatMap(([head, content]) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: ${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
  return {
    ...over,
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...over.headers },
    body: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  }
}

const send = (parts: readonly Part[], over?: Partial<Sent>): Promise<Answer> =>
  exchange(app.url, '/file/upload', form(parts, over))
const newKey = (): string => `video/a b ${++serial}.mp4`
const tokenFor = (key: string | undefined, more: Readonly<Record<string, unknown>> = {}): string =>
  signedToken({ scope: key === undefined ? BUCKET : `${BUCKET}:${key}`, deadline: String(LATER), ...more })

/** `name=value` pairs behind the base64 of a good answer. */
function fields(answer: Answer): Record<string, string> {
  expect(answer.status, answer.body).toBe(200)
  expect(answer.body).toMatch(/^[A-Za-z0-9_=-]+$/)
  return Object.fromEntries(new URLSearchParams(Buffer.from(answer.body, 'base64url').toString()))
}

describe('the form upload', () => {
  const CLIENTS: Readonly<Record<string, (key: string, token: string) => Promise<Answer>>> = {
    'Node, chunked, without a length': (key, token) =>
      send([field('token', token), field('key', key), field('x:id', '7'), file(CONTENT)], { length: 'none' }),
    'the browser, its file first': (key, token) =>
      send([file(CONTENT), field('token', token), field('key', key)], { headers: { origin: 'https://cms.example' } }),
    'Python, which waits for 100 Continue and quotes the name': (_key, token) =>
      send([field('token', token), file(CONTENT, 'video/a%20b.mp4', 'text/plain')], {
        headers: { expect: '100-continue', connection: 'close' },
      }),
    'PHP, with the whole path of its file': (_key, token) =>
      send([field('token', token), file(CONTENT, '/home/me/../secret/a.mp4', 'application/octet-stream')]),
    'Java, file and description before the token': (_key, token) =>
      send([file(CONTENT), field('desc', 'small.mp4'), field('token', token)]),
    'Go, token, key, file': (key, token) => send([field('token', token), field('key', key), file(CONTENT)]),
  }

  it.each(Object.entries(CLIENTS))('takes the file of %s', async (_name, upload) => {
    const key = newKey()
    const { hash, ...rest } = fields(await upload(key, tokenFor(key)))
    expect(hash).toBe(etagOf(CONTENT))
    expect(rest).toEqual({ key, bucket: BUCKET, fsize: String(CONTENT.length) })
    const stored = await app.stored(key)
    expect(stored?.content.equals(CONTENT)).toBe(true)
    expect(stored?.fileName).toBe(key.slice('video/'.length))
  })

  it('takes the file of a token that getUploadToken gave out, under the name given there', async () => {
    const { data } = await app.getUploadToken({ originFileName: 'Holiday.mp4' })
    expect(fields(await send([file(CONTENT), field('token', data?.uploadToken ?? '')]))['key']).toBe(data?.fileKey)
    expect(await app.stored(data?.fileKey ?? '')).toMatchObject({ title: 'Holiday.mp4', fileName: 'Holiday.mp4' })
  })

  it('takes an empty file and one of one byte', async () => {
    for (const content of [Buffer.alloc(0), Buffer.from('x')]) {
      const key = newKey()
      expect(fields(await send([field('token', tokenFor(key)), file(content)]))['hash']).toBe(etagOf(content))
    }
  })

  it.each(['before', 'after'])(
    'goes by the key of the form, %s the file, when the token leaves it open',
    async (place) => {
      const key = newKey()
      const named = field('key', key)
      const rest = [field('token', tokenFor(undefined)), file(CONTENT)]
      expect(fields(await send(place === 'before' ? [named, ...rest] : [...rest, named]))['key']).toBe(key)
      expect((await app.stored(key))?.content.equals(CONTENT)).toBe(true)
    },
  )

  it('makes a key up when nobody names one, and goes by the token where two contradict each other', async () => {
    expect(fields(await send([field('token', tokenFor(undefined)), file(CONTENT)]))['key']).toMatch(/^video\/\d{8}\//)
    const key = newKey()
    expect(fields(await send([field('key', 'other'), field('token', tokenFor(key)), file(CONTENT)]))['key']).toBe(key)
  })

  it.each(['before', 'after'])('makes the key by the template of the token, the token %s the file', async (place) => {
    const saveKey = `lib/${place}/$(x:course)/$(fname)-$(fsize)-$(hash)`
    const token = field('token', tokenFor(undefined, { saveKey }))
    const rest = [file(CONTENT, 'A b&c.mp4'), field('x:course', 'maths')]
    const answer = fields(await send(place === 'before' ? [token, ...rest] : [...rest, token]))
    const key = `lib/${place}/maths/A b&c.mp4-${CONTENT.length}-${etagOf(CONTENT)}`
    expect(answer).toMatchObject({ key, hash: etagOf(CONTENT) })
    expect((await app.stored(key))?.content.equals(CONTENT)).toBe(true)
    const named = newKey()
    const own = [field('token', tokenFor(undefined, { saveKey })), field('key', named), file(CONTENT)]
    expect(fields(await send(own))['key']).toBe(named)
  })

  it('fills the magic variables of the policy in', async () => {
    const returnBody = 'k=$(key)&n=$(fname)&s=$(fsize)&t=$(mimeType)&b=$(bucket)&me=$(x:me)&no=$(x:no)$(what)&u=$(url)'
    const key = newKey()
    const token = tokenFor(key, { returnBody })
    const answer = await send([
      field('token', token),
      file(CONTENT),
      field('x:me', 'a&b'),
      field('mimeType', 'video/x'),
    ])
    const { u = '', ...others } = fields(answer)
    const url = Buffer.from(u, 'base64url').toString()
    expect(url).toMatch(new RegExp(`^${app.url}/vod/file/[^/]+/[^/]+/[0-9a-f]{32}\\.mp4$`))
    // Not before it is known what it is.
    expect((await fetch(url)).status).toBe(404)
    expect(others).toEqual({
      k: key,
      n: 'small.mp4',
      s: String(CONTENT.length),
      t: 'video/x',
      b: BUCKET,
      me: 'a&b',
      no: '',
      hash: etagOf(CONTENT),
    })
  })

  it('sends the browser on to the returnUrl of the policy, with the result or with the reason', async () => {
    const key = newKey()
    const token = tokenFor(key, { returnUrl: 'https://cms.example/done?id=7' })
    const done = await send([field('token', token), file(CONTENT)])
    expect(done.status).toBe(303)
    const { searchParams } = new URL(String(done.headers['location']))
    expect(searchParams.get('id')).toBe('7')
    expect(Buffer.from(searchParams.get('upload_ret') ?? '', 'base64url').toString()).toContain(
      `hash=${etagOf(CONTENT)}`,
    )
    const refused = await send([field('token', token), file(CONTENT)])
    expect(refused.status).toBe(303)
    expect(new URL(String(refused.headers['location'])).searchParams.get('code')).toBe('406')
  })

  it('replaces a file only where the token says so', async () => {
    const key = newKey()
    fields(await send([field('token', tokenFor(key)), file(Buffer.from('first'))]))
    for (const parts of [
      [field('token', tokenFor(key)), file(CONTENT)],
      [file(CONTENT), field('token', tokenFor(key))],
    ]) {
      expect((await send(parts)).status).toBe(406)
    }
    expect((await app.stored(key))?.content.toString()).toBe('first')
    fields(await send([file(CONTENT), field('token', tokenFor(key, { overwrite: 1 }))]))
    expect((await app.stored(key))?.content.equals(CONTENT)).toBe(true)
  })

  const KEY = 'video/refused.mp4'
  it.each<readonly [string, () => readonly Part[], number]>([
    ['no token', () => [file(CONTENT)], 401],
    ['a token that is none', () => [field('token', 'x'), file(CONTENT)], 401],
    ['a token that is none, after the file', () => [file(CONTENT), field('token', 'a:b:c')], 401],
    [
      'the signature of another key',
      () => [
        field('token', signedToken({ scope: `${BUCKET}:${KEY}`, deadline: LATER }, { secretKey: 'x' })),
        file(CONTENT),
      ],
      401,
    ],
    [
      'an unknown access key',
      () => [
        field('token', signedToken({ scope: `${BUCKET}:${KEY}`, deadline: LATER }, { accessKey: 'x' })),
        file(CONTENT),
      ],
      401,
    ],
    [
      'a token whose time is over',
      () => [field('token', tokenFor(KEY, { deadline: Date.now() - 1 })), file(CONTENT)],
      401,
    ],
    ['a token without a deadline', () => [field('token', tokenFor(KEY, { deadline: undefined })), file(CONTENT)], 401],
    ['another bucket', () => [field('token', tokenFor(KEY, { scope: `other:${KEY}` })), file(CONTENT)], 631],
    [
      'a callback to a private address',
      () => [field('token', tokenFor(KEY, { callbackUrl: 'http://10.0.0.1/done' })), file(CONTENT)],
      400,
    ],
    [
      'a callback to what is no address',
      () => [field('token', tokenFor(KEY, { callbackUrl: 'ftp://cms.example' })), file(CONTENT)],
      400,
    ],
    [
      'more bytes than the token allows',
      () => [field('token', tokenFor(KEY, { fsizeLimit: 400_000 })), file(CONTENT)],
      413,
    ],
    [
      'more bytes than the token allows, token last',
      () => [file(CONTENT), field('token', tokenFor(KEY, { fsizeLimit: 400_000 }))],
      413,
    ],
    ['no file', () => [field('token', tokenFor(KEY))], 400],
    [
      'a key that is too long',
      () => [field('token', tokenFor(undefined)), field('key', 'k'.repeat(1_025)), file(CONTENT)],
      400,
    ],
  ])('refuses %s, readably for a page of another origin', async (_name, parts, status) => {
    const answer = await send(parts(), { headers: { origin: 'https://cms.example' } })
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toEqual({ code: String(status), message: expect.stringMatching(/\S/) })
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://cms.example',
      'x-reqid': expect.any(String),
    })
  })

  it('stores nothing of a refused form, and takes the file afterwards', async () => {
    const { content } = (await app.stored(KEY).catch(() => undefined)) ?? {}
    expect(content).toBeUndefined()
    const uploads = await app.services.uploads.list(
      (await app.infrastructure.work.read.projects.first())?.id as never,
      { states: ['pending', 'receiving'] },
      { limit: 100 },
    )
    expect(uploads).toEqual([])
    fields(await send([field('token', tokenFor(KEY)), file(CONTENT)]))
  })

  it('refuses what is no form', async () => {
    const answer = await exchange(app.url, '/file/upload', { headers: { 'content-type': 'text/plain' }, body: 'hello' })
    expect([answer.status, (JSON.parse(answer.body) as { code: string }).code]).toEqual([400, '400'])
  })
})

describe('a server with little room for files whose token comes after them', () => {
  it('refuses them once that is full, readably, and takes those whose token comes first', async () => {
    const small = await startCloudvApp({ limits: { heldBytes: 100_000 } })
    try {
      const key = newKey()
      const upload = (parts: readonly Part[]): Promise<Answer> =>
        exchange(small.url, '/file/upload', form(parts, { headers: { origin: 'https://cms.example' } }))
      const refused = await upload([file(CONTENT), field('token', tokenFor(key))])
      expect(refused.status).toBe(503)
      expect(JSON.parse(refused.body)).toEqual({ code: '503', message: expect.stringMatching(/\S/) })
      expect(refused.headers['access-control-allow-origin']).toBe('https://cms.example')
      expect(fields(await upload([field('token', tokenFor(key)), file(CONTENT)]))['hash']).toBe(etagOf(CONTENT))
      const other = newKey()
      const content = CONTENT.subarray(0, 90_000)
      for (let i = 0; i < 3; i++) {
        const token = field('token', tokenFor(other, { overwrite: 1 }))
        expect(fields(await upload([file(content), token]))['hash']).toBe(etagOf(content))
      }
    } finally {
      await small.close()
    }
  })
})
