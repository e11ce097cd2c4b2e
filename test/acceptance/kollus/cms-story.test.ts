import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClipKind, makeClip } from '../../support/media/make-media.ts'
import { getJson } from '../support/client.ts'
import { LEAP_MS, LEAPING_CLOCK, leap } from '../support/leaping-clock.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { startCallbackReceiver } from './callback-receiver.ts'
import { Cms } from './cms.ts'

const PATIENCE = { timeout: 60_000, interval: 100 }

type Delivery = Readonly<{
  eventType: string
  state: string
  nextAttemptAt: string | null
  attempts: readonly Readonly<{
    startedAt: string
    durationMs: number
    status: number | null
    error: Readonly<{ reason: string }> | null
  }>[]
}>

let server: RunningServer
let cms: Cms
let directory: string
const clip = (kind: ClipKind) => makeClip(directory, kind)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-kollus-'))
  server = await startServer({ env: { REELDOCK_WEBHOOK_ALLOW: '127.0.0.1', ...LEAPING_CLOCK } })
  cms = new Cms(server.url)
})
afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

async function tell(url: string, ...eventTypes: string[]): Promise<void> {
  const headers = { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ format: 'kollus', url, eventTypes })
  const response = await fetch(`${server.url}/v1/webhooks/endpoints`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(await response.text())
}
/** Oldest first. */
const deliveries = async (): Promise<readonly Delivery[]> =>
  (await getJson<{ items: Delivery[] }>(`${server.url}/v1/webhooks/deliveries?limit=100`)).items.toReversed()

