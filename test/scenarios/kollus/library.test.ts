import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { ApiClient, type Method } from './api-client.ts'
import { finishProcessing } from './finish-processing.ts'
import { exchange } from './http-exchange.ts'
import { ACCESS_TOKEN, KOLLUS_KEYS, type KollusApp, startKollusApp } from './kollus-app.ts'

const START_MS = Date.UTC(2026, 2, 1, 12)
const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(2_000, 7)])

const clock = new ManualClock(START_MS)
let app: KollusApp
let cms: ApiClient
/** A film in two channels, and one that is still being encoded. */
let film: string
let raw: string
let category: { key: string; id: number; name: string }
let channels: readonly { key: string; name: string }[]
let keys: readonly string[]

beforeAll(async () => {
  app = await startKollusApp({ clock })
  cms = new ApiClient(app)
  category = (await cms.post('/0/media/category/create.json', { name: 'Lectures' })).result
  const made = [await cms.post('/0/media/channel/create', { name: 'One', isShared: '1' })]
  await clock.advance(1)
  made.push(await cms.post('/0/media/channel/create', { name: 'Two', is_shared: '0' }))
  channels = made.map(({ result }) => result)
  film = await cms.upload(Buffer.from('a film'), { title: '강의', category_key: category.key }, 'a.mp4')
  await finishProcessing(app)
  await clock.advance(1_000)
  raw = await cms.upload(Buffer.from('another'), {}, 'b.mp4')
  const attached = []
  for (const { key } of channels) {
    await clock.advance(1_000)
    attached.push(await cms.post(`/0/media/channel/attach/${film}`, { channel_key: key }))
  }
  keys = attached.map(({ result }) => result.media_content_key)
})
afterAll(async () => app.close())

