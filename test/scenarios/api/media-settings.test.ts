import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseTreatment } from '../../../src/core/transcoding/treatment.ts'
import { apiV1 } from '../../../src/http/api/index.ts'
import { openApi } from '../../../src/http/openapi.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import { QUARTERS, quarters, seen } from '../../support/media/pictures.ts'
import { aMediaInfo, anAsset, anUpload, aRendition, aSource } from '../../support/rows.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const SRT = '1\n00:00:01,000 --> 00:00:02,000\nHello & goodbye\n'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp({
    register: async (server, services) => {
      await server.register(openApi)
      await server.register(apiV1, { services, prefix: '/v1' })
      await server.register(playbackRoutes, { services })
    },
  })
})
afterAll(() => app.close())

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

async function call(method: Method, path: string, body?: unknown) {
  const isBytes = Buffer.isBuffer(body)
  const type = isBytes ? 'application/octet-stream' : 'application/json'
  const answer = await app.server.inject({
    method,
    url: path,
    headers: {
      authorization: `Bearer ${app.keys.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { payload: isBytes ? body : JSON.stringify(body) }),
  })
  return { status: answer.statusCode, json: answer.body.startsWith('{') ? answer.json() : undefined, text: answer.body }
}

describe('profiles', () => {
  it('are the built-in ones until the project puts its own in their place, and again after it takes them away', async () => {
    const standard = (await call('GET', '/v1/profiles/standard')).json
    expect(standard).toMatchObject({ key: 'standard', isBuiltIn: true, settings: { delivery: 'adaptive' } })
    const settings = { ...standard.settings, segmentDurationMs: 2_000 }
    const put = await call('PUT', '/v1/profiles/standard', { name: 'Mine', settings })
    expect([put.status, put.json.isBuiltIn]).toEqual([200, false])
    expect((await call('GET', '/v1/profiles/standard')).json).toEqual(put.json)
    expect((await call('DELETE', '/v1/profiles/standard')).status).toBe(204)
    expect((await call('GET', '/v1/profiles/standard')).json).toEqual(standard)
    expect((await call('DELETE', '/v1/profiles/standard')).status).toBe(404)
  })

  it('are listed by key', async () => {
    const { settings } = (await call('GET', '/v1/profiles/mobile')).json
    await call('PUT', '/v1/profiles/lectures', { name: 'Lectures', settings })
    const { items } = (await call('GET', '/v1/profiles')).json
    const keys = items.map(({ key }: { key: string }) => key)
    expect(keys).toEqual(keys.toSorted())
    expect(keys).toEqual(expect.arrayContaining(['audio', 'lectures', 'passthrough', 'standard']))
  })

  it('that could not be followed are refused, and the setting is named', async () => {
    const { settings } = (await call('GET', '/v1/profiles/standard')).json
    const odd = { ...settings, video: { ...settings.video, steps: [{ shorterSidePx: 241 }] } }
    const answer = await call('PUT', '/v1/profiles/odd', { name: 'Odd', settings: odd })
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'invalid_argument', setting: 'video.steps.shorterSidePx' },
    })
    expect((await call('PUT', '/v1/profiles/a%2Fb', { name: 'x', settings })).status).toBe(400)
    expect((await call('PUT', '/v1/profiles/x', { name: 'x', settings: { ...settings, video: {} } })).status).toBe(400)
    expect((await call('GET', '/v1/profiles/constructor')).status).toBe(404)
  })

  it('are nobody else’s business', async () => {
    expect((await app.server.inject({ url: '/v1/profiles' })).statusCode).toBe(401)
  })
})

describe('workflows', () => {
  it('keep a watermark whose picture exists', async () => {
    const added = await call('POST', '/v1/images', PNG)
    expect(added).toMatchObject({ status: 201, json: { contentType: 'image/png', sizeBytes: PNG.length } })
    const { settings } = (await call('GET', '/v1/workflows/standard')).json
    const place = { position: 'top-right', opacity: 0.5, marginPercent: 2, widthPercent: 10 }
    const watermark = { kind: 'image', imageId: added.json.id, ...place }
    const put = await call('PUT', '/v1/workflows/branded', { name: 'Branded', settings: { ...settings, watermark } })
    expect(put).toMatchObject({ status: 200, json: { settings: { watermark } } })
    expect((await call('GET', '/v1/images')).json.items).toHaveLength(1)
    expect((await call('DELETE', `/v1/images/${added.json.id}`)).status).toBe(204)
    const again = await call('PUT', '/v1/workflows/branded', { name: 'Branded', settings: { ...settings, watermark } })
    expect(again).toMatchObject({ status: 400, json: { setting: 'watermark.imageId' } })
  })

  it('name a profile that exists', async () => {
    const { settings } = (await call('GET', '/v1/workflows/standard')).json
    const put = (profileKey: string) =>
      call('PUT', '/v1/workflows/mine', { name: 'x', settings: { ...settings, profileKey } })
    expect((await put('nothing')).json).toMatchObject({ setting: 'profileKey' })
    expect((await put('mobile')).status).toBe(200)
  })

  it('take no picture that is none', async () => {
    for (const bytes of [Buffer.from('hello'), Buffer.alloc(0), Buffer.from('GIF89a')]) {
      expect((await call('POST', '/v1/images', bytes)).status).toBe(400)
    }
    expect([400, 413]).toContain((await call('POST', '/v1/images', Buffer.alloc(600 * 1024))).status)
  })
})

describe('subtitles', () => {
  /** A ready asset. */
  async function publish(): Promise<string> {
    const { work } = app.infrastructure
    const project = await work.read.projects.first()
    if (project === undefined) throw new Error('no project')
    const asset = anAsset(project.id)
    const source = { ...aSource(asset, { media: aMediaInfo() }), packagePrefix: 'x/' }
    await work.transaction(async (tx) => {
      await tx.assets.insert(asset)
      await tx.sources.insert(source)
      await tx.sources.setRenditions(source.id, [aRendition(source)])
      await tx.assets.update(asset.id, { currentSourceId: source.id }, asset.createdAtMs)
    })
    return asset.id
  }
  const base = async (id: string) => {
    const { playback } = (await call('GET', `/v1/assets/${id}`)).json
    return new URL(playback.hls).pathname.replace('/master.m3u8', '')
  }

  it('are added, listed, shown to viewers from the master playlist on, and removed', async () => {
    const id = await publish()
    const added = await call(
      'POST',
      `/v1/assets/${id}/subtitles?language=pt-BR&label=Brasil&default=true`,
      Buffer.from(SRT),
    )
    expect(added).toMatchObject({ status: 201, json: { language: 'pt-BR', label: 'Brasil', isDefault: true } })
    expect((await call('GET', `/v1/assets/${id}/subtitles`)).json.items).toEqual([added.json])
    const play = await base(id)
    const master = (await app.server.inject({ url: `${play}/master.m3u8` })).body
    expect(master).toContain(
      'TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Brasil",LANGUAGE="pt-BR",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO',
    )
    expect(master).toMatch(/#EXT-X-STREAM-INF:.*SUBTITLES="subtitles"/)
    const [, uri = ''] = /TYPE=SUBTITLES.*URI="([^"]+)"/.exec(master) ?? []
    const playlist = (await app.server.inject({ url: `${play}/${uri}` })).body
    expect(playlist).toContain('#EXTINF:10.010,')
    const text = await app.server.inject({ url: `${play}/subtitles/${added.json.id}.vtt` })
    expect(text.headers['content-type']).toBe('text/vtt; charset=utf-8')
    const cue = '\n\n00:00:01.000 --> 00:00:02.000\nHello &amp; goodbye\n'
    expect(text.body).toBe(`WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000${cue}`)
    expect((await call('GET', `/v1/assets/${id}/subtitles/${added.json.id}`)).text).toBe(`WEBVTT${cue}`)
    const info = await app.server.inject({ url: `${play}/info` })
    expect(info.json().subtitles).toEqual([
      {
        label: 'Brasil',
        language: 'pt-BR',
        kind: 'subtitles',
        isDefault: true,
        url: `${app.url}${play}/subtitles/${added.json.id}.vtt`,
      },
    ])
    expect((await call('DELETE', `/v1/assets/${id}/subtitles/${added.json.id}`)).status).toBe(204)
    expect((await app.server.inject({ url: `${play}/${uri}` })).statusCode).toBe(404)
    expect((await app.server.inject({ url: `${play}/master.m3u8` })).body).not.toContain('SUBTITLES')
  })

  it('have one default and labels of their own', async () => {
    const id = await publish()
    const add = (query: string) => call('POST', `/v1/assets/${id}/subtitles?${query}`, Buffer.from(SRT))
    await add('language=en&default=true')
    await add('language=ko&default=true')
    expect(await add('language=ko')).toMatchObject({ status: 409 })
    const { items } = (await call('GET', `/v1/assets/${id}/subtitles`)).json
    const defaults = items.map(({ language, isDefault }: { language: string; isDefault: boolean }) => [
      language,
      isDefault,
    ])
    expect(defaults).toEqual([
      ['en', false],
      ['ko', true],
    ])
  })

  it('that are none, of no language or of no asset are refused', async () => {
    const id = await publish()
    const add = (query: string, text: string) => call('POST', `/v1/assets/${id}/subtitles?${query}`, Buffer.from(text))
    expect((await add('language=en', '%PDF-1.7')).status).toBe(400)
    expect((await add('language=../x', SRT)).status).toBe(400)
    expect((await add('', SRT)).status).toBe(400)
    const nowhere = await call(
      'POST',
      '/v1/assets/ast_00000000000000000000000000/subtitles?language=en',
      Buffer.from(SRT),
    )
    expect(nowhere.status).toBe(404)
  })

  it("of one asset are not reached with another one's token", async () => {
    const [one, other] = [await publish(), await publish()]
    const added = await call('POST', `/v1/assets/${one}/subtitles?language=en`, Buffer.from(SRT))
    const wrong = await app.server.inject({ url: `${await base(other)}/subtitles/${added.json.id}.vtt` })
    expect(wrong.statusCode).toBe(404)
  })
})

describe('posters', () => {
  const readyAsset = async () => {
    const { work } = app.infrastructure
    const project = await work.read.projects.first()
    if (project === undefined) throw new Error('no project')
    const asset = anAsset(project.id)
    const treatment = chooseTreatment(anUpload(project.id).target)
    const source = { ...aSource(asset, { media: aMediaInfo(), treatment }), packagePrefix: 'x/' }
    await work.transaction(async (tx) => {
      await tx.assets.insert(asset)
      await tx.sources.insert(source)
      await tx.sources.setRenditions(source.id, [aRendition(source)])
      await tx.assets.update(asset.id, { currentSourceId: source.id }, asset.createdAtMs)
    })
    return { asset, source }
  }
  const seenAt = async (path: string): Promise<string> => {
    const { rawPayload, statusCode } = await app.server.inject({ url: path })
    return statusCode === 200 ? seen(rawPayload, ...QUARTERS) : String(statusCode)
  }
  const posterOf = async (assetId: string): Promise<string> => {
    const { playback } = (await call('GET', `/v1/assets/${assetId}`)).json
    return new URL(playback.poster).pathname
  }

  it('are set, and shown in any size, never larger than they are', async () => {
    const { asset } = await readyAsset()
    expect((await call('PUT', `/v1/assets/${asset.id}/poster`, await quarters(640, 360, 'webp'))).status).toBe(204)
    const poster = await posterOf(asset.id)
    expect(await seenAt(poster)).toBe('webp 640x360 red green blue yellow')
    expect(await seenAt(`${poster}?width=320`)).toBe('jpeg 320x180 red green blue yellow')
    expect(await seenAt(`${poster}?height=90&quality=50`)).toBe('jpeg 160x90 red green blue yellow')
    expect(await seenAt(`${poster}?width=100&height=100&fit=cover`)).toBe('jpeg 100x100 red green blue yellow')
    expect(await seenAt(`${poster}?width=100&height=100&fit=pad&background=00ff00`)).toMatch(/^jpeg 100x100 /)
    expect(await seenAt(`${poster}?width=50&height=200&fit=fill`)).toBe('jpeg 50x200 red green blue yellow')
    expect(await seenAt(`${poster}?width=4096`)).toBe('jpeg 640x360 red green blue yellow')
    for (const query of ['width=0', 'width=4097', 'width=wide', 'fit=tight&width=9', 'width=9&background=red']) {
      expect(await seenAt(`${poster}?${query}`)).toBe('400')
    }
  })

  it('are not sent again to who has them, nor made for the question', async () => {
    const { asset } = await readyAsset()
    await call('PUT', `/v1/assets/${asset.id}/poster`, await quarters(64, 36))
    const url = `${await posterOf(asset.id)}?width=32`
    const { headers } = await app.server.inject({ url })
    expect(headers['cache-control']).toBe('public, max-age=10')
    const again = await app.server.inject({ url, headers: { 'if-none-match': String(headers.etag) } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    await call('PUT', `/v1/assets/${asset.id}/poster`, await quarters(36, 64))
    const other = await app.server.inject({ url, headers: { 'if-none-match': String(headers.etag) } })
    expect(await seen(other.rawPayload)).toBe('jpeg 32x57')
  })

  it('are taken from a moment of the film, by a worker', async () => {
    const { asset, source } = await readyAsset()
    const take = (body: unknown, id: string = asset.id) => call('POST', `/v1/assets/${id}/poster`, body)
    const answer = await take({ atMs: 5_000 })
    expect([answer.status, answer.json.id]).toEqual([202, asset.id])
    const found = await app.infrastructure.work.read.sources.get(source.id)
    expect(found?.treatment?.poster).toEqual({ atMs: 5_000, isMade: false })
    expect((await call('GET', `/v1/assets/${asset.id}/jobs`)).json.items).toMatchObject([
      { kind: 'poster', state: 'queued' },
    ])
    for (const body of [{}, { atMs: -1 }, { atMs: 1.5 }, { atMs: 1, more: 1 }])
      expect((await take(body)).status).toBe(400)
    expect((await take({ atMs: 1 }, 'ast_none')).status).toBe(404)
  })

  it('have to be pictures, of assets with a file', async () => {
    const { asset } = await readyAsset()
    expect((await call('PUT', `/v1/assets/${asset.id}/poster`, Buffer.from('no picture'))).status).toBe(415)
    expect((await call('PUT', `/v1/assets/${asset.id}/poster`, Buffer.alloc(11 * 1024 * 1024))).status).toBe(413)
    expect((await call('PUT', '/v1/assets/ast_none/poster', PNG)).status).toBe(404)
    const { work } = app.infrastructure
    const bare = anAsset(asset.projectId)
    await work.read.assets.insert(bare)
    expect((await call('PUT', `/v1/assets/${bare.id}/poster`, PNG)).status).toBe(409)
    expect((await call('POST', `/v1/assets/${bare.id}/poster`, { atMs: 1 })).json).toMatchObject({ reason: 'no_file' })
  })
})
