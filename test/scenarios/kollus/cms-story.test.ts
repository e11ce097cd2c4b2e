import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deliverAll } from '../../support/deliver-all.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { ApiClient } from './api-client.ts'
import { finishProcessing } from './finish-processing.ts'
import { exchange } from './http-exchange.ts'
import { KOLLUS_KEYS, type KollusApp, startKollusApp } from './kollus-app.ts'

const MINUTE_MS = 60_000
const FIRST = Buffer.from('the first film')
const SECOND = Buffer.from('another film, of which it is said that it is better')

/** What the CMS was told: the path of its own address, and the form. */
type Told = Readonly<{ path: string; atMs: number; form: Readonly<Record<string, string>> }>

const clock = new ManualClock()
let app: KollusApp
let cms: ApiClient

beforeAll(async () => {
  app = await startKollusApp({ clock, webhookAllow: '127.0.0.1' })
  cms = new ApiClient(app)
})
afterAll(async () => app.close())

/** How a CMS signs what its page plays. */
function playUrl(mediaContentKey: string): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const expt = Math.floor(clock.now() / 1000) + 3_600
  const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode({ cuid: 'student-7', expt, mc: [{ mckey: mediaContentKey }] })}`
  const signature = createHmac('sha256', KOLLUS_KEYS.securityKey).update(signed).digest('base64url')
  return `${app.url}/sr?jwt=${signed}.${signature}&custom_key=${KOLLUS_KEYS.customKey}&cdn=hd-hls2`
}

const follow = async (url: string): Promise<string> => {
  const answer = await exchange(url, { method: 'HEAD', length: 'none' })
  expect(answer.status, url).toBe(302)
  return answer.headers['location'] ?? ''
}
const read = async (url: string): Promise<string> => {
  const answer = await exchange(url, { method: 'GET', length: 'none' })
  expect(answer.status, url).toBe(200)
  return answer.body
}
/** The bytes that a player gets at last. */
async function played(url: string): Promise<string> {
  const master = await follow(url)
  const media = new URL((await read(master)).match(/^[^#\s].*$/m)?.[0] ?? '', master).href
  return read(new URL((await read(media)).match(/^[^#\s].*$/m)?.[0] ?? '', media).href)
}

it('moves a whole CMS: upload, callbacks, keys, edits, replacement, withdrawal', { timeout: 120_000 }, async () => {
  const told: Told[] = []
  let onCall: (path: string) => 'ok' | 'fail' | 'hang' = () => 'ok'
  const attempts: Readonly<{ path: string; atMs: number }>[] = []
  const receiver = await startRemoteServer((request: IncomingMessage, response: ServerResponse) => {
    void text(request).then((body) => {
      const call = { path: request.url ?? '', atMs: clock.now() }
      attempts.push(call)
      const how = onCall(call.path)
      // A receiver that hangs says nothing until the connection ends.
      if (how === 'hang') return
      if (how === 'ok') told.push({ ...call, form: Object.fromEntries(new URLSearchParams(body)) })
      response.writeHead(how === 'ok' ? 200 : 201).end()
    })
  })
  const projectId = await app.projectId()
  const account = { projectId, format: 'kollus' } as const
  const { webhooks } = app.services
  await webhooks.create({ ...account, url: `${receiver.url}/uploaded`, eventTypes: ['upload.completed'] })
  await webhooks.create({ ...account, url: `${receiver.url}/encoded`, eventTypes: ['asset.ready', 'asset.failed'] })
  await webhooks.create({ ...account, url: `${receiver.url}/edited`, eventTypes: ['asset.updated', 'asset.deleted'] })

  // A category whose contents go to a channel by themselves; the channel tells the CMS.
  const category = (await cms.post('/0/media/category/create', { name: '2026' })).result
  const channel = (await cms.post('/api/channels', { name: 'Lectures' })).data
  const callback = { use_pingback: '1', pingback_url: `${receiver.url}/channel` }
  const { data: told1 } = await cms.call('PUT', `/api/channels/${channel.key}/callback`, callback)
  expect(told1).toMatchObject({ use_pingback: 1, pingback_url: `${receiver.url}/channel` })
  const mapped = await cms.post(`/api/categories/${category.key}/channels/${channel.key}/attach`)
  expect(mapped.data.channels).toEqual([{ key: channel.key }])

  // The receiver is out of order at first: it fails, then hangs.
  const answers = ['fail', 'hang'] as const
  let uploadCalls = 0
  onCall = (path) => (path === '/uploaded' ? (answers[uploadCalls++] ?? 'ok') : 'ok')

  const startMs = clock.now()
  const key = await cms.upload(FIRST, { category_key: category.key, title: '강의 1' }, 'first.mp4')
  await finishProcessing(app)
  await deliverAll(app)
  expect(told.map(({ path }) => path).toSorted()).toEqual(['/channel', '/encoded'])
  await clock.advance(5 * MINUTE_MS - 1)
  await deliverAll(app)
  expect(uploadCalls).toBe(1)
  await clock.advance(1)
  await deliverAll(app)
  expect(uploadCalls).toBe(2)
  await clock.advance(5 * MINUTE_MS)
  await deliverAll(app)
  expect(attempts.filter(({ path }) => path === '/uploaded').map(({ atMs }) => atMs - startMs)).toEqual([
    0,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
  ])
  const byPath = (path: string) => told.filter((one) => one.path === path).map(({ form }) => form)
  expect(byPath('/uploaded')).toEqual([
    {
      content_provider_key: 'acme',
      full_filename: '/2026/first.mp4',
      filename: 'first.mp4',
      upload_file_key: key,
    },
  ])
  expect(byPath('/encoded')).toEqual([
    { content_provider_key: 'acme', filename: 'first.mp4', upload_file_key: key, transcoding_result: 'success' },
  ])
  const [added] = byPath('/channel')
  expect(added).toMatchObject({
    content_provider_key: 'acme',
    full_filename: '/2026/first.mp4',
    filename: '강의 1',
    upload_file_key: key,
    channel_key: channel.key,
    channel_name: 'Lectures',
    update_type: 'add',
  })
  const mck = added?.['media_content_key'] ?? ''
  expect(mck).toMatch(/^[A-Za-z0-9]{8}$/)

  // It reads the keys as well as being told them.
  const { result } = await cms.get('/0/media/channel/media_content', { channel_key: channel.key })
  expect(result).toMatchObject({ count: 1, items: { item: [{ upload_file_key: key, media_content_key: mck }] } })
  expect((await cms.get(`/api/media-contents/${key}`)).data.media_content_keys).toEqual([mck])
  expect((await cms.get(`/api/v0/vod//media-content-keys//${mck}`)).data.channel.key).toBe(channel.key)
  const address = playUrl(mck)
  expect(await played(address)).toBe(FIRST.toString())
  expect(await follow(`${app.url}/poster/${mck}.jpg`)).toContain('/poster.jpg')

  // Title and category are edited here and told there.
  const other = (await cms.post('/api/categories', { name: 'Archive' })).data
  await cms.call('PUT', `/api/media-contents/${key}`, {
    title: '강의 1, 개정',
    tags: 'spring,new',
    category_key: other.key,
  })
  const edited = (await cms.get(`/0/media/library/media_content/${key}`)).result.item
  expect(edited).toMatchObject({ title: '강의 1, 개정', tags: ['spring', 'new'], category_name: 'Archive' })
  await deliverAll(app)
  expect(byPath('/edited').at(-1)).toMatchObject({
    filename: '강의 1, 개정',
    full_filename: '/Archive/first.mp4',
    upload_file_key: key,
    media_content_key: mck,
    update_type: 'update',
  })

  // Another file takes its place under the same key; who watches the first one goes on.
  const watching = await follow(address)
  const next = await cms.upload(SECOND, { category_key: other.key, title: '강의 1, 새로' }, 'second.mp4')
  const replace = `/api/channels/${channel.key}/media-contents/${key}/replace`
  const early = await cms.post(replace, { replace_upload_file_key: next })
  expect(early).toMatchObject({ httpStatus: 409, error: 1, message: expect.stringMatching(/play/) })
  await finishProcessing(app)
  const replaced = await cms.post(replace, { replace_upload_file_key: next })
  expect(replaced.data).toMatchObject({ media_content_key: mck, upload_file_key: next })
  expect(await played(address)).toBe(SECOND.toString())
  expect(await read(watching)).toContain('360p')
  await cms.post(`/api/media-content-keys/${mck}/restore`)
  expect(await played(address)).toBe(FIRST.toString())
  await cms.post(`/api/media-content-keys/${mck}/replace`, { replace_upload_file_key: next })
  expect(await played(address)).toBe(SECOND.toString())
  await cms.post(`/0/media/library/delete/${key}`)
  expect(await played(address)).toBe(SECOND.toString())

  // Withdrawn, then deleted; the channel's receiver is away for good this time, but for the last attempt.
  let channelCalls = 0
  const before = byPath('/channel').length
  await deliverAll(app)
  expect(byPath('/channel').length).toBeGreaterThan(before)
  onCall = (path) => (path === '/channel' && channelCalls++ < 3 ? 'fail' : 'ok')
  await cms.post(`/0/media/channel/detach/${next}`, { channel_key: channel.key })
  expect((await exchange(address, { method: 'GET', length: 'none' })).status).toBe(404)
  for (let retry = 0; retry < 3; retry++) {
    await deliverAll(app)
    await clock.advance(5 * MINUTE_MS)
  }
  await deliverAll(app)
  expect(channelCalls).toBe(4)
  expect(byPath('/channel').at(-1)).toMatchObject({
    upload_file_key: next,
    media_content_key: mck,
    update_type: 'delete',
  })
  expect((await cms.post(`/0/media/library/delete/${next}`)).error).toBe(0)
  await deliverAll(app)
  expect(byPath('/edited').at(-1)).toMatchObject({ upload_file_key: next, update_type: 'delete' })
  expect((await cms.get('/0/media/library/media_content')).result.count).toBe(0)

  const log = await webhooks.deliveries(projectId, {}, { limit: 100 })
  expect(log.map(({ delivery }) => delivery.state)).toEqual(log.map(() => 'delivered'))
})
