import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Asset, Source } from '../../../src/core/library/asset.ts'
import { openApi } from '../../../src/http/openapi.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { aMediaInfo, anAsset, aRendition, aSource } from '../../support/rows.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

const TWELVE_HOURS_MS = 12 * 60 * 60 * 1000
const SEGMENT = Buffer.from('0123456789'.repeat(100))
const clock = new ManualClock()

let app: TestApp
let asset: Asset
let source: Source
let base: string

beforeAll(async () => {
  app = await startTestApp({
    clock,
    register: async (server, services) => {
      await server.register(openApi)
      await server.register(playbackRoutes, { services })
    },
  })
  ;({ asset, source } = await publish())
  base = await playBase(asset)
})
afterAll(() => app.close())

const put = (key: string, body: Buffer | string) =>
  app.infrastructure.blobs.put(key, Readable.from([Buffer.from(body)]), { signal: AbortSignal.timeout(30_000) })

/** An asset with a package of one rendition in the store. */
async function publish(own: Readonly<{ title?: string; state?: 'processing' }> = {}) {
  const { work } = app.infrastructure
  const project = await work.read.projects.first()
  if (project === undefined) throw new Error('no project')
  const made = anAsset(project.id, { title: own.title ?? 'Holiday' })
  const bare = aSource(made, { media: aMediaInfo() })
  const folder = `sources/${bare.id}/`
  const ready = { ...bare, packagePrefix: `${folder}hls/`, posterKey: `${folder}poster.jpg` }
  await work.transaction(async (tx) => {
    await tx.assets.insert(made)
    await tx.sources.insert(ready)
    await tx.sources.setRenditions(ready.id, [aRendition(ready)])
    if (own.state === undefined) await tx.assets.update(made.id, { currentSourceId: ready.id }, made.createdAtMs)
  })
  await put(`${folder}hls/720p/index.m3u8`, '#EXTM3U\n')
  await put(`${folder}hls/720p/init.mp4`, 'init')
  await put(`${folder}hls/720p/seg-00001.m4s`, SEGMENT)
  await put(`${folder}poster.jpg`, 'picture')
  return { asset: made, source: ready }
}

async function playBase({ id }: Asset): Promise<string> {
  const paths = app.services.playback.paths(await app.services.library.find(id))
  return `/play/${paths?.token}/${id}`
}

