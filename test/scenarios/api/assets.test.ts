import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssetId, UploadId } from '../../../src/core/ids.ts'
import type { Asset } from '../../../src/core/library/asset.ts'
import type { AssetDocument } from '../../../src/http/api/assets/asset-schema.ts'
import { aMediaInfo, anAsset, aRendition, aSource } from '../../support/rows.ts'
import { type ApiApp, someBytes, startApiApp } from './api-app.ts'

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

const get = (path: string, key = app.keys.apiKey) => app.call('GET', path, { key })

async function uploaded(fileName = 'clip.mp4', key = app.keys.apiKey): Promise<string> {
  const issued = await app.issue({ fileName }, key)
  await app.call('PUT', issued.urls.put, { body: someBytes(10) })
  return issued.asset.id
}

/** An asset as the workers leave it behind. */
async function processed(own: Readonly<{ media?: Parameters<typeof aMediaInfo>[0]; hasPoster?: boolean }> = {}) {
  const { work } = app.infrastructure
  const project = await work.read.projects.first()
  if (project === undefined) throw new Error('no project')
  const asset: Asset = anAsset(project.id, { title: 'Holiday' })
  const source = aSource(asset, {
    media: aMediaInfo(own.media),
    packagePrefix: 'sources/x/hls/',
    posterKey: own.hasPoster === false ? undefined : 'sources/x/poster.jpg',
    readyAtMs: asset.createdAtMs,
  })
  await work.transaction(async (tx) => {
    await tx.assets.insert(asset)
    await tx.sources.insert(source)
    await tx.sources.setRenditions(source.id, [
      aRendition(source, { name: '720p' }),
      aRendition(source, { name: 'audio', widthPx: undefined, heightPx: undefined, frameRate: undefined }),
    ])
    await tx.assets.update(asset.id, { currentSourceId: source.id }, asset.createdAtMs)
  })
  return { asset, source }
}

describe('an asset', () => {
  it('waits for its file, is then processed, and says so', async () => {
    const issued = await app.issue({ title: 'My title', fileName: 'clip.mp4' })
    const waiting = await get(`/v1/assets/${issued.asset.id}`)
    expect(waiting.status).toBe(200)
    expect(waiting.json).toEqual({
      id: issued.asset.id,
      title: 'My title',
      state: 'waiting',
      stage: 'waiting',
      progress: 0,
      failure: null,
      isPlayable: false,
      durationMs: null,
      createdAt: expect.stringMatching(/Z$/),
      description: '',
      tags: [],
      enabled: true,
      metadata: {},
      source: null,
      treatment: null,
      renditions: [],
      audioTracks: [],
      playback: null,
    })
    const part = { body: someBytes(10), headers: { 'content-range': 'bytes 0-9/20' } }
    await app.call('PUT', issued.urls.put, part)
    expect((await get(`/v1/assets/${issued.asset.id}`)).json).toMatchObject({ state: 'uploading', stage: 'uploading' })
    await app.call('PUT', issued.urls.put, { body: someBytes(20) })
    expect((await get(`/v1/assets/${issued.asset.id}`)).json).toMatchObject({ state: 'processing', playback: null })
  })

  it('that is ready tells what it is made of and where it plays', async () => {
    const { asset } = await processed()
    const { json } = await get(`/v1/assets/${asset.id}`)
    const base = `${app.url}/play/[0-9a-z]+\\.[\\w-]{22}/${asset.id}`
    const token = `[0-9a-z]+\\.[\\w-]{22}`
    expect(json).toEqual({
      id: asset.id,
      title: 'Holiday',
      state: 'ready',
      stage: 'ready',
      progress: 1,
      failure: null,
      isPlayable: true,
      durationMs: 10_010,
      createdAt: '2030-01-01T00:00:00.000Z',
      description: '',
      tags: [],
      enabled: true,
      metadata: {},
      source: {
        fileName: 'holiday.mp4',
        sizeBytes: 1_000,
        container: 'mov,mp4,m4a,3gp,3g2,mj2',
        contentType: 'video/mp4',
        video: { codec: 'h264', width: 640, height: 360, frameRate: 30 },
        audio: { codec: 'aac', channels: 2 },
      },
      treatment: null,
      renditions: [
        {
          name: '720p',
          width: 1280,
          height: 720,
          frameRate: 30_000 / 1_001,
          codecs: 'avc1.64001f,mp4a.40.2',
          bandwidth: 3_000_000,
          averageBandwidth: 2_500_000,
          sizeBytes: 3_000_000_000,
          durationMs: 10_010,
        },
        expect.objectContaining({ name: 'audio', width: null, height: null, frameRate: null }),
      ],
      audioTracks: [],
      playback: {
        hls: expect.stringMatching(new RegExp(`^${base}/master\\.m3u8$`)),
        dash: expect.stringMatching(new RegExp(`^${base}/manifest\\.mpd$`)),
        original: null,
        sprites: null,
        storyboard: null,
        downloads: [],
        poster: expect.stringMatching(new RegExp(`^${base}/poster\\.jpg$`)),
        page: expect.stringMatching(new RegExp(`^${app.url}/watch/${asset.id}\\?token=${token}$`)),
      },
    })
  })

  it('of sound alone, or of pictures alone, has null for the other', async () => {
    const sound = await processed({ media: { video: undefined }, hasPoster: false })
    const pictures = await processed({ media: { audio: [] } })
    expect((await get(`/v1/assets/${sound.asset.id}`)).json).toMatchObject({
      source: { video: null, audio: { codec: 'aac' } },
      playback: { poster: null },
    })
    expect((await get(`/v1/assets/${pictures.asset.id}`)).json).toMatchObject({ source: { audio: null } })
  })

  it('that was refused says why, for programs and for people', async () => {
    const id = await uploaded()
    const { work } = app.infrastructure
    const [source] = await work.read.sources.listForAsset(id as AssetId)
    if (source === undefined) throw new Error('no source')
    const failure = { code: 'media_refused', reason: 'not_media', message: 'This is not a video.' }
    await work.read.sources.update(source.id, { failure })
    expect((await get(`/v1/assets/${id}`)).json).toMatchObject({
      state: 'failed',
      failure,
      playback: null,
      source: null,
    })
  })

  it('whose upload was given up has failed', async () => {
    const issued = await app.issue()
    await app.call('DELETE', issued.urls.status)
    expect((await get(`/v1/assets/${issued.asset.id}`)).json).toMatchObject({
      state: 'failed',
      failure: { code: 'upload_deleted' },
    })
  })

  it.each(['ast_00000000000000000000000000', 'upl_00000000000000000000000000', 'x', '..%2fx', '%00', 'a'.repeat(64)])(
    'is 404 for %s',
    async (id) => {
      for (const method of ['GET', 'DELETE']) {
        const answer = await app.call(method, `/v1/assets/${id}`, { key: app.keys.apiKey })
        expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } })
      }
    },
  )

  it("is 404 for another project, as if it did not exist, and survives that project's wish to delete it", async () => {
    const id = await uploaded()
    for (const method of ['GET', 'DELETE']) {
      const theirs = await app.call(method, `/v1/assets/${id}`, { key: app.foreignKey })
      const invented = await app.call(method, `/v1/assets/ast_${'0'.repeat(26)}`, { key: app.foreignKey })
      expect(theirs.status).toBe(404)
      expect({ ...theirs.json, traceId: '' }).toEqual({ ...invented.json, traceId: '' })
    }
    expect((await get(`/v1/assets/${id}`)).status).toBe(200)
  })
})

