import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { field, file, formBody } from './form-body.ts'
import { type Answer, exchange, type Sent } from './http-exchange.ts'
import { ACCESS_TOKEN, type CreatedUrl, type KollusApp, startKollusApp } from './kollus-app.ts'

const START_MS = Date.UTC(2026, 2, 1, 12)
const FORM_TYPE = 'application/x-www-form-urlencoded'
const V0 = '/0/media_auth/upload/create_url'
const V3 = '/api/upload/create-url'
const KUS = '/api/v1/create_url'

type Created = Readonly<{
  status: string
  error: number
  message: string
  data: CreatedUrl
  result: Omit<CreatedUrl, 'expired_at'> & { will_be_expired_at: number }
}>

const created = (answer: Answer): Created => JSON.parse(answer.body) as Created

let app: KollusApp

beforeAll(async () => {
  app = await startKollusApp({ clock: new ManualClock(START_MS) })
})
afterAll(async () => app.close())

const post = (path: string, sent: Sent = {}): Promise<Answer> => exchange(app.url + path, sent)

describe('create upload URL', () => {
  it.each([V0, `${V0}.json`, V3, KUS, `/0//media_auth/upload//create_url`])(
    'answers %s with all that any client reads',
    async (path) => {
      const answer = await post(`${path}?access_token=${ACCESS_TOKEN}`)
      const key = created(answer).data.upload_file_key
      expect(key).toMatch(/^20260301-[0-9a-z]{8}$/)
      const session = /KUS_[A-Za-z0-9_-]{43}/.exec(created(answer).data.upload_url)?.[0]
      const expiresAtS = START_MS / 1000 + 600
      const urls = {
        upload_url: `${app.url}/api/v1/UploadMultiParts/${session}/${key}`,
        progress_url: `${app.url}/api/v1/GetUploadingProgress/${session}`,
        upload_file_key: key,
      }
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
      expect(created(answer)).toEqual({
        status: 'ok',
        error: 0,
        message: '',
        data: { ...urls, expired_at: expiresAtS },
        result: { ...urls, will_be_expired_at: expiresAtS },
      })
    },
  )

  const values = { expire_time: '60', category_key: 'none', title: '첫 강의', is_audio_upload: '1' }
  const urlEncoded = new URLSearchParams({ ...values, access_token: ACCESS_TOKEN }).toString()
  const parts = Object.entries({ ...values, access_token: ACCESS_TOKEN }).map(([name, value]) => field(name, value))

  /** Bytes as the named kind of client puts them on the wire. */
  const clients: readonly (readonly [string, string, Sent])[] = [
    ['a form', V0, { headers: { 'content-type': FORM_TYPE }, body: urlEncoded }],
    ['a form whose type is not declared', V0, { body: urlEncoded }],
    [
      'a Ruby form with bare keys',
      V0,
      {
        headers: { 'content-type': FORM_TYPE },
        body: `profile_key&is_encryption_upload&${urlEncoded}&is_passthrough`,
      },
    ],
    [
      'a PHP form array (multipart with a length)',
      V0,
      {
        headers: { 'content-type': 'multipart/form-data; boundary=------------------------d74496d66958873e' },
        body: formBody('------------------------d74496d66958873e', parts),
      },
    ],
    [
      'axios with form-data (multipart in chunks, no length)',
      V0,
      {
        headers: { 'content-type': 'multipart/form-data; boundary=--------------------------735323031399963166993862' },
        body: formBody('--------------------------735323031399963166993862', parts),
        length: 'none',
      },
    ],
    [
      'FormData with fetch',
      V3,
      {
        headers: { 'content-type': 'multipart/form-data; boundary=----formdata-undici-094815640183' },
        body: formBody('----formdata-undici-094815640183', parts),
      },
    ],
    [
      'a form that also carries a small file',
      KUS,
      {
        headers: { 'content-type': 'multipart/form-data; boundary=x1' },
        body: formBody('x1', [file(Buffer.from('bytes')), ...parts]),
      },
    ],
    [
      'JSON',
      V3,
      {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...values, access_token: ACCESS_TOKEN, expire_time: 60, is_audio_upload: 1 }),
      },
    ],
    [
      'JSON with booleans and nulls',
      KUS,
      {
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ ...values, access_token: ACCESS_TOKEN, is_audio_upload: true, profile_key: null }),
      },
    ],
    ['everything in the query', `${V0}?${urlEncoded}`, {}],
  ]

  it.each(clients)('understands %s', async (_what, path, sent) => {
    const answer = await post(path, sent)
    expect(created(answer)).toMatchObject({ status: 'ok', error: 0, data: { expired_at: START_MS / 1000 + 60 } })
    const upload = await app.upload(created(answer).data.upload_file_key)
    expect(upload?.target).toMatchObject({
      title: '첫 강의',
      categoryIds: [],
      audioOnly: true,
      encrypt: false,
      passthrough: false,
    })
  })

  it.each([
    ['access_token in the query', `?access_token=${ACCESS_TOKEN}`, {}],
    ['kollus_api_access_token in the query', `?kollus_api_access_token=${ACCESS_TOKEN}`, {}],
    ['access_token in a form', '', { headers: { 'content-type': FORM_TYPE }, body: `access_token=${ACCESS_TOKEN}` }],
    [
      'kollus_api_access_token in JSON',
      '',
      {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kollus_api_access_token: ACCESS_TOKEN }),
      },
    ],
    [
      'a form, beside an empty one in the query',
      '?access_token=',
      {
        headers: { 'content-type': FORM_TYPE },
        body: `access_token=${ACCESS_TOKEN}`,
      },
    ],
  ])('finds the access token: %s', async (_what, query, sent) => {
    for (const path of [V0, V3, KUS]) expect(created(await post(path + query, sent))).toMatchObject({ error: 0 })
  })

  it('keeps title, category and encryption with the upload, and the title of a passthrough upload out of it', async () => {
    const { upload_file_key: key } = await app.create({
      title: 'mine',
      is_encryption_upload: '1',
      is_passthrough: '1',
      profile_key: 'acme-passthrough',
    })
    const target = (await app.upload(key))?.target
    expect(target).toMatchObject({ encrypt: true, passthrough: true, profileKey: 'passthrough' })
    expect(target?.title).toBeUndefined()
  })

  it('files what is sent in the category it names', async () => {
    const { id } = await app.services.categories.create({ projectId: await app.projectId(), name: 'Lectures' })
    const { upload_file_key: key } = await app.create({ category_key: id.replace('cat_', '') })
    expect((await app.upload(key))?.target.categoryIds).toEqual([id])
  })

  const bad: readonly (readonly [string, string, number])[] = [
    ['no access token', '', 401],
    ['an unknown access token', '?access_token=nonsense', 401],
    ['no time at all', `?access_token=${ACCESS_TOKEN}&expire_time=0`, 400],
    ['more than six hours', `?access_token=${ACCESS_TOKEN}&expire_time=21601`, 400],
    ['a time that is no number', `?access_token=${ACCESS_TOKEN}&expire_time=1h`, 400],
    ['a category that is not there', `?access_token=${ACCESS_TOKEN}&category_key=abcd1234`, 404],
    ['passthrough without a profile', `?access_token=${ACCESS_TOKEN}&is_passthrough=1`, 400],
    ['a flag that is neither 0 nor 1', `?access_token=${ACCESS_TOKEN}&is_audio_upload=yes`, 400],
    ['a title without an end', `?access_token=${ACCESS_TOKEN}&title=${'x'.repeat(2000)}`, 400],
  ]

  it.each(bad)('refuses %s as each generation does', async (_what, query, v3Status) => {
    for (const [path, status] of [
      [V0, 200],
      [`${V0}.json`, 200],
      [V3, v3Status],
      [KUS, 400],
    ] as const) {
      const answer = await post(path + query)
      expect(answer.status, path).toBe(status)
      expect(JSON.parse(answer.body)).toEqual({ status: 'error', error: 1, message: expect.stringMatching(/.{10}/) })
    }
  })

  it.each([
    ['JSON that breaks off', 'application/json', '{"title":'],
    ['a form that breaks off', 'multipart/form-data; boundary=x1', '--x1\r\nContent-Disposition: form-data; na'],
  ])('refuses %s', async (_what, contentType, body) => {
    const sent = { headers: { 'content-type': contentType }, body }
    expect(await post(`${V0}?access_token=${ACCESS_TOKEN}`, sent)).toMatchObject({ status: 200 })
    const answer = await post(`${V3}?access_token=${ACCESS_TOKEN}`, sent)
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ error: 1 })
  })

  it('refuses a body larger than any such call has', async () => {
    const sent = { headers: { 'content-type': FORM_TYPE }, body: Buffer.alloc(2 * 1024 * 1024, 'a') }
    const answer = await post(`${V3}?access_token=${ACCESS_TOKEN}`, sent)
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toMatchObject({ error: 1 })
  })

  it('answers what it does not have in the form of the API', async () => {
    for (const path of ['/0/media/nothing', '/api/nothing', '/api/v1/nothing']) {
      const answer = await exchange(app.url + path, { method: 'GET' })
      expect(answer.status).toBe(404)
      expect(JSON.parse(answer.body)).toMatchObject({ error: 1, message: expect.any(String) })
    }
  })

  it('draws another key when one is taken', async () => {
    let draws = 0
    const random = { bytes: (count: number) => new Uint8Array(count).fill(draws++ < 2 ? 1 : 2) }
    const other = await startKollusApp({ clock: new ManualClock(START_MS), random })
    try {
      expect((await other.create()).upload_file_key).toBe('20260301-11111111')
      expect((await other.create()).upload_file_key).toBe('20260301-22222222')
      expect(draws).toBe(3)
    } finally {
      await other.close()
    }
  })
})