const call = (path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' | 'OPTIONS' = 'GET') =>
  app.server.inject({ method, url: path, headers })

const segment = (): string => `${base}/${source.id}/720p/seg-00001.m4s`

describe('what a player asks for', () => {
  it('plays from the master playlist on, each address relative to the one before', async () => {
    const master = await call(`${base}/master.m3u8`)
    expect(master.statusCode).toBe(200)
    expect(master.headers).toMatchObject({
      'content-type': 'application/vnd.apple.mpegurl',
      'cache-control': 'public, max-age=10',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    })
    const variant = master.body.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? ''
    const address = new URL(variant, `http://x${base}/master.m3u8`).pathname
    expect(address).toBe(`${base}/${source.id}/720p/index.m3u8`)
    expect((await call(address)).body).toBe('#EXTM3U\n')
  })

  it.each([
    ['720p/index.m3u8', 'application/vnd.apple.mpegurl', 'public, max-age=10'],
    ['720p/init.mp4', 'video/mp4', 'public, max-age=31536000, immutable'],
    ['720p/seg-00001.m4s', 'video/iso.segment', 'public, max-age=31536000, immutable'],
  ])('%s is served as %s, kept for %s', async (file, contentType, cacheControl) => {
    const answer = await call(`${base}/${source.id}/${file}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': contentType,
      'cache-control': cacheControl,
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'content-length': String(answer.rawPayload.length),
      etag: expect.stringMatching(/^"[\w-]+"$/),
    })
  })

  it('shows the poster', async () => {
    const answer = await call(`${base}/poster.jpg`)
    expect(answer).toMatchObject({ statusCode: 200, body: 'picture' })
    expect(answer.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=10' })
  })

  it('tells what a page shows, with the very token it was asked with', async () => {
    const answer = await call(`${base}/info`)
    expect(answer.json()).toEqual({
      title: 'Holiday',
      state: 'ready',
      hls: `${app.url}${base}/master.m3u8`,
      dash: `${app.url}${base}/manifest.mpd`,
      original: null,
      contentType: null,
      poster: `${app.url}${base}/poster.jpg`,
      sprites: null,
      durationMs: 10_010,
      subtitles: [],
    })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('has nothing to play yet while it is processed', async () => {
    const ready = await publish({ title: 'Later' })
    const path = await playBase(ready.asset)
    const { assets, sources } = app.infrastructure.work.read
    await assets.update(ready.asset.id, { currentSourceId: undefined }, clock.now())
    await sources.update(ready.source.id, { packagePrefix: undefined })
    expect((await call(`${path}/info`)).json()).toMatchObject({ state: 'processing', hls: null, poster: null })
    expect((await call(`${path}/master.m3u8`)).statusCode).toBe(404)
  })

  it('plays what there is already of a film that is processed, and lists it so', async () => {
    const early = await publish({ title: 'Early', state: 'processing' })
    const path = await playBase(early.asset)
    expect((await call(`${path}/info`)).json()).toMatchObject({ state: 'processing', hls: expect.any(String) })
    expect((await call(`${path}/master.m3u8`)).body).toContain('720p/index.m3u8')
    expect((await call(`${path}/${early.source.id}/720p/init.mp4`)).body).toBe('init')
    const view = await app.services.library.find(early.asset.id)
    expect([view.isPlayable, view.status.state]).toEqual([true, 'processing'])
    const { projectId } = early.asset
    const found = async (state: 'processing' | 'ready') => {
      const { items } = await app.services.library.search(projectId, { states: [state] }, { offset: 0, limit: 50 })
      return items.some(({ asset: { id } }) => id === early.asset.id)
    }
    expect([await found('processing'), await found('ready')]).toEqual([true, false])
  })

  it('answers a preflight for any origin', async () => {
    const answer = await call(
      segment(),
      { origin: 'https://a.example', 'access-control-request-method': 'GET' },
      'OPTIONS',
    )
    expect(answer.statusCode).toBe(204)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': expect.stringContaining('Range'),
    })
  })
})

describe('a part of a file', () => {
  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=990-', 990, 1000],
    ['bytes=-5', 995, 1000],
    ['bytes=-5000', 0, 1000],
    ['bytes=500-99999', 500, 1000],
    ['bytes=999-999', 999, 1000],
    ['Bytes=0-0', 0, 1],
  ])('%s is 206 with just that', async (range, start, end) => {
    const answer = await call(segment(), { range })
    expect(answer.statusCode).toBe(206)
    expect(answer.headers['content-range']).toBe(`bytes ${start}-${end - 1}/1000`)
    expect(answer.headers['content-length']).toBe(String(end - start))
    expect(answer.rawPayload.equals(SEGMENT.subarray(start, end))).toBe(true)
  })

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('%s is 416, with the size', async (range) => {
    const answer = await call(segment(), { range })
    expect(answer.statusCode).toBe(416)
    expect(answer.headers['content-range']).toBe('bytes */1000')
    expect(answer.body).toBe('')
  })

  it.each([
    'bytes=9-0',
    'bytes=-',
    'bytes=a-b',
    'items=0-1',
    'bytes=0-1,5-6',
    'bytes 0-1',
    '',
    `bytes=${'9'.repeat(40)}-`,
  ])('"%s" is ignored', async (range) => {
    const answer = await call(segment(), { range })
    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload.equals(SEGMENT)).toBe(true)
  })

  it('is sent only of the version that the client has the rest of', async () => {
    const etag = String((await call(segment())).headers['etag'])
    expect((await call(segment(), { range: 'bytes=0-9', 'if-range': etag })).statusCode).toBe(206)
    expect((await call(segment(), { range: 'bytes=0-9', 'if-range': '"other"' })).statusCode).toBe(200)
    expect((await call(segment(), { range: 'bytes=0-9', 'if-range': `W/${etag}` })).statusCode).toBe(200)
  })

  it('of the poster works too', async () => {
    expect(await call(`${base}/poster.jpg`, { range: 'bytes=0-2' })).toMatchObject({ statusCode: 206, body: 'pic' })
  })
})

describe('a file that the client has already', () => {
  it.each(['master.m3u8', 'poster.jpg', 'segment'])('is not sent again: %s', async (name) => {
    const path = name === 'segment' ? segment() : `${base}/${name}`
    const etag = String((await call(path)).headers['etag'])
    for (const known of [etag, `W/${etag}`, `"old", ${etag}`, '*']) {
      const answer = await call(path, { 'if-none-match': known })
      expect(answer.statusCode).toBe(304)
      expect(answer.body).toBe('')
      expect(answer.headers['etag']).toBe(etag)
    }
    expect((await call(path, { 'if-none-match': '"old"' })).statusCode).toBe(200)
  })
})

describe('HEAD', () => {
  it.each(['master.m3u8', 'poster.jpg', 'info', 'segment'])('says of %s what GET would', async (name) => {
    const path = name === 'segment' ? segment() : `${base}/${name}`
    const [head, whole] = [await call(path, {}, 'HEAD'), await call(path)]
    expect(head.statusCode).toBe(200)
    expect(head.body).toBe('')
    for (const header of ['content-type', 'content-length', 'etag', 'cache-control']) {
      expect(head.headers[header], header).toBe(whole.headers[header])
    }
  })

  it('says of a part what GET would', async () => {
    const head = await call(segment(), { range: 'bytes=0-9' }, 'HEAD')
    expect(head.statusCode).toBe(206)
    expect(head.headers).toMatchObject({ 'content-length': '10', 'content-range': 'bytes 0-9/1000' })
  })
})

describe('a token', () => {
  const paths = (play: string): readonly string[] => [
    `${play}/master.m3u8`,
    `${play}/poster.jpg`,
    `${play}/info`,
    `${play}/${source.id}/720p/seg-00001.m4s`,
  ]

  it('that is not the one for the asset is 403, whether the asset exists or not', async () => {
    const other = await publish({ title: 'Other' })
    const [, , token = ''] = base.split('/')
    const [, , otherToken = ''] = (await playBase(other.asset)).split('/')
    const invented = `ast_${'0'.repeat(26)}`
    const wrong = [otherToken, 'x', 'a.b', `${token}x`, token.slice(0, -1), token.toUpperCase(), `${token}%00`]
    for (const each of wrong) {
      for (const path of paths(`/play/${each}/${asset.id}`)) {
        const answer = await call(path)
        expect(answer.statusCode, path).toBe(403)
        expect(answer.json()).toMatchObject({ code: 'forbidden', reason: 'invalid' })
        expect(answer.headers['cache-control']).toBe('no-store')
        expect(answer.body).not.toContain('Holiday')
      }
    }
    for (const path of paths(`/play/${token}/${invented}`)) expect((await call(path)).statusCode).toBe(403)
  })

  it("does not open another asset's source", async () => {
    const other = await publish({ title: 'Other' })
    const path = `${base}/${other.source.id}/720p/seg-00001.m4s`
    expect((await call(path)).statusCode).toBe(404)
    // Also not after its owner has looked at it.
    expect((await call(`${await playBase(other.asset)}/${other.source.id}/720p/seg-00001.m4s`)).statusCode).toBe(200)
    expect((await call(path)).statusCode).toBe(404)
  })

  it('expires', async () => {
    const short = await playBase(asset)
    await clock.advance(TWELVE_HOURS_MS + 1_000)
    for (const path of paths(short)) {
      const answer = await call(path)
      expect(answer.statusCode).toBe(403)
      expect(answer.json()).toMatchObject({ reason: 'expired' })
    }
    base = await playBase(asset)
    expect((await call(segment())).statusCode).toBe(200)
  })

  it('ends with the asset', async () => {
    const gone = await publish({ title: 'Gone' })
    const play = await playBase(gone.asset)
    await app.services.library.delete(gone.asset.projectId, gone.asset.id)
    expect((await call(`${play}/master.m3u8`)).statusCode).toBe(404)
    expect((await call(`${play}/info`)).statusCode).toBe(404)
  })
})

describe('a name that is no file of a package', () => {
  it.each([
    '720p/seg-99999.m4s',
    '720p/..%2f..%2fposter.jpg',
    '..%2f720p/seg-00001.m4s',
    '720p/seg-00001.m4s%00',
    '720p/original',
    '720p/poster.jpg',
    '720P/seg-00001.m4s',
    `${'a'.repeat(60)}/seg-00001.m4s`,
  ])('is 404: %s', async (file) => {
    const answer = await call(`${base}/${source.id}/${file}`)
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).not.toContain('sources/')
  })

  it.each(['src_00000000000000000000000000', 'x', '..'])('is 404 of source %s', async (id) => {
    expect((await call(`${base}/${encodeURIComponent(id)}/720p/seg-00001.m4s`)).statusCode).toBe(404)
  })
})

describe('a reader who leaves', () => {
  /** Files of the package that this process holds open. */
  async function openFiles(): Promise<readonly string[]> {
    const names = await readdir('/proc/self/fd')
    const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
    return targets.filter((target) => target.endsWith('seg-00002.m4s'))
  }

  async function until(isMet: () => Promise<boolean>): Promise<void> {
    while (!(await isMet())) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  it.runIf(process.platform === 'linux')('frees the file, in the middle of it and after its head', async () => {
    await put(`${source.packagePrefix}720p/seg-00002.m4s`, Buffer.alloc(32 * 1024 * 1024))
    const path = `${base}/${source.id}/720p/seg-00002.m4s`
    const [response] = (await once(get(`${app.url}${path}`), 'response')) as [IncomingMessage]
    await once(response, 'readable')
    expect(await openFiles()).toHaveLength(1)
    response.destroy()
    await until(async () => (await openFiles()).length === 0)

    await call(path, {}, 'HEAD')
    await call(path, { range: 'bytes=0-9' })
    await call(path, { range: 'bytes=99999999-' })
    await call(path, { 'if-none-match': '*' })
    await until(async () => (await openFiles()).length === 0)
  })
})
