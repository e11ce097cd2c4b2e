import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { field, file, formBody, type Part } from './form-body.ts'
import { type Answer, exchange, type Sent } from './http-exchange.ts'
import { type KollusApp, startKollusApp } from './kollus-app.ts'

const SUCCESS = { error: 0, message: 'Successfully uploaded.' }
/** Longer than any buffer on the way, and with bytes that look like the form around it. */
const CONTENT = Buffer.concat([randomBytes(300_000), Buffer.from('\r\n--\r\n--x'), randomBytes(100_000)])

let app: KollusApp

beforeAll(async () => {
  app = await startKollusApp()
})
afterAll(async () => app.close())

/** Bytes of one upload form as the named client puts them on the wire, and what that client needs to see. */
type Client = Readonly<{ sent: Sent; answer: 'json' | 'html' }>

const multipart = (boundary: string, parts: readonly Part[], headers: Record<string, string> = {}): Sent => ({
  headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers },
  body: formBody(boundary, parts),
})
const JSON_HEADER = { accept: 'application/json, text/javascript, */*; q=0.01' }
const WEBKIT = '----WebKitFormBoundaryyrV7KO0BoCBuDbTL'

const CLIENTS: Readonly<Record<string, Client>> = {
  'jQuery with dataType json, options before the file': {
    sent: multipart(WEBKIT, [field('disable_alert', '1'), file(CONTENT)], JSON_HEADER),
    answer: 'json',
  },
  'FormData with the accept field behind the file': {
    sent: multipart(WEBKIT, [file(CONTENT), field('accept', 'application/json'), field('return_url', '')], {
      accept: '*/*',
    }),
    answer: 'json',
  },
  'axios in a browser': {
    sent: multipart(WEBKIT, [file(CONTENT)], { accept: 'application/json, text/plain, */*' }),
    answer: 'json',
  },
  'axios on Node (chunked, no length)': {
    sent: {
      ...multipart('--------------------------735323031399963166993862', [
        file(CONTENT),
        field('accept', 'application/json'),
      ]),
      length: 'none',
    },
    answer: 'json',
  },
  'PHP cURL': {
    sent: multipart('------------------------d74496d66958873e', [
      file(CONTENT, { type: 'application/octet-stream' }),
      field('disable_alert', '1'),
      field('accept', 'application/json'),
    ]),
    answer: 'json',
  },
  'Guzzle with a type that is none and no declared boundary': {
    sent: {
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: formBody('4b1a8a1c6d7c8ae3a9c6f6be', [
        file(CONTENT),
        'Content-Disposition: form-data; name="disable_alert"\r\nContent-Length: 1\r\n\r\n1',
      ]),
    },
    answer: 'json',
  },
  'a client that forgets file name and type': {
    sent: multipart('x1', [
      Buffer.concat([Buffer.from('Content-Disposition: form-data; name="upload-file"\r\n\r\n'), CONTENT]),
      field('accept', 'application/json'),
    ]),
    answer: 'json',
  },
  'an iframe form that sends its whole page along': {
    sent: multipart(
      WEBKIT,
      [
        field('category_key', 'abcd1234'),
        field('use_encryption', '0'),
        field('title', 'ignored here'),
        field('force_exclusive_player', '1'),
        field('accept', 'text/html'),
        file(CONTENT),
      ],
      JSON_HEADER,
    ),
    answer: 'html',
  },
  'a plain HTML form': {
    sent: multipart(WEBKIT, [field('return_url', 'https://cms.example/done'), file(CONTENT)], {
      accept: 'text/html,*/*',
    }),
    answer: 'html',
  },
}