describe('a media content', () => {
  it('of v0 has what its clients read, with the types that they read', async () => {
    const { error, result } = await cms.get(`/0/media/library/media_content/${film}`)
    expect(error).toBe(0)
    expect(result.item).toMatchObject({
      kind: 1,
      kind_name: 'video',
      title: '강의',
      upload_file_key: film,
      duration: expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      category_key: category.key,
      category_name: 'Lectures',
      use_encryption: 0,
      status: 1,
      original_file_name: 'a.mp4',
      original_file_size: 6,
      original_file_human_readable_size: '6 B',
      transcoding_stage: 21,
      transcoding_stage_name: 'done',
      transcoded_at: START_MS / 1000,
      created_at: START_MS / 1000,
      updated_at: expect.any(Number),
      poster_url: `${app.url}/poster/${keys[0]}`,
    })
    expect(result.item.media_information.file).toMatchObject({
      filesize: expect.any(Number),
      raw_duration: expect.any(Number),
    })
    expect(result.item.transcoding_files).toEqual([
      expect.objectContaining({ profile_key: 'acme-standard', media_information: expect.anything() }),
    ])
    expect(result.item.channels).toEqual(
      channels.map(({ key, name }, i) => ({
        key,
        name,
        channel_key: key,
        channel_name: name,
        media_content_key: keys[i],
        status: 1,
      })),
    )
    expect(result.item).not.toHaveProperty('media_content_key')
    // Clients make variables of the names.
    for (const name of Object.keys(result.item)) expect(name).toMatch(/^[a-z_]+$/)
  })

  it.each(['/api/media-contents/', '/api/v0/vod/media-contents/', '/api//media-contents//'])(
    'under %s has all its keys',
    async (path) => {
      const { status, data } = await cms.get(`${path}${film}`)
      expect(status).toBe('ok')
      expect(data).toMatchObject({ upload_file_key: film, media_content_keys: keys, category: { key: category.key } })
    },
  )

  it('that is being encoded says how far it is', async () => {
    const { result } = await cms.get(`/0/media/library/media_content/${raw}.json`)
    expect(result.item).toMatchObject({
      title: 'b.mp4',
      transcoding_stage: 1,
      category_key: '',
      media_information: null,
    })
    const files = await cms.get('/0/media/upload_file', { page: '1', per_page: '10' })
    expect(files.result).toMatchObject({ count: 2, per_page: 10 })
    expect(files.result.items.item.find((item: { upload_file_key: string }) => item.upload_file_key === raw)).toEqual({
      upload_file_key: raw,
      media_content_id: result.item.id,
      title: 'b.mp4',
      transcoding_stage: 1,
      transcoding_stage_name: expect.any(String),
      transcoding_progress: 0,
      created_at: START_MS / 1000 + 1,
      transcoded_at: null,
    })
  })

  it('is not there before its file is, in the words that clients wait for', async () => {
    const { upload_file_key } = await app.create()
    for (const key of [upload_file_key, '20260301-nothing0', 'x']) {
      const v0 = await cms.get(`/0/media/library/media_content/${key}`)
      expect(v0).toMatchObject({
        httpStatus: 200,
        error: 1,
        message: expect.stringContaining('media content not found'),
      })
      const attach = await cms.post(`/api/channels/${channels[0]?.key}/media-contents/${key}/attach`)
      expect(attach).toMatchObject({ httpStatus: 404, message: expect.stringContaining('media content not found') })
    }
  })

  it('that came another way has a key of the same form', async () => {
    const projectId = await app.projectId()
    const { upload } = await app.services.uploads.create({ projectId, fileName: 'c.mp4', sizeBytes: 1 })
    const { Readable } = await import('node:stream')
    await app.services.uploads.receive(upload.id, {
      offset: 0,
      body: Readable.from([Buffer.from('x')]),
      lengthBytes: 1,
    })
    const { data } = await cms.get('/api/media-contents', { keyword: 'c.mp4' })
    expect(data[0].upload_file_key).toMatch(/^20260301-[0-9a-z]{26}$/)
    expect((await cms.get(`/api/media-contents/${data[0].upload_file_key}`)).data.title).toBe('c.mp4')
    expect((await cms.call('DELETE', `/api/media-contents/${data[0].upload_file_key}`)).status).toBe('ok')
    expect((await cms.get('/api/media-contents', { keyword: 'c.mp4' })).data).toEqual([])
  })
})

