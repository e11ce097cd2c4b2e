import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Source } from '../../../src/core/library/asset.ts'
import { chooseTreatment } from '../../../src/core/transcoding/treatment.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import { aMediaInfo, anAsset, anUpload, aRendition, aSource } from '../../support/rows.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

let app: TestApp
let other: Readonly<{ source: Source; base: string }>

beforeAll(async () => {
  app = await startTestApp({
    register: async (server, services) => {
      await server.register(playbackRoutes, { services })
    },
  })
  other = await publish({ sprites: undefined, downloads: undefined })
})
afterAll(() => app.close())

const call = (path: string, headers: Record<string, string> = {}) => app.server.inject({ url: path, headers })

const PLAYLIST = [
  '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.004000,\nseg-00001.m4s\n#EXTINF:4.004000,\nseg-00002.m4s',
  '#EXTINF:2.002000,\nseg-00003.m4s\n#EXT-X-ENDLIST\n',
].join('\n')

/** An asset with two sizes, two sounds, small pictures on two sheets and a file to download. */
async function publish(own: Partial<Source> = {}, playlist = PLAYLIST) {
  const { work, blobs } = app.infrastructure
  const project = await work.read.projects.first()
  if (project === undefined) throw new Error('no project')
  const asset = anAsset(project.id, { title: 'Tea & "cake"' })
  const bare = aSource(asset, { media: aMediaInfo({ durationMs: 3500 }) })
  const folder = `sources/${bare.id}/`
  const size = { sheets: 2, columns: 2, rows: 1, widthPx: 160, heightPx: 90, intervalMs: 1000, count: 4 }
  const download = {
    name: '720p',
    file: '720p.mp4',
    key: `${folder}d/720p.mp4`,
    sizeBytes: 10,
    widthPx: 2,
    heightPx: 2,
  }
  const source: Source = {
    ...bare,
    treatment: chooseTreatment(anUpload(project.id).target),
    packagePrefix: `${folder}hls/`,
    sprites: { prefix: `${folder}s/`, ...size },
    downloads: [download],
    ...own,
  }
  const sound = (name: string, language: string, isDefault: boolean) =>
    aRendition(source, {
      name,
      playlist: `${name}/index.m3u8`,
      track: { language, label: `<${language}>`, isDefault, channels: 2 },
      widthPx: undefined,
      heightPx: undefined,
      frameRate: undefined,
      codecs: 'mp4a.40.2',
      bandwidth: 128_000,
    })
  const renditions = [
    aRendition(source, { codecs: 'avc1.64001f' }),
    aRendition(source, {
      name: '360p',
      playlist: '360p/index.m3u8',
      widthPx: 640,
      heightPx: 360,
      codecs: 'avc1.64001e',
    }),
    sound('audio', 'ko', true),
    sound('audio-2', 'en', false),
  ]
  await work.transaction(async (tx) => {
    await tx.assets.insert(asset)
    await tx.sources.insert(source)
    await tx.sources.setRenditions(source.id, renditions)
    await tx.assets.update(asset.id, { currentSourceId: source.id }, asset.createdAtMs)
  })
  const put = (key: string, body: string) =>
    blobs.put(key, Readable.from([Buffer.from(body)]), { signal: AbortSignal.timeout(30_000) })
  for (const rendition of renditions) await put(`${folder}hls/${rendition.playlist}`, playlist)
  await put(`${folder}s/sheet-1.jpg`, 'sheet')
  await put(`${folder}d/720p.mp4`, '0123456789')
  const paths = app.services.playback.paths(await app.services.library.find(asset.id))
  return { asset, source, base: `/play/${paths?.token}/${asset.id}` }
}

describe('the small pictures for the seek bar', () => {
  it('are found from their map on', async () => {
    const { base } = await publish()
    const info = (await call(`${base}/info`)).json()
    const map = await call(new URL(info.sprites).pathname)
    expect(map.headers['content-type']).toBe('text/vtt; charset=utf-8')
    const cues = map.body.split('\n\n').slice(1)
    expect(cues).toHaveLength(4)
    const [times, address = ''] = cues[1]?.split('\n') ?? []
    expect(times).toBe('00:00:01.000 --> 00:00:02.000')
    const sheet = new URL(address, `http://x${base}/sprites.vtt`)
    expect(sheet.hash).toBe('#xywh=160,0,160,90')
    const picture = await call(sheet.pathname)
    expect(picture).toMatchObject({ statusCode: 200, body: 'sheet' })
    expect(picture.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': expect.stringMatching('immutable'),
    })
    const board = (await call(`${base}/storyboard.json`)).json()
    expect(board).toMatchObject({ durationMs: 3500, widthPx: 160, heightPx: 90 })
    expect(board.tiles[1]).toEqual({ startMs: 1000, url: `${app.url}${sheet.pathname}`, x: 160, y: 0 })
  })

  it('are nothing to whom another token was given, and not there where none were made', async () => {
    const { source, base } = await publish()
    const [, , token] = other.base.split('/')
    const foreign = base.replace(/^\/play\/[^/]+/, `/play/${token}`)
    expect((await call(`${foreign}/sprites.vtt`)).statusCode).toBe(403)
    expect((await call(`${foreign}/${source.id}/sprites/sheet-1.jpg`)).statusCode).toBe(403)
    expect((await call(`${other.base}/${source.id}/sprites/sheet-1.jpg`)).statusCode).toBe(404)
    expect((await call(`${other.base}/sprites.vtt`)).statusCode).toBe(404)
    expect((await call(`${other.base}/storyboard.json`)).statusCode).toBe(404)
  })
})