describe('upload_url', () => {
  it.each(Object.entries(CLIENTS))('takes the file of %s', async (_name, client) => {
    const { upload_url, upload_file_key } = await app.create()
    const answer = await exchange(upload_url, client.sent)
    expect(answer.status).toBe(200)
    if (client.answer === 'json') {
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
      expect(JSON.parse(answer.body)).toEqual(SUCCESS)
    } else {
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(answer.body).toContain('<p role="status">Successfully uploaded.</p>')
    }
    const stored = await app.stored(upload_file_key)
    expect(stored?.content.equals(CONTENT)).toBe(true)
    expect(stored?.target.categoryIds).toEqual([])
  })

  const upload = (url: string, parts: readonly Part[]): Promise<Answer> =>
    exchange(url, multipart(WEBKIT, [field('accept', 'application/json'), ...parts]))

  it.each([
    ['an ordinary name', 'holiday.mp4', 'holiday.mp4'],
    ['a path', '/srv/media/../../etc/passwd', 'passwd'],
    ['a Windows path', 'C:\\fakepath\\holiday.mp4', 'holiday.mp4'],
    ['a decomposed Korean name', '휴가.mp4'.normalize('NFD'), '휴가.mp4'],
    ['escaped line breaks and quotation marks', 'a%0D%0Ab%22c.mp4', 'a b"c.mp4'],
    ['a line break that begins another header', 'a.mp4\r\nx: b.mp4', 'a.mp4'],
    ['markup', '<script>alert(1)<!script>.mp4', '<script>alert(1)<!script>.mp4'],
  ])('calls the asset after its file when no title was given: %s', async (_what, fileName, expected) => {
    const { upload_url, upload_file_key } = await app.create()
    expect(JSON.parse((await upload(upload_url, [file(CONTENT, { fileName })])).body)).toEqual(SUCCESS)
    expect(await app.stored(upload_file_key)).toMatchObject({ title: expected, fileName: expected })
  })

  it('calls a nameless file by its key', async () => {
    const { upload_url, upload_file_key } = await app.create()
    await upload(upload_url, [file(CONTENT, { fileName: '' })])
    expect((await app.stored(upload_file_key))?.fileName).toBe(upload_file_key)
  })

  it('keeps the title that was given, except for passthrough', async () => {
    const titled = await app.create({ title: 'Lecture 1' })
    await upload(titled.upload_url, [file(CONTENT)])
    expect((await app.stored(titled.upload_file_key))?.title).toBe('Lecture 1')

    const original = await app.create({ title: 'Lecture 1', is_passthrough: '1', profile_key: 'acme-passthrough' })
    await upload(original.upload_url, [file(CONTENT)])
    expect((await app.stored(original.upload_file_key))?.title).toBe('holiday.mp4')
  })

  it('takes the first file and ignores further ones', async () => {
    const { upload_url, upload_file_key } = await app.create()
    const parts = [
      file(Buffer.from('other'), { name: 'poster' }),
      file(Buffer.alloc(0), { fileName: '', type: 'application/octet-stream' }),
      file(CONTENT, { fileName: 'first.mp4' }),
      file(randomBytes(200_000), { fileName: 'second.mp4' }),
    ]
    expect(JSON.parse((await upload(upload_url, parts)).body)).toEqual(SUCCESS)
    const stored = await app.stored(upload_file_key)
    expect(stored?.fileName).toBe('first.mp4')
    expect(stored?.content.equals(CONTENT)).toBe(true)
  })

  it.each([
    ['audio', 'UploadMultiParts2', '/audio_non_enc'],
    ['passthrough', 'UploadMultiParts', '/acme-passthrough/non_enc/none/token'],
  ])('is also found under the longer %s address', async (_what, name, tail) => {
    const { upload_url, upload_file_key } = await app.create()
    const address = upload_url.replace('UploadMultiParts', name).replace('/api/', '//api//') + tail
    expect((await upload(address, [file(CONTENT)])).status).toBe(200)
    expect(await app.stored(upload_file_key)).toBeDefined()
  })

  it('starts processing with the last byte', async () => {
    const { upload_url, upload_file_key } = await app.create()
    await upload(upload_url, [file(CONTENT)])
    expect((await app.upload(upload_file_key))?.state).toBe('consumed')
  })

  it('keeps people on a page that may be framed but runs no foreign script', async () => {
    const { upload_url } = await app.create()
    const returnUrl = 'https://cms.example/</script><script>alert(1)</script>'
    const answer = await exchange(upload_url, multipart(WEBKIT, [field('return_url', returnUrl), file(CONTENT)]))
    const policy = answer.headers['content-security-policy'] ?? ''
    expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}'/)
    expect(policy).not.toContain('frame-ancestors')
    expect(answer.headers['x-frame-options']).toBeUndefined()
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
    expect(answer.body.match(/<script/g)).toHaveLength(2)
    expect(answer.body).toContain('result=S&amp;message=Successfully%20uploaded.')
  })
})