describe('a list', () => {
  it.each([
    ['/0/media/category', 1],
    ['/0/media/category.json', 1],
    ['/0/media/category/index', 1],
    ['/0/media/channel', 2],
    ['/0/media/channel/index.json', 2],
    ['/0//media/library/media_content', 2],
    ['/0/media/upload_file', 2],
  ])('%s is an object with a list of items, and the count of all', async (path, count) => {
    const answer = await cms.get(path)
    expect(answer).toMatchObject({ httpStatus: 200, error: 0, message: '' })
    expect(answer.result.count).toBe(count)
    expect(answer.result.items.item).toHaveLength(count)
    expect((await cms.get(path, { page: '9' })).result).toMatchObject({ count, items: { item: [] } })
  })

  it.each([
    ['/0/media/library/media_content?transcoding_stage=21', ['강의']],
    ['/0/media/library/media_content?transcoding_stage=12', ['b.mp4']],
    ['/0/media/library/media_content?category_key=none', ['b.mp4']],
    ['/0/media/library/media_content?order=id_asc', ['강의', 'b.mp4']],
    ['/0/media/library/media_content?order=id_desc', ['b.mp4', '강의']],
    ['/0/media/library/media_content?keyword=%EA%B0%95', ['강의']],
    ['/api/media-contents?state=completed', ['강의']],
    ['/api/media-contents?order=created_at%7Casc&per_page=1&page=2', ['b.mp4']],
    ['/api/media-contents?start_date=2026-03-02', []],
    ['/api/media-contents?end_date=2026-03-01&state=transcoding', ['b.mp4']],
  ])('%s is filtered and ordered', async (path, titles) => {
    const { result, data } = await cms.get(path)
    expect((data ?? result.items.item).map(({ title }: { title: string }) => title)).toEqual(titles)
  })

  it('of channels is read from either end', async () => {
    const names = async (path: string, values: Readonly<Record<string, string>>) => {
      const { result, data } = await cms.get(path, values)
      return (data ?? result.items.item).map(({ name }: { name: string }) => name)
    }
    expect(await names('/0/media/channel', { order: 'position_asc' })).toEqual(['One', 'Two'])
    expect(await names('/0/media/channel', { order: 'position_desc' })).toEqual(['Two', 'One'])
    expect(await names('/api/channels', { order: 'created_at|desc', per_page: '1', page: '2' })).toEqual(['One'])
    expect(await names('/api/channels', { order: 'position_desc', per_page: '1', page: '3' })).toEqual([])
  })

  it('of one category, or of one channel, is found under its own address', async () => {
    const ofCategory = await cms.get(`/api/categories/${category.key}/media-contents`)
    expect(ofCategory.data.map((item: { upload_file_key: string }) => item.upload_file_key)).toEqual([film])
    for (const [i, channel] of channels.entries()) {
      const own = { channel_key: channel.key, media_content_key: keys[i], upload_file_key: film }
      const v0 = await cms.get('/0/media/channel/media_content', { channel_key: channel.key })
      expect(v0.result).toMatchObject({ count: 1, items: { item: [own] } })
      const vod = await cms.get(`/api/v0/vod/channels/${channel.key}/media-contents`, { order_by: 'created_at_desc' })
      expect(vod).toMatchObject({ data: [own], pagination: { total: 1, current_page: 1 } })
      const one = await cms.get(`/0/media/channel/media_content/${film}`, { channel_key: channel.key })
      expect(one.result.item).toMatchObject(own)
    }
  })

  it.each([
    ['/0/media/library/media_content?page=0', 200],
    ['/0/media/library/media_content?per_page=x', 200],
    ['/api/media-contents?page=-1', 400],
    ['/api/media-contents?state=nonsense', 400],
    ['/api/media-contents?page=100000', 400],
    ['/0/media/channel/media_content', 200],
    ['/api/channels/nothing/media-contents', 404],
  ])('refuses %s in its own form', async (path, status) => {
    expect(await cms.get(path)).toMatchObject({ httpStatus: status, error: 1, message: expect.stringMatching(/.{10}/) })
  })
})

describe('categories', () => {
  it('make a tree, by key or by number, that can be renamed, moved and deleted', async () => {
    const top = (await cms.post('/api/categories', { name: 'Top' })).data
    const byId = (await cms.post('/0/media/category/create', { name: 'By id', parent_id: String(top.id) })).result
    const byKey = (await cms.post('/api/categories', { name: 'By key', parent_category_key: byId.key })).data
    expect(byId).toMatchObject({ parent_id: top.id, parent_key: top.key, level: 2 })
    expect(byKey).toMatchObject({ parent_key: byId.key, level: 3, children_exist: false, count_of_media_contents: 0 })
    const below = await cms.get('/api/categories', { parent_category_key: top.key })
    expect(below.data).toEqual([expect.objectContaining({ key: byId.key, children_exist: true })])
    await cms.post(`/0/media/category/edit/${byKey.key}`, { name: '이름', parent_id: '0' })
    const found = await cms.get('/0/media/category', { keyword: '이름' })
    expect(found.result.items.item).toEqual([expect.objectContaining({ name: '이름', level: 1, parent_id: 0 })])
    expect(await cms.call('PUT', `/api/categories/${top.key}`, { parent_key: byId.key })).toMatchObject({
      httpStatus: 409,
    })
    for (const { key } of [top, byKey]) {
      expect(await cms.post(`/0/media/category/delete/${key}`)).toMatchObject({ error: 0, result: [] })
    }
    expect((await cms.get('/0/media/category')).result.count).toBe(1)
    expect(await cms.post('/0/media/category/create', { parent_id: '7' })).toMatchObject({ error: 1 })
    expect(await cms.post('/0/media/category/create')).toMatchObject({ error: 1, message: 'name is missing.' })
  })

  it('are mapped to channels by both generations, also with a GET', async () => {
    const mapping = `/api/v0/vod/channel-mapping/${category.key}`
    const attached = await cms.get(`${mapping}/attach/${channels[0]?.key}`)
    expect(attached.data.channels).toEqual([{ key: channels[0]?.key }])
    expect((await cms.get(`${mapping}/detach/${channels[0]?.key}`)).data.channels).toEqual([])
    const path = `/api/categories/${category.key}/channels/nothing/attach`
    expect(await cms.post(path)).toMatchObject({ httpStatus: 404, error: 1 })
  })

  it('are changed by the call that enables a content, as the PHP SDK does', async () => {
    await cms.post(`/0/media/library/set_enable/${raw}`, { category_key: category.key })
    expect((await cms.get(`/api/media-contents/${raw}`)).data.category_name).toBe('Lectures')
    await cms.post(`/0/media/library/set_enable/${raw}`, { category_key: 'none' })
    expect((await cms.get(`/api/media-contents/${raw}`)).data.category_name).toBe('')
  })
})

