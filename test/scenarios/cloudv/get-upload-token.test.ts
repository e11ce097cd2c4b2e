import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import {
  ACCESS_KEY,
  BUCKET,
  type CloudvApp,
  exchange,
  SECRET_KEY,
  type Sent,
  signedToken,
  startCloudvApp,
  TOKEN_PATH,
  type TokenAnswer,
  ws3Headers,
} from './cloudv-app.ts'

const NOW_S = 1_800_000_000

let app: CloudvApp

beforeAll(async () => {
  app = await startCloudvApp({ clock: new ManualClock(NOW_S * 1000), limits: { maxSizeBytes: 10_000 } })
})
afterAll(async () => app.close())

const FILE = { originFileName: 'uploadtest.mp4' }
const JSON_BODY = JSON.stringify(FILE)
const FORM_BODY = new URLSearchParams(FILE).toString()
const FORM = 'application/x-www-form-urlencoded; charset=utf-8'

async function call(sent: Sent, path = TOKEN_PATH): Promise<TokenAnswer & { status: number }> {
  const answer = await exchange(app.url, path, sent)
  return { ...(JSON.parse(answer.body) as TokenAnswer), status: answer.status }
}

type Signing = Omit<Parameters<typeof ws3Headers>[1], 'timestamp'> & { timestamp?: number }
const signed = (how: Signing = {}): Record<string, string> => ws3Headers(app.url, { timestamp: NOW_S, ...how })

