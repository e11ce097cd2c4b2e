import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Asset, Rendition, Source } from '../../../src/core/library/asset.ts'
import { chooseTreatment, type Treatment } from '../../../src/core/transcoding/treatment.ts'
import { openApi } from '../../../src/http/openapi.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { aMediaInfo, anAsset, anUpload, aRendition, aSource } from '../../support/rows.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

const ORIGINAL = Buffer.from('0123456789'.repeat(100))
const KEYS = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]

let app: TestApp

beforeAll(async () => {
  app = await startTestApp({
    clock: new ManualClock(),
    register: async (server, services) => {
      await server.register(openApi)
      await server.register(playbackRoutes, { services })
    },
  })
})
afterAll(() => app.close())

const call = (path: string, headers: Record<string, string> = {}) =>
  app.server.inject({ method: 'GET', url: path, headers })

type Published = Readonly<{ asset: Asset; source: Source; base: string }>

/** A ready asset with its original in the store. */
async function publish(
  treatment: Treatment | undefined,
  own: Readonly<{ source?: Partial<Source>; renditions?: readonly Partial<Rendition>[] }> = {},
): Promise<Published> {
  const { work, blobs } = app.infrastructure
  const project = await work.read.projects.first()
  if (project === undefined) throw new Error('no project')
  const asset = anAsset(project.id)
  const bare = aSource(asset, { media: aMediaInfo({ contentType: 'video/quicktime' }), treatment, ...own.source })
  const source = { ...bare, packagePrefix: `sources/${bare.id}/hls/` }
  await work.transaction(async (tx) => {
    await tx.assets.insert(asset)
    await tx.sources.insert(source)
    const renditions = (own.renditions ?? [{}]).map((one) => aRendition(source, one))
    await tx.sources.setRenditions(source.id, renditions)
    await tx.sources.setContentKeys(source.id, treatment?.encryption === undefined ? [] : KEYS)
    await tx.assets.update(asset.id, { currentSourceId: source.id }, asset.createdAtMs)
  })
  await blobs.put(source.blobKey, Readable.from([ORIGINAL]), { signal: AbortSignal.timeout(5_000) })
  const paths = app.services.playback.paths(await app.services.library.find(asset.id))
  return { asset, source, base: `/play/${paths?.token}/${asset.id}` }
}

const treatment = (own: Partial<Parameters<typeof chooseTreatment>[0]>) =>
  chooseTreatment({ ...anUpload('prj_none' as never).target, ...own })

describe('an asset that is passed through', () => {
  it('is the original file, under its own type and name', async () => {
    const { base } = await publish(treatment({ passthrough: true }), { source: { fileName: "Ferien (am) 'Meer'.mov" } })
    const answer = await call(`${base}/original`)
    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload.equals(ORIGINAL)).toBe(true)
    expect(answer.headers).toMatchObject({
      'content-type': 'video/quicktime',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      'content-disposition': "inline; filename*=UTF-8''Ferien%20%28am%29%20%27Meer%27.mov",
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    })
  })

  it('is sent in parts to who asks for them', async () => {
    const { base } = await publish(treatment({ passthrough: true }))
    const answer = await call(`${base}/original`, { range: 'bytes=990-' })
    expect(answer.statusCode).toBe(206)
    expect(answer.body).toBe('0123456789')
    expect(answer.headers['content-range']).toBe('bytes 990-999/1000')
  })

  it('has no playlist, and says what it has', async () => {
    const { base } = await publish(treatment({ passthrough: true }))
    expect((await call(`${base}/master.m3u8`)).statusCode).toBe(404)
    expect((await call(`${base}/info`)).json()).toMatchObject({
      state: 'ready',
      hls: null,
      original: `${app.url}${base}/original`,
      contentType: 'video/quicktime',
    })
  })

  it('is nothing to whom another token was given', async () => {
    const [one, other] = [
      await publish(treatment({ passthrough: true })),
      await publish(treatment({ passthrough: true })),
    ]
    const [, , token] = other.base.split('/')
    expect((await call(`/play/${token}/${one.asset.id}/original`)).statusCode).toBe(403)
  })
})

