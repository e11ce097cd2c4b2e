import type { AssetId } from '../../../src/core/ids.ts'
import type { Source } from '../../../src/core/library/asset.ts'
import { cloudvDialect } from '../../../src/http/dialects/cloudv/index.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { aMediaInfo, aRendition, aSource } from '../../support/rows.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'
import { ACCESS_KEY, BUCKET, exchange, SECRET_KEY, ws3Headers } from './cloudv-app.ts'

export type ApiAnswer<Data = Record<string, unknown>> = Readonly<{ code: number; message: string; data: Data }>

export type CmsApp = TestApp &
  Readonly<{
    /** A signed call of the API host with these parameters as JSON, its answer as it came. */
    call<Data = Record<string, unknown>>(
      path: string,
      parameters?: Readonly<Record<string, unknown>>,
    ): Promise<ApiAnswer<Data>>
    /** The `data` of a call that has to work. */
    ask<Data = Record<string, unknown>>(path: string, parameters?: Readonly<Record<string, unknown>>): Promise<Data>
    /** The asset that clients call `videoId`. */
    assetOf(videoId: string): Promise<AssetId>
    /** What the workers would do: the asset has a source that plays, in 360p and 720p. */
    makeReady(assetId: AssetId, own?: Partial<Source>): Promise<Source>
  }>

/** The real server with the dialect and what its addresses lead to. The caller awaits `close`. */
export async function startCmsApp(
  options: Readonly<{ clock?: ManualClock; pullAllow?: string; webhookAllow?: string }> = {},
): Promise<CmsApp> {
  const app = await startTestApp({
    register: async (server, services) => {
      await server.register(cloudvDialect, { services })
      await server.register(playbackRoutes, { services })
    },
    bootstrap: { cloudv: { accessKey: ACCESS_KEY, secretKey: SECRET_KEY, bucket: BUCKET } },
    limits: { headroomBytes: 0 },
    ...options,
  })
  const { work } = app.infrastructure

  const call: CmsApp['call'] = async <Data>(path: string, parameters: Readonly<Record<string, unknown>> = {}) => {
    const body = JSON.stringify(parameters)
    const timestamp = Math.floor(app.services.clock.now() / 1000)
    const answer = await exchange(app.url, path, { headers: ws3Headers(app.url, { path, body, timestamp }), body })
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${answer.body}`)
    return JSON.parse(answer.body) as ApiAnswer<Data>
  }

  const ask: CmsApp['ask'] = async <Data>(path: string, parameters?: Readonly<Record<string, unknown>>) => {
    const answer = await call<Data>(path, parameters)
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.message}`)
    return answer.data
  }

  const assetOf = async (videoId: string): Promise<AssetId> => {
    const entry = await work.read.externalKeys.find('cloudv.video_id', videoId)
    if (entry === undefined) throw new Error(`there is no video ${videoId}`)
    return entry.subjectId as AssetId
  }

  const makeReady = async (assetId: AssetId, own: Partial<Source> = {}): Promise<Source> => {
    const asset = await work.read.assets.find(assetId)
    if (asset === undefined) throw new Error(`there is no asset ${assetId}`)
    const [existing] = await work.read.sources.listForAsset(assetId)
    const source = existing ?? aSource(asset, own)
    const nowMs = app.services.clock.now()
    await work.transaction(async (tx) => {
      if (existing === undefined) await tx.sources.insert(source)
      const packagePrefix = `sources/${source.id}/hls/`
      await tx.sources.update(source.id, { media: aMediaInfo(), packagePrefix, readyAtMs: nowMs, posterKey: 'poster' })
      const small = aRendition(source, {
        name: '360p',
        playlist: '360p/index.m3u8',
        widthPx: 640,
        heightPx: 360,
        bandwidth: 800_000,
      })
      await tx.sources.setRenditions(source.id, [aRendition(source), small])
      await tx.assets.update(assetId, { currentSourceId: source.id }, nowMs)
    })
    return source
  }

  return { ...app, call, ask, assetOf, makeReady }
}

/** As the vendor's clients write a list into a parameter. */
export function listParameter(list: unknown): string {
  return Buffer.from(JSON.stringify(list)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