describe('deleting an asset', () => {
  it('ends it at once, with the tokens of uploads for it', async () => {
    const issued = await app.issue()
    expect((await app.call('DELETE', `/v1/assets/${issued.asset.id}`, { key: app.keys.apiKey })).status).toBe(204)
    expect((await get(`/v1/assets/${issued.asset.id}`)).status).toBe(404)
    expect((await app.call('PUT', issued.urls.put, { body: 'x' })).status).toBe(404)
    const again = await app.call('DELETE', `/v1/assets/${issued.asset.id}`, { key: app.keys.apiKey })
    expect(again.status).toBe(404)
  })

  it('leaves the history of the upload that made it', async () => {
    const issued = await app.issue()
    await app.call('PUT', issued.urls.put, { body: someBytes(10) })
    await app.call('DELETE', `/v1/assets/${issued.asset.id}`, { key: app.keys.apiKey })
    expect(await app.status(issued)).toMatchObject({ state: 'consumed', asset: null })
    const upload = await app.infrastructure.work.read.uploads.get(issued.id as UploadId)
    expect(upload?.state).toBe('consumed')
  })
})

describe('listing assets', () => {
  const items = (answer: { json: Record<string, unknown> | undefined }) => answer.json?.['items'] as AssetDocument[]

  it('shows those that have a file, newest first, in pages that neither repeat nor leave out anything', async () => {
    const own = await startApiApp()
    try {
      const ids: string[] = []
      for (let i = 0; i < 5; i++) {
        const issued = await own.issue({ fileName: `clip ${i}.mp4` })
        await own.call('PUT', issued.urls.put, { body: someBytes(10) })
        ids.push(issued.asset.id)
        await own.issue({ fileName: 'never sent.mp4' })
      }
      const seen: string[] = []
      let query = '?limit=2'
      for (;;) {
        const page = await own.call('GET', `/v1/assets${query}`, { key: own.keys.apiKey })
        expect(page.status).toBe(200)
        seen.push(...items(page).map(({ id }) => id))
        const next = page.json?.['nextCursor']
        if (next === null) break
        query = `?limit=2&cursor=${String(next)}`
      }
      // Ids sort by time; within a millisecond, somehow.
      expect(seen).toEqual(ids.sort().reverse())
      const exact = await own.call('GET', '/v1/assets?limit=5', { key: own.keys.apiKey })
      expect(exact.json?.['nextCursor']).toBeNull()
    } finally {
      await own.close()
    }
  })

  it('shows the same document as asking for one', async () => {
    const id = await uploaded()
    const listed = items(await get('/v1/assets?limit=100')).find((asset) => asset.id === id)
    expect(listed).toEqual((await get(`/v1/assets/${id}`)).json)
  })

  it('shows nobody the assets of another project', async () => {
    const theirs = await uploaded('theirs.mp4', app.foreignKey)
    expect(items(await get('/v1/assets?limit=100')).map(({ id }) => id)).not.toContain(theirs)
    expect(items(await get('/v1/assets', app.foreignKey)).map(({ id }) => id)).toEqual([theirs])
  })

  it.each(['?limit=0', '?limit=101', '?limit=ten', '?limit=1&limit=2', '?cursor=x', `?cursor=upl_${'0'.repeat(26)}`])(
    'refuses %s',
    async (query) => {
      expect(await get(`/v1/assets${query}`)).toMatchObject({ status: 400, json: { code: 'invalid_argument' } })
    },
  )
})