describe('channels', () => {
  it('keep their policy and their callback', async () => {
    const wish = {
      name: '강좌',
      description: 'all',
      is_shared: '1',
      is_encrypted: '1',
      use_referer_check: '1',
      referer_check_domains: 'a.example, b.example',
      use_mobile_download: '1',
      pingback_url: 'https://cms.example/channel',
      progress_plugin: 'x',
    }
    const { data } = await cms.post('/api/channels', wish)
    const shown = {
      name: '강좌',
      description: 'all',
      is_shared: 1,
      is_encrypted: 1,
      use_referer_check: 1,
      referer_check_domains: ['a.example', 'b.example'],
      use_pc_download: 0,
      use_mobile_download: 1,
      use_pingback: 1,
      pingback_url: 'https://cms.example/channel',
      progress_plugin: 'x',
      count_of_media_contents: 0,
    }
    expect(data).toMatchObject(shown)
    const callback = `/api/channels/${data.key}/callback`
    expect((await cms.call('PUT', callback, { use_pingback: '0' })).data).toMatchObject({ ...shown, use_pingback: 0 })
    expect(await cms.call('PUT', callback, { pingback_url: 'ftp://x' })).toMatchObject({ httpStatus: 400, error: 1 })
    const clear = await cms.post(`/api/channels/${data.key}/media-contents/${film}/attach`)
    expect(clear).toMatchObject({ httpStatus: 409, message: expect.stringMatching(/encrypted/) })
    await cms.post(`/0/media/channel/edit/${data.key}`, { name: '다른', use_referer_check: '0' })
    const after = (await cms.get(`/api/channels/${data.key}`)).data
    expect(after).toMatchObject({ name: '다른', use_referer_check: 0, referer_check_domains: [], description: 'all' })
    expect((await cms.post(`/0/media/channel/delete/${data.key}`)).error).toBe(0)
    expect((await cms.get(`/api/channels/${data.key}`)).httpStatus).toBe(404)
  })

  it('give a content one key each, and the same when it is attached again', async () => {
    expect(new Set(keys).size).toBe(2)
    const again = await cms.post(`/api/channels/${channels[0]?.key}/media-contents/${film}/attach`)
    expect(again.data.media_content_key).toBe(keys[0])
    const { data } = await cms.get(`/api/v0/vod/media-content-keys/${keys[1]}`)
    expect(data).toMatchObject({ key: keys[1], upload_file_key: film, channel: { key: channels[1]?.key, name: 'Two' } })
    expect(await cms.get('/api/v0/vod/media-content-keys/Nothing0')).toMatchObject({ httpStatus: 404 })
  })

  it('refuse to exchange what is there, and what is in no channel', async () => {
    const [one] = channels
    const replace = `/api/channels/${one?.key}/media-contents/${film}/replace`
    expect(await cms.post(replace)).toMatchObject({ httpStatus: 400 })
    expect(await cms.post(replace, { replace_upload_file_key: film })).toMatchObject({ httpStatus: 409 })
    const absent = `/api/channels/${one?.key}/media-contents/${raw}/replace`
    expect(await cms.post(absent, { replace_upload_file_key: film })).toMatchObject({ httpStatus: 404 })
    expect(await cms.post(`/api/media-content-keys/${keys[0]}/restore`)).toMatchObject({ httpStatus: 409 })
  })

  it('let contents go, and say so when there are none', async () => {
    const detach = `/0/media/channel/detach/${film}`
    expect(await cms.post(detach, { channel_key: channels[1]?.key ?? '' })).toMatchObject({ error: 0, result: [] })
    expect(await cms.post(detach, { channel_key: channels[1]?.key ?? '' })).toMatchObject({ error: 1 })
    expect(await cms.post(detach)).toMatchObject({ error: 1, message: 'channel_key is missing.' })
    const list = await cms.get('/0/media/channel/media_content', { channel_key: channels[1]?.key ?? '' })
    expect(list.result).toMatchObject({ count: 0, items: { item: [] } })
  })
})