describe('the original of any other asset', () => {
  it.each([
    ['an encoded one', treatment({})],
    ['one of an older version', undefined],
  ])('is not given to viewers: %s', async (_, own) => {
    const { base } = await publish(own)
    expect((await call(`${base}/original`)).statusCode).toBe(404)
  })

  it('is not given to viewers when it was to be encrypted as well', async () => {
    const { base } = await publish(treatment({ passthrough: true, encrypt: true }))
    expect((await call(`${base}/original`)).statusCode).toBe(404)
    expect((await call(`${base}/master.m3u8`)).statusCode).toBe(200)
  })
})

describe('the keys of an encrypted package', () => {
  it('are given, each by itself, to who has the playback token, and kept by nobody', async () => {
    const { base, source } = await publish(treatment({ encrypt: true }))
    for (const [i, key] of KEYS.entries()) {
      const answer = await call(`${base}/${source.id}/keys/${i}`)
      expect(answer.statusCode).toBe(200)
      expect(answer.rawPayload.equals(key)).toBe(true)
      expect(answer.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'cache-control': 'no-store',
        'access-control-allow-origin': '*',
      })
    }
  })

  it('are refused without the token of just that asset', async () => {
    const one = await publish(treatment({ encrypt: true }))
    const other = await publish(treatment({ encrypt: true }))
    const [, , token] = other.base.split('/')
    expect((await call(`/play/${token}/${one.asset.id}/${one.source.id}/keys/0`)).statusCode).toBe(403)
    expect((await call(`/play/x/${one.asset.id}/${one.source.id}/keys/0`)).statusCode).toBe(403)
    // A good token, and somebody else's source behind it.
    expect((await call(`${other.base}/${one.source.id}/keys/0`)).statusCode).toBe(404)
  })

  it.each(['2', '-1', '1.5', 'x', '99999999'])('are only those that there are, not %s', async (index) => {
    const { base, source } = await publish(treatment({ encrypt: true }))
    expect([400, 404]).toContain((await call(`${base}/${source.id}/keys/${index}`)).statusCode)
  })

  it('of a clear package do not exist', async () => {
    const { base, source } = await publish(treatment({}))
    expect((await call(`${base}/${source.id}/keys/0`)).statusCode).toBe(404)
  })
})

describe('the master playlist', () => {
  const sound = { widthPx: undefined, heightPx: undefined, frameRate: undefined, codecs: 'mp4a.40.2' }
  const track = { isDefault: true, channels: 2 }

  it('joins pictures with the sounds to choose from', async () => {
    const renditions = [
      { name: '720p', playlist: '720p/index.m3u8', codecs: 'avc1.64001f', bandwidth: 1_000, averageBandwidth: 900 },
      {
        ...sound,
        ...{ name: 'audio', playlist: 'audio/index.m3u8', bandwidth: 100, averageBandwidth: 90 },
        track: { ...track, label: 'ko', language: 'ko' },
      },
      {
        ...sound,
        ...{ name: 'audio-2', playlist: 'audio-2/index.m3u8', bandwidth: 120, averageBandwidth: 80 },
        track: { ...track, label: 'The "director"', language: undefined, isDefault: false },
      },
    ]
    const { base, source } = await publish(treatment({}), { renditions })
    expect((await call(`${base}/master.m3u8`)).body.trim().split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="ko",LANGUAGE="ko",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="${source.id}/audio/index.m3u8"`,
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="The  director ",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="${source.id}/audio-2/index.m3u8"`,
      '#EXT-X-STREAM-INF:BANDWIDTH=1120,AVERAGE-BANDWIDTH=990,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"',
      `${source.id}/720p/index.m3u8`,
    ])
  })
})