describe('a file to download', () => {
  it('is sent whole or in part, to be saved under the name of the asset', async () => {
    const { source, base } = await publish()
    const path = `${base}/${source.id}/downloads/720p.mp4`
    const whole = await call(path)
    expect(whole).toMatchObject({ statusCode: 200, body: '0123456789' })
    expect(whole.headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-disposition': "attachment; filename*=UTF-8''Tea%20%26%20%22cake%22%20720p.mp4",
    })
    const part = await call(path, { range: 'bytes=2-4' })
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10'])
  })

  it('is nothing to others, and not there unless it was made', async () => {
    const { asset, source, base } = await publish()
    const [, , token] = other.base.split('/')
    const path = `${base}/${source.id}/downloads/720p.mp4`
    expect((await call(path.replace(/^\/play\/[^/]+/, `/play/${token}`))).statusCode).toBe(403)
    expect((await call(`${base}/${source.id}/downloads/360p.mp4`)).statusCode).toBe(404)
    expect((await call(`${base}/${source.id}/downloads/..%2fx.mp4`)).statusCode).toBe(400)
    expect((await call(`${other.base}/${other.source.id}/downloads/720p.mp4`)).statusCode).toBe(404)
    await app.services.library.update(asset.projectId, asset.id, { isEnabled: false })
    expect((await call(path)).statusCode).toBe(404)
  })
})

describe('the DASH manifest', () => {
  it('names what the playlists name', async () => {
    const { source, base } = await publish()
    const answer = await call(`${base}/manifest.mpd`)
    expect(answer.headers['content-type']).toBe('application/dash+xml')
    const { body } = answer
    expect(body.match(/<AdaptationSet /g)).toHaveLength(3)
    expect(body).toContain('mediaPresentationDuration="PT10.010S"')
    const picture = '<Representation id="720p" codecs="avc1.64001f" bandwidth="3000000" width="1280" height="720"'
    expect(body).toContain(`${picture} sar="1:1" frameRate="30000/1001">`)
    expect(body).toContain(`initialization="${source.id}/360p/init.mp4" media="${source.id}/360p/seg-$Number%05d$.m4s"`)
    expect(body.match(/<SegmentTimeline>.*/g)?.[0]).toBe(
      '<SegmentTimeline><S d="4004000" r="1"/><S d="2002000"/></SegmentTimeline>',
    )
    expect(body).toMatch(/lang="ko">\n<Label>&lt;ko&gt;<\/Label>\n<Role .*value="main"\/>/)
    expect(body).toMatch(/lang="en">\n<Label>&lt;en&gt;<\/Label>\n<Role .*value="alternate"\/>/)
  })

  it('lists the segments of a film that was encoded in pieces', async () => {
    const pieces = PLAYLIST.replaceAll(/(init|seg-\d+)/g, '$1-7')
    const { source, base } = await publish({}, pieces)
    const { body } = await call(`${base}/manifest.mpd`)
    expect(body).not.toContain('SegmentTemplate')
    expect(body).toContain(`<Initialization sourceURL="${source.id}/720p/init-7.mp4"/>`)
    expect(body).toContain(`<SegmentURL media="${source.id}/720p/seg-00003-7.m4s"/>`)
    // dash.js 5.2.1 pairs addresses with entries and not with segments.
    expect(body.match(/<SegmentTimeline>.*/g)?.[0]).toBe(
      '<SegmentTimeline><S d="4004000"/><S d="4004000"/><S d="2002000"/></SegmentTimeline>',
    )
    // The live profile knows no lists.
    expect(body).toContain('profiles="urn:mpeg:dash:profile:isoff-main:2011"')
  })

  it('is not there for what is encrypted or passed through', async () => {
    const { treatment } = other.source
    if (treatment === undefined) throw new Error('no treatment')
    const encrypted = await publish({ treatment: { ...treatment, encryption: { segmentsPerKey: undefined } } })
    const original = await publish({ treatment: { ...treatment, delivery: 'passthrough' } })
    for (const { base } of [encrypted, original]) {
      expect((await call(`${base}/manifest.mpd`)).statusCode).toBe(404)
      expect((await call(`${base}/info`)).json().dash).toBeNull()
    }
  })
})