describe('posters', () => {
  const open = (url: string) => exchange(url, { method: 'GET', length: 'none' })

  it('are taken from a form, and seen under the content’s key by everybody', async () => {
    expect((await cms.sendFile(`/0/media/library/upload_poster/${film}`, 'file', PNG)).status).toBe(200)
    for (const suffix of ['', '.jpg', '-student-7']) {
      const led = await open(`${app.url}/poster/${keys[0]}${suffix}`)
      expect(led.status).toBe(302)
      const picture = await open(led.headers['location'] ?? '')
      expect(picture).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } })
    }
    const bytes = await open(`${app.url}/api/media-contents/${film}/poster/download?access_token=${ACCESS_TOKEN}`)
    expect(bytes).toMatchObject({ status: 200, headers: { 'content-type': 'image/png', 'content-length': '2008' } })
    expect((await open(`${app.url}/poster/Nothing0`)).status).toBe(404)
  })

  it.each([
    ['a text', 'file', Buffer.from('no picture')],
    ['nothing', 'file', Buffer.alloc(0)],
    ['too much', 'file', Buffer.concat([PNG, Buffer.alloc(11 * 1024 * 1024)])],
  ])('refuse %s', async (_what, name, content) => {
    const v0 = await cms.sendFile(`/0/media/library/upload_poster/${film}`, name, content)
    expect([v0.status, JSON.parse(v0.body).error]).toEqual([200, 1])
    const v3 = await cms.sendFile(`/api/media-contents/${film}/poster`, name, content)
    expect([v3.status >= 400 && v3.status < 500, JSON.parse(v3.body).error]).toEqual([true, 1])
  })
})