/** What a player gets of an address: the playlist with everything that can be chosen from, and where it is. */
async function open(url: string): Promise<Readonly<{ text: string; at: string }>> {
  const { status, headers } = await fetch(url, { method: 'HEAD', redirect: 'manual' })
  expect(status).toBe(302)
  const at = headers.get('location') ?? ''
  return { text: await read(at), at }
}
async function read(url: string): Promise<string> {
  const response = await fetch(url)
  expect(response.status, url).toBe(200)
  return response.text()
}
const sizes = (master: string): string[] => [...master.matchAll(/RESOLUTION=(\d+x\d+)/g)].map(([, size = '']) => size)
/** The first playlist of pictures in it. */
const pictures = ({ text, at }: { text: string; at: string }) =>
  read(new URL(/^[^#\s].*$/m.exec(text)?.[0] ?? '', at).href)

/** Oldest first: those that have not been taken yet. */
const waiting = async () => (await deliveries()).filter(({ state }) => state !== 'delivered')

let leaps = 0
/** Five minutes go by if everything that has not been taken waits for its next attempt. */
async function letTimeGoBy(): Promise<void> {
  const nowMs = Date.now() + leaps * LEAP_MS
  const moments = (await waiting()).map(({ nextAttemptAt }) => Date.parse(nextAttemptAt ?? ''))
  if (moments.length === 0 || !moments.every((atMs) => atMs > nowMs + LEAP_MS / 10)) return
  leaps += 1
  leap(server)
}

async function untilDone(key: string): Promise<void> {
  const stage = async () => (await cms.get(`/api/media-contents/${key}`)).data.transcoding_stage
  await expect.poll(stage, PATIENCE).toBe(21)
}

const endOf = ({ startedAt, durationMs }: Delivery['attempts'][number]): number => Date.parse(startedAt) + durationMs

describe('a CMS that was moved here', () => {
  it('publishes, edits, exchanges and withdraws, while its receiver fails and hangs', async () => {
    const { url, at, find } = await startCallbackReceiver({ '/uploaded': [201, 500], '/channel': ['hangs'] })
    /** Nothing is being encoded meanwhile. */
    const told = async (path: string, what: Readonly<Record<string, string>>) => {
      const ask = async () => find(path, what) ?? (await letTimeGoBy())
      await expect.poll(ask, PATIENCE).toBeDefined()
      return find(path, what) ?? {}
    }
    await tell(`${url}/uploaded`, 'upload.completed')
    await tell(`${url}/encoded`, 'asset.ready', 'asset.failed')
    await tell(`${url}/edited`, 'asset.updated', 'asset.deleted')

    // A category whose contents go by themselves to a channel that takes only encrypted ones and tells of them.
    const category = (await cms.post('/0/media/category/create', { name: '2026' })).result
    const wish = { name: 'Lectures', is_encrypted: '1', use_pingback: '1', pingback_url: `${url}/channel` }
    const channel = (await cms.post('/api/channels', wish)).data
    await cms.post(`/api/categories/${category.key}/channels/${channel.key}/attach`)

    const options = { is_encryption_upload: '1', category_key: category.key }
    const key = await cms.upload(await clip('plain'), '1강.mp4', { ...options, title: '강의 1' })
    await untilDone(key)

    // One was refused, with 201, which is no success; the other got no answer. Each waits for five minutes since then.
    const failed = async () => (await waiting()).filter(({ attempts }) => attempts.length > 0)
    const types = async () => (await failed()).map(({ eventType }) => eventType)
    await expect.poll(types, PATIENCE).toEqual(expect.arrayContaining(['upload.completed', 'placement.created']))
    for (const { attempts, nextAttemptAt } of await failed()) {
      for (const last of attempts.slice(-1)) expect(Date.parse(nextAttemptAt ?? '') - endOf(last)).toBe(LEAP_MS)
    }
    const added = await told('/channel', { upload_file_key: key, update_type: 'add' })
    expect(await told('/uploaded', { upload_file_key: key })).toEqual({
      content_provider_key: 'acceptance',
      full_filename: '/2026/1강.mp4',
      filename: '1강.mp4',
      upload_file_key: key,
    })
    expect(added).toMatchObject({ channel_key: channel.key, filename: '강의 1', full_filename: '/2026/1강.mp4' })
    await told('/encoded', { upload_file_key: key, transcoding_result: 'success' })

    // It knows the key that plays by the callback, and reads the same.
    const mck = added['media_content_key'] ?? ''
    const inChannel = await cms.get('/0/media/channel/media_content', { channel_key: channel.key })
    expect(inChannel.result).toMatchObject({ count: 1, items: { item: [{ media_content_key: mck }] } })
    const address = cms.playUrl(mck)
    const watched = await open(address)
    expect(sizes(watched.text)).toEqual(['320x180'])
    expect(await pictures(watched)).toContain('METHOD=AES-128')

    // Another size besides, encrypted as the others; who watches notices nothing.
    await cms.post('/0/media/media_profile/create', { name: 'Tiny', video_height: '90' })
    await cms.post(`/0/media/library/create_transcoding_file/${key}`, { profile_key: 'acceptance-tiny' })
    await expect.poll(async () => sizes((await open(address)).text), PATIENCE).toEqual(['320x180', '160x90'])
    const both = { update_type: 'update', profile_key: 'acceptance-standard|acceptance-tiny' }
    await told('/edited', { upload_file_key: key, ...both })
    const files = (await cms.get(`/api/media-contents/${key}`)).data.transcoding_files
    expect(files).toContainEqual(expect.objectContaining({ profile_key: 'acceptance-tiny', profile_name: '90p' }))

    const archive = (await cms.post('/api/categories', { name: 'Archive' })).data
    await cms.call('PUT', `/api/media-contents/${key}`, { title: '강의 1, 개정', category_key: archive.key })
    const update = { update_type: 'update', full_filename: '/Archive/1강.mp4', media_content_key: mck }
    await told('/edited', { upload_file_key: key, filename: '강의 1, 개정', ...update })

    // A better film takes its place: the same address plays it, and who watches the old one goes on.
    const own = { is_encryption_upload: '1', category_key: archive.key, title: '강의 1, 새로' }
    const next = await cms.upload(await clip('tiny'), 'new.mp4', own)
    await untilDone(next)
    await told('/encoded', { upload_file_key: next, transcoding_result: 'success' })
    await cms.post(`/api/channels/${channel.key}/media-contents/${key}/replace`, { replace_upload_file_key: next })
    expect(sizes((await open(address)).text)).toEqual(['96x54'])
    expect(await pictures(watched)).toContain('#EXT-X-ENDLIST')
    await told('/channel', { upload_file_key: next, media_content_key: mck, update_type: 'update' })
    await cms.post(`/0/media/library/delete/${key}`)
    await told('/edited', { upload_file_key: key, update_type: 'delete' })
    expect(sizes((await open(address)).text)).toEqual(['96x54'])

    await cms.post(`/0/media/channel/detach/${next}`, { channel_key: channel.key })
    await told('/channel', { upload_file_key: next, media_content_key: mck, update_type: 'delete' })
    expect((await fetch(address)).status).toBe(404)
    await cms.post(`/0/media/library/delete/${next}`)
    await told('/edited', { upload_file_key: next, update_type: 'delete' })
    expect((await cms.get('/0/media/library/media_content')).result.count).toBe(0)

    // Nothing was lost, and every attempt came five minutes after the one before it had ended.
    await told('/uploaded', { upload_file_key: next })
    await expect.poll(waiting, PATIENCE).toEqual([])
    const sent = (await deliveries()).map(({ attempts }) => attempts)
    for (const attempts of sent) {
      expect(attempts.length).toBeLessThanOrEqual(4)
      expect(attempts.at(-1)?.status).toBe(200)
      for (const [i, attempt] of attempts.entries()) {
        const before = attempts[i - 1]
        if (before === undefined) continue
        expect(before.status).not.toBe(200)
        expect(Date.parse(attempt.startedAt) - endOf(before)).toBeGreaterThanOrEqual(LEAP_MS)
      }
    }
    const statuses = sent.flat().map(({ status, error }) => status ?? error?.reason)
    expect(statuses).toEqual(expect.arrayContaining([200, 201, 500, 'timeout_response']))
    expect(new Set(at('/channel').map((form) => form['update_type']))).toEqual(new Set(['add', 'update', 'delete']))
  })

  it('uploads sound alone, and originals that stay as they are', async () => {
    const file = await clip('plain')
    const audio = await cms.upload(file, 'song.mp4', { is_audio_upload: '1' })
    const original = await cms.upload(file, 'as-is.mp4', { is_passthrough: '1', profile_key: 'acceptance-passthrough' })
    for (const key of [audio, original]) await untilDone(key)
    const channel = (await cms.post('/0/media/channel/create', { name: 'Open' })).result
    const attach = async (key: string): Promise<string> =>
      (await cms.post(`/0/media/channel/attach/${key}`, { channel_key: channel.key })).result.media_content_key
    const sound = await open(cms.playUrl(await attach(audio)))
    expect(sound.text).toContain('#EXT-X-STREAM-INF')
    expect(sizes(sound.text)).toEqual([])
    const { data } = await cms.get(`/api/media-contents/${audio}`)
    const ofSound = { profile_key: 'acceptance-audio', media_information: { video: null } }
    expect(data).toMatchObject({ kind: 2, transcoding_files: [ofSound, ofSound] })
    const bytes = await (await fetch(cms.playUrl(await attach(original)))).bytes()
    expect(bytes).toHaveLength((await cms.get(`/api/media-contents/${original}`)).data.original_file_size)
  })
})