describe('getUploadToken', () => {
  it.each([
    ['JSON', () => call({ headers: signed({ body: JSON_BODY }), body: JSON_BODY })],
    ['a form', () => call({ headers: signed({ body: FORM_BODY, type: FORM }), body: FORM_BODY })],
    [
      'a query',
      () => {
        const headers = signed({ method: 'GET', query: FORM_BODY, type: FORM })
        return call({ method: 'GET', headers }, `${TOKEN_PATH}?${FORM_BODY}`)
      },
    ],
    [
      'JSON of the gateway client',
      () => call({ headers: signed({ algorithm: 'CNC-HMAC-SHA256', body: JSON_BODY }), body: JSON_BODY }),
    ],
    [
      'Basic',
      () => {
        const date = new Date(NOW_S * 1000).toUTCString()
        const password = createHmac('sha1', SECRET_KEY).update(date).digest('base64')
        const authorization = `Basic ${Buffer.from(`${ACCESS_KEY}:${password}`).toString('base64')}`
        return call({ headers: { date, authorization, 'x-cnc-auth-method': 'BASIC' }, body: JSON_BODY })
      },
    ],
  ])('answers a call with %s', async (_name, send) => {
    const { status, code, message, data } = await send()
    expect({ status, code, message }).toEqual({ status: 200, code: 200, message: 'Operation successfully' })
    expect(data).toEqual({
      uploadUrl: app.url,
      uploadToken: expect.any(String),
      fileKey: expect.stringMatching(/^video\/20270115\/[0-9a-f]{32}\/[0-9a-f]{32}\.mp4$/),
      videoId: expect.stringMatching(/^[0-9a-f]{24}00000000$/),
      bucketName: BUCKET,
      speedDomainlUrl: '',
      httpDnsServer: '',
    })
  })

  it('gives out a token whose policy clients can read', async () => {
    const { data } = await app.getUploadToken({ ...FILE, overwrite: 1 })
    const policy = JSON.parse(Buffer.from(data?.uploadToken.split(':')[2] ?? '', 'base64').toString())
    expect(policy).toEqual({
      scope: `${BUCKET}:${data?.fileKey}`,
      deadline: String((NOW_S + 24 * 3600) * 1000),
      overwrite: 1,
      fsizeLimit: 0,
    })
    expect(data?.uploadToken).toBe(signedToken(policy))
  })

  it('names the same video for the same fileId or fileMd5 while its file is missing, and a new one without', async () => {
    const first = await app.getUploadToken({ ...FILE, fileId: 'take-7' })
    const again = await app.getUploadToken({ ...FILE, fileMd5: 'take-7' })
    const { uploadToken: _first, ...place } = first.data ?? { uploadToken: '' }
    expect(again.data).toMatchObject(place)
    const others = await Promise.all([{}, {}, { fileId: 'take-8' }].map((id) => app.getUploadToken({ ...FILE, ...id })))
    expect(new Set([first, ...others].map(({ data }) => data?.videoId)).size).toBe(4)
  })

  it('names one video for a fileId that is asked for many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.getUploadToken({ ...FILE, fileId: 'crowd' })))
    expect(answers.map(({ code }) => code)).toEqual(Array(8).fill(200))
    expect(new Set(answers.map(({ data }) => data?.fileKey)).size).toBe(1)
  })

  it('keeps what the video is meant for; a workflow covers what it decides itself', async () => {
    const categories = [{ childName: 'a', parentName: 'b' }]
    const { data } = await app.getUploadToken({
      ...FILE,
      fileId: 'meant',
      videoName: 'My film',
      domian: 'play.example',
      workflowId: 'wf1',
      waterMarkName: 'logo',
      cmd: '{}',
      subtitle: 'W10=',
      categoryNames: Buffer.from(JSON.stringify(categories)).toString('base64url'),
      unknown: 'x',
    })
    const { work } = app.infrastructure
    const entry = await work.read.externalKeys.find('cloudv.video_id', data?.videoId ?? '')
    const asset = await work.read.assets.find(entry?.subjectId as never)
    expect(asset?.title).toBe('My film')
    expect(asset?.metadata).toEqual({
      'cloudv.bucket': BUCKET,
      'cloudv.key': data?.fileKey,
      'cloudv.fileName': 'uploadtest.mp4',
      'cloudv.domain': 'play.example',
      'cloudv.workflowId': 'wf1',
      'cloudv.subtitle': 'W10=',
    })
    const [categoryId] = (await work.read.categories.ofAssets([asset?.id as never])).get(asset?.id as never) ?? []
    const tree = await app.services.categories.tree(asset?.projectId as never)
    expect(tree.path(categoryId as never).map(({ name }) => name)).toEqual(['b', 'a'])
  })

  it.each([
    ['no file name', { originFileName: undefined }, 1004],
    ['an empty file name', { originFileName: '' }, 1606],
    ['a file name of 41 characters', { originFileName: `${'é'.repeat(37)}.mp4` }, 1500],
    ['an empty md5', { fileMd5: '' }, 1604],
    ['an md5 of 33 characters', { fileMd5: 'a'.repeat(33) }, 1605],
    ['a fileId of 33 characters', { fileId: 'a'.repeat(33) }, 1012],
    ['an empty video name', { videoName: '' }, 1606],
    ['an unknown video source', { videoSource: 'phone' }, 1607],
    ['overwrite 2', { overwrite: 2 }, 1608],
    ['a negative size', { originFileSize: '-1' }, 1609],
    ['a size that is no number', { originFileSize: '1.5' }, 1609],
    ['a size over the limit', { originFileSize: 10_001 }, 1610],
    ['categories that are no list', { categoryNames: '{"childName":1}' }, 1013],
  ])('refuses %s', async (_name, wrong, code) => {
    const answer = await app.getUploadToken({ ...FILE, ...wrong })
    expect(answer).toEqual({ code, message: expect.stringMatching(/\S/) })
  })

  it.each([
    ['the longest names', { originFileName: `${'é'.repeat(36)}.mp4`, fileId: 'a'.repeat(32) }],
    ['numbers as strings', { overwrite: '1', originFileSize: '10000', videoSource: 'web' }],
    ['empty optional parameters', { fileId: '', domain: '', overwrite: '', categoryNames: '', videoSource: '' }],
  ])('takes %s', async (_name, parameters) => {
    expect((await app.getUploadToken({ ...FILE, ...parameters })).code).toBe(200)
  })

  const without = (name: string): Record<string, string> => {
    const { [name]: _gone, ...rest } = signed({ body: JSON_BODY })
    return rest
  }
  const legacy = (parameters: Readonly<Record<string, string>>): Sent => ({
    body: new URLSearchParams(parameters).toString(),
  })

  it.each<readonly [string, () => Sent, number]>([
    ['no Authorization', () => ({ headers: without('authorization'), body: JSON_BODY }), 4001],
    ['no access key', () => ({ headers: without('X-WS-AccessKey'), body: JSON_BODY }), 4001],
    ['no timestamp', () => ({ headers: without('X-WS-Timestamp'), body: JSON_BODY }), 4001],
    ['an unknown access key', () => ({ headers: signed({ body: JSON_BODY, accessKey: 'ak' }), body: JSON_BODY }), 4002],
    [
      'a timestamp in milliseconds',
      () => ({ headers: signed({ body: JSON_BODY, timestamp: NOW_S * 1000 }), body: JSON_BODY }),
      4003,
    ],
    [
      'a timestamp 301 s old',
      () => ({ headers: signed({ body: JSON_BODY, timestamp: NOW_S - 301 }), body: JSON_BODY }),
      4004,
    ],
    [
      'a timestamp 301 s ahead',
      () => ({ headers: signed({ body: JSON_BODY, timestamp: NOW_S + 301 }), body: JSON_BODY }),
      4004,
    ],
    ['another secret', () => ({ headers: signed({ body: JSON_BODY, secretKey: 'x' }), body: JSON_BODY }), 4005],
    ['a changed body', () => ({ headers: signed({ body: JSON_BODY }), body: `${JSON_BODY} ` }), 4005],
    [
      'a scheme of its own',
      () => ({ headers: { ...signed({ body: JSON_BODY }), authorization: 'Bearer x' }, body: JSON_BODY }),
      4005,
    ],
    ['half of a legacy token', () => legacy({ userId: 'u', token: 't' }), 1002],
    ['a legacy timeStamp that is none', () => legacy({ userId: 'u', token: 't', timeStamp: 'now' }), 1010],
    ['an old legacy timeStamp', () => legacy({ userId: 'u', token: 't', timeStamp: String(NOW_S - 301) }), 1011],
    ['an unknown legacy user', () => legacy({ userId: 'u', token: 't', timeStamp: String(NOW_S) }), 1003],
    ['a legacy token', () => legacy({ userId: ACCESS_KEY, token: 't', timeStamp: String(NOW_S) }), 1001],
    ['broken JSON', () => ({ headers: signed({ body: '{' }), body: '{' }), 1013],
  ])('refuses a call with %s', async (_name, sent, code) => {
    const answer = await call(sent())
    expect(answer).toEqual({ status: 200, code, message: expect.stringMatching(/\S/) })
  })

  it('takes a call at the edge of the clock skew', async () => {
    for (const timestamp of [NOW_S - 300, NOW_S + 300]) {
      expect((await call({ headers: signed({ body: JSON_BODY, timestamp }), body: JSON_BODY })).code).toBe(200)
    }
  })

  it('reads no parameter from the query of a POST, which no signature covers', async () => {
    const answer = await call({ headers: signed({ body: '{}' }), body: '{}' }, `${TOKEN_PATH}?${FORM_BODY}`)
    expect(answer.code).toBe(1004)
  })

  it('names each call, and answers an unknown operation in its own form', async () => {
    const { headers } = await exchange(app.url, TOKEN_PATH)
    expect(headers['x-ws-requestid']).toMatch(/^[0-9a-f]{32}$/)
    expect(headers['x-cnc-request-id']).toBe(headers['x-ws-requestid'])
    const unknown = await call({}, '/vod/videoManage/nothing')
    expect(unknown).toEqual({ status: 200, code: 1006, message: expect.any(String) })
  })
})