describe('a media token', () => {
  const link = (by: string, values: Readonly<Record<string, string>> = {}) =>
    cms.post(`/0/media_auth/media_token/get_media_link_by_${by}`, {
      security_key: KOLLUS_KEYS.securityKey,
      media_content_key: keys[0] ?? '',
      ...values,
    })
  const lead = async (path: string) => {
    const { status, headers } = await exchange(app.url + path, { method: 'HEAD', length: 'none' })
    return [status, headers['location'] ?? '']
  }

  it('plays what its key plays, by either parameter, as long as the content is enabled', async () => {
    const { media_token: token } = (await link('userid', { client_user_id: 'student-7' })).result
    expect(await lead(`/sr?key=${token}`)).toEqual([302, expect.stringContaining('/master.m3u8')])
    expect(await lead(`/s?token=${token}&autoplay`)).toEqual([302, expect.stringContaining('/watch/')])
    for (const [disable, enable] of [
      [`/0/media/library/set_disable/${film}`, `/0/media/library/set_enable/${film}`],
      [`/api/media-contents/${film}/disable`, `/api/media-contents/${film}/enable`],
    ] as const) {
      expect((await cms.post(disable)).error).toBe(0)
      expect((await cms.get(`/0/media/library/media_content/${film}`)).result.item.status).toBe(0)
      expect((await lead(`/sr?key=${token}`))[0]).toBe(404)
      expect((await cms.post(enable)).error).toBe(0)
      expect((await lead(`/sr?key=${token}`))[0]).toBe(302)
    }
  })

  it('is made for whoever shows the security key, without an access token', async () => {
    const values = { security_key: KOLLUS_KEYS.securityKey, media_content_key: keys[0] ?? '' }
    const answer = await exchange(`${app.url}/0/media_auth/media_token/get_media_link_by_userid.json`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(values).toString(),
    })
    const { media_token: token } = JSON.parse(answer.body).result
    expect((await lead(`/sr?key=${token}`))[0]).toBe(302)
  })

  it('ends when it was asked to', async () => {
    const { media_token: token } = (await link('userkey', { user_key: 'x', expire_time: '60' })).result
    await clock.advance(59_000)
    expect((await lead(`/sr?key=${token}`))[0]).toBe(302)
    await clock.advance(1_000)
    expect((await lead(`/sr?key=${token}`))[0]).toBe(401)
  })

  it.each([
    ['another security key', { security_key: 'acme-securitx' }],
    ['no security key', { security_key: '' }],
    ['a key that plays nothing', { media_content_key: 'Nothing0' }],
    ['a time that is none', { expire_time: '0' }],
  ])('is refused for %s', async (_what, values) => {
    expect(await link('userid', values)).toMatchObject({ error: 1, message: expect.stringMatching(/.{10}/) })
  })

  it('of somebody else’s making is not taken', async () => {
    const { media_token: token } = (await link('userid')).result
    expect((await lead(`/sr?key=${token.slice(0, -2)}AA`))[0]).toBe(401)
    // One for `jwt` needs the custom key besides.
    expect((await lead(`/sr?jwt=${token}`))[0]).toBe(401)
    expect((await lead(`/sr?jwt=${token}&custom_key=${KOLLUS_KEYS.customKey}`))[0]).toBe(302)
  })
})

it('title, description and tags are edited by v0, too', async () => {
  const { result } = await cms.post(`/0/media/library/edit/${film}`, { description: '봄', tags: 'a,b' })
  expect(result.item).toMatchObject({ title: '강의', description: '봄', tags: ['a', 'b'] })
})

describe('whoever has no access token', () => {
  const CALLS: readonly (readonly [Method, string])[] = [
    ['GET', '/0/media/category'],
    ['POST', '/0/media/library/delete/20260301-k3v9x2ab'],
    ['GET', '/api/channels'],
    ['DELETE', '/api/media-contents/20260301-k3v9x2ab'],
    ['POST', '/api/media-contents/20260301-k3v9x2ab/poster'],
    ['GET', '/0/media/content_provider'],
  ]

  it.each(CALLS)('learns and changes nothing: %s %s', async (method, path) => {
    for (const query of ['', '?access_token=nonsense']) {
      const answer = await exchange(app.url + path + query, { method })
      expect(answer.status).toBe(path.startsWith('/0') ? 200 : 401)
      expect(JSON.parse(answer.body)).toEqual({
        status: 'error',
        error: 1,
        message: expect.stringMatching(/access token/),
      })
    }
  })

  it('is told the account’s key with one', async () => {
    expect((await cms.get('/0/media/content_provider')).result).toMatchObject({ key: 'acme' })
  })
})
