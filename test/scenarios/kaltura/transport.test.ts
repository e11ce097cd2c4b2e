import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FormPart, formData, type KalturaApp, startKalturaApp } from './kaltura-app.ts'

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp()
})

afterAll(() => app.close())

const send = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${app.url}${path}`, init)
const FORM = 'application/x-www-form-urlencoded'

describe('a request', () => {
  it.each([
    '/api_v3/service/system/action/ping',
    '/api_v3/index.php/service/System/action/PING',
    '//api_v3//service/system/action/ping',
  ])('is understood by its path: %s', async (path) => {
    const response = await send(`${path}?format=1`)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      expect.stringContaining('application/json'),
      'true',
    ])
  })

  it.each([
    '/api_v3/?service=system&action=ping&format=1',
    '/api_v3?service=system&action=ping&format=1',
    '/api_v3/index.php?service=system&action=ping&format=1',
    '/api/index.php?service=system&action=ping&format=1',
    '/api/service/system/action/ping/format/1',
  ])('is understood by its query: %s', async (path) => {
    expect(await (await send(path)).text()).toBe('true')
  })

  const token = { fileName: 'a.mp4', fileSize: 5 }
  const BODIES: readonly (readonly [string, () => RequestInit])[] = [
    [
      'JSON',
      () => ({
        body: JSON.stringify({ ks: app.user, uploadToken: token }),
        headers: { 'content-type': 'application/json' },
      }),
    ],
    [
      'JSON with a charset',
      () => ({
        body: JSON.stringify({ ks: app.user, uploadToken: token }),
        headers: { 'content-type': 'application/json; charset=UTF-8' },
      }),
    ],
    [
      'fields with colons',
      () => ({
        body: new URLSearchParams({
          ks: app.user,
          'uploadToken:fileName': 'a.mp4',
          'uploadToken:fileSize': '5',
        }).toString(),
        headers: { 'content-type': FORM },
      }),
    ],
    [
      'fields with brackets',
      () => ({
        body: new URLSearchParams({
          ks: app.user,
          'uploadToken[fileName]': 'a.mp4',
          'uploadToken[fileSize]': '5',
        }).toString(),
        headers: { 'content-type': FORM },
      }),
    ],
    [
      'a form with all of it in one field',
      () => ({ body: formData([['json', JSON.stringify({ ks: app.user, uploadToken: token })]]) }),
    ],
    [
      'a form with a field for each',
      () => ({
        body: formData([
          ['ks', app.user],
          ['uploadToken:fileName', 'a.mp4'],
          ['uploadToken[fileSize]', '5'],
        ]),
      }),
    ],
  ]

  it.each(BODIES)('may have its parameters as %s', async (_, init) => {
    const response = await send('/api_v3/service/uploadtoken/action/add?format=1', { method: 'POST', ...init() })
    expect(await response.json()).toMatchObject({
      fileName: 'a.mp4',
      fileSize: 5,
      status: 0,
      objectType: 'KalturaUploadToken',
    })
  })

  it('may have all of them in the query', async () => {
    const query = new URLSearchParams({ ks: app.user, format: '1', 'uploadToken:fileName': 'a.mp4' })
    expect(await (await send(`/api_v3/service/uploadToken/action/add?${query}`)).json()).toMatchObject({
      fileName: 'a.mp4',
    })
  })

  it('is ruled by its URL where the body says otherwise', async () => {
    const response = await send('/api_v3/service/system/action/ping?format=1', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'nothing', action: 'nothing', format: 2 }),
    })
    expect(await response.text()).toBe('true')
  })
})

describe('an answer', () => {
  it('is XML unless asked otherwise', async () => {
    const response = await send('/api_v3/service/system/action/ping')
    expect(response.headers.get('content-type')).toContain('text/xml')
    expect(await response.text()).toMatch(
      /^<\?xml version="1.0" encoding="utf-8"\?><xml><result>1<\/result><executionTime>[\d.e-]+<\/executionTime><\/xml>$/,
    )
  })

  it('is a script for pages that ask so', async () => {
    const response = await send('/api_v3/?service=system&action=ping&format=9&callback=a.b')
    expect(response.headers.get('content-type')).toContain('application/javascript')
    expect(await response.text()).toBe('a.b(true);')
  })

  it('is never a script of the caller’s making', async () => {
    expect(await (await send('/api_v3/?service=system&action=ping&format=9&callback=alert(1)//')).text()).not.toContain(
      'alert(1)//(',
    )
  })

  it('is what PHP unserialises', async () => {
    expect(await (await send('/api_v3/service/system/action/ping?format=3')).text()).toBe('b:1;')
  })

  it('lets any page read it', async () => {
    const response = await send('/api_v3/service/system/action/ping', { headers: { origin: 'http://a.example' } })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': expect.stringContaining('no-store'),
      'x-kaltura-session': expect.stringMatching(/./),
    })
    const preflight = await send('/api_v3/service/uploadtoken/action/upload', { method: 'OPTIONS' })
    expect(preflight.status).toBe(200)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Content-Type')
  })

  const ERRORS: readonly (readonly [string, string, object])[] = [
    ['no service', '/api_v3/?', { code: 'SERVICE_NOT_SPECIFIED', args: [] }],
    ['no action', '/api_v3/service/media', { code: 'ACTION_NOT_SPECIFIED', args: [] }],
    [
      'an unknown service',
      '/api_v3/service/NoSuch/action/get',
      { code: 'SERVICE_DOES_NOT_EXISTS', message: 'Service "nosuch" does not exists', args: { SRV_NAME: 'nosuch' } },
    ],
    [
      'an unknown action',
      '/api_v3/service/uploadToken/action/Fly',
      {
        code: 'ACTION_DOES_NOT_EXISTS',
        message: 'Action "fly" does not exists for service "uploadtoken"',
        args: { ACTION_NAME: 'fly', SERVICE_NAME: 'uploadtoken' },
      },
    ],
  ]

  it.each(ERRORS)('has status 200 and the vendor’s code for %s, in JSON and XML', async (_, path, expected) => {
    const separator = path.includes('?') ? '&' : '?'
    const json = await send(`${path}${separator}format=1`)
    expect(json.status).toBe(200)
    expect(await json.json()).toMatchObject({ objectType: 'KalturaAPIException', ...expected })
    const xml = await (await send(path)).text()
    expect(xml).toContain(`<result><error><code>${(expected as { code: string }).code}</code>`)
  })
})

describe('a multirequest', () => {
  const multi = async (calls: object): Promise<unknown> => {
    const response = await send('/api_v3/service/multirequest', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ format: 1, ...calls }),
    })
    return response.json()
  }
  const add = { service: 'uploadtoken', action: 'add' }
  const get = (id: string) => ({ service: 'uploadToken', action: 'get', uploadTokenId: id })

  it.each([0, 1])('may count its calls from %i; references count from 1', async (first) => {
    const answers = await multi({ ks: app.user, [first]: add, [first + 1]: get('{1:result:id}') })
    expect(answers).toMatchObject([{ status: 0 }, { status: 0, objectType: 'KalturaUploadToken' }])
    const [a, b] = answers as readonly { id: string }[]
    expect(b?.id).toBe(a?.id)
  })

  it('may have a session in each call', async () => {
    expect(await multi({ 0: { ...add, ks: app.user }, 1: { ...add, ks: 'wrong' } })).toMatchObject([
      { status: 0 },
      { code: 'INVALID_KS' },
    ])
  })

  it('goes on behind a failed call, whose slot tells so', async () => {
    const answers = await multi({ ks: app.user, 0: get('0_x'), 1: get('{1:result:id}'), 2: add })
    expect(answers).toMatchObject([
      { code: 'UPLOAD_TOKEN_NOT_FOUND' },
      { code: 'UPLOAD_TOKEN_NOT_FOUND' },
      { status: 0 },
    ])
  })

  it('stops at the first gap', async () => {
    expect(await multi({ ks: app.user, 0: add, 1: { service: 'uploadtoken' }, 2: add })).toHaveLength(1)
    expect(await multi({ ks: app.user, 0: add, 2: add })).toHaveLength(1)
    expect(await multi({ ks: app.user })).toEqual([])
  })

  it('has items in XML', async () => {
    const response = await send('/api_v3/service/multirequest/action/null', {
      method: 'POST',
      headers: { 'content-type': FORM },
      body: new URLSearchParams({
        '1:service': 'system',
        '1:action': 'ping',
        '2:service': 'x',
        '2:action': 'y',
      }).toString(),
    })
    expect(await response.text()).toContain('<result><item>1</item><item><error><code>SERVICE_DOES_NOT_EXISTS</code>')
  })

  const twoFiles = (order: readonly [number, number]): FormPart[] => {
    const file = (slot: number): FormPart => [`${slot}:fileData`, Buffer.alloc(600_000, `file ${slot}`), `${slot}.mp4`]
    const upload = (id: string) => ({ service: 'uploadtoken', action: 'upload', uploadTokenId: id })
    const calls = { format: 1, ks: app.user, 0: add, 1: add, 2: upload('{1:result:id}'), 3: upload('{2:result:id}') }
    return [['json', JSON.stringify(calls)], file(order[0]), file(order[1])]
  }

  it.each([[[2, 3] as const], [[3, 2] as const]])('may carry a file for each call, in the order %j', async (order) => {
    const answers = (await app.form('/api_v3/service/multirequest', twoFiles(order))) as unknown as { id: string }[]
    expect(answers).toMatchObject([
      { status: 0 },
      { status: 0 },
      { status: 2, fileName: '2.mp4' },
      { status: 2, fileName: '3.mp4' },
    ])
    expect(String(await app.content(answers[2]?.id ?? ''))).toBe('file 2'.repeat(100_000))
    expect(String(await app.content(answers[3]?.id ?? ''))).toBe('file 3'.repeat(100_000))
  })
})