it('is refused for a file that there is no room for', async () => {
  const full = await startCloudvApp({ limits: { headroomBytes: Number.MAX_SAFE_INTEGER } })
  try {
    expect((await full.getUploadToken({ ...FILE, originFileSize: 1 })).code).toBe(900)
    expect((await full.getUploadToken(FILE)).code).toBe(200)
  } finally {
    await full.close()
  }
})

describe('a call that is repeated', () => {
  it('is taken again, unless the server was told to refuse replays', async () => {
    const headers = signed({ body: JSON_BODY })
    expect((await call({ headers, body: JSON_BODY })).code).toBe(200)
    expect((await call({ headers, body: JSON_BODY })).code).toBe(200)
    const strict = await startCloudvApp({ clock: new ManualClock(NOW_S * 1000), refuseReplays: true })
    try {
      const own = ws3Headers(strict.url, { body: JSON_BODY, timestamp: NOW_S })
      const codes: number[] = []
      for (let i = 0; i < 2; i++) {
        const answer = await exchange(strict.url, TOKEN_PATH, { headers: own, body: JSON_BODY })
        codes.push((JSON.parse(answer.body) as TokenAnswer).code)
      }
      expect(codes).toEqual([200, 4005])
      const other = JSON.stringify({ originFileName: 'other.mp4' })
      const crowd = ws3Headers(strict.url, { body: other, timestamp: NOW_S })
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => exchange(strict.url, TOKEN_PATH, { headers: crowd, body: other })),
      )
      const taken = answers.filter(({ body }) => (JSON.parse(body) as TokenAnswer).code === 200)
      expect(taken).toHaveLength(1)
    } finally {
      await strict.close()
    }
  })
})
