import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseId } from '../../../src/core/ids.ts'
import type { Source } from '../../../src/core/library/asset.ts'
import { awaitedMoment } from '../../../src/core/library/poster-lifecycle.ts'
import { chooseTreatment } from '../../../src/core/transcoding/treatment.ts'
import { QUARTERS, quarters, seen, tiles } from '../../support/media/pictures.ts'
import { type Json, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'
import { finishProcessing } from './ready-entry.ts'

const signal = new AbortController().signal
const PLAIN = {
  workflowKey: undefined,
  profileKey: undefined,
  audioOnly: false,
  encrypt: false,
  passthrough: false,
} as const
const TILE = { widthPx: 160, heightPx: 90 }
/** One small picture for each two of the film's ten seconds. */
const MOMENTS = ['red', 'green', 'blue', 'yellow', 'white'] as const

let app: KalturaApp
let film: Readonly<{ id: string; source: Source }>

beforeAll(async () => {
  app = await startKalturaApp()
  film = await newFilm()
})

afterAll(() => app.close())

/** A ready entry with a poster of 640x360 in quarters, and small pictures for the seek bar. */
async function newFilm(ks = app.user): Promise<Readonly<{ id: string; source: Source }>> {
  const { work, blobs } = app.infrastructure
  const token = await app.newToken(ks)
  await app.chunk(ks, token, 'film')
  const id = String((await newEntryOf(app, ks))['id'])
  const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
  await app.call('media.addContent', { ks, entryId: id, resource })
  const source = await finishProcessing(app, token, { treatment: chooseTreatment(PLAIN) })
  const prefix = `sources/${source.id}/sprites/`
  const put = (key: string, body: Buffer) => blobs.put(key, Readable.from([body]), { signal })
  const posterKey = `sources/${source.id}/posters/quarters.jpg`
  await put(posterKey, await quarters(640, 360))
  await put(`${prefix}sheet-1.jpg`, await tiles(MOMENTS.slice(0, 4), 2, TILE))
  await put(`${prefix}sheet-2.jpg`, await tiles(MOMENTS.slice(4), 2, TILE))
  const sprites = { prefix, sheets: 2, columns: 2, rows: 2, ...TILE, intervalMs: 2000, count: MOMENTS.length }
  await work.read.sources.update(source.id, { posterKey, sprites })
  return { id, source }
}

const urlOf = (path: string, id = film.id): string => `${app.url}/p/${PARTNER_ID}/thumbnail/entry_id/${id}${path}`

async function shown(path: string, ...places: readonly (readonly [number, number])[]): Promise<string> {
  const response = await fetch(path.startsWith('http') ? path : urlOf(path))
  const bytes = Buffer.from(await response.arrayBuffer())
  return response.ok ? seen(bytes, ...places) : `${response.status} ${response.headers.get('x-kaltura-app')}`
}

describe('a thumbnail', () => {
  it.each([
    ['', 'jpeg 120x68 red green blue yellow'],
    ['/version/100002/acv/7', 'jpeg 120x68 red green blue yellow'],
    ['/width/320', 'jpeg 320x180 red green blue yellow'],
    ['/height/180/', 'jpeg 320x180 red green blue yellow'],
    ['/width/320/height/320', 'jpeg 320x180 red green blue yellow'],
    ['/width/0/height/0', 'jpeg 640x360 red green blue yellow'],
    ['/width/1280', 'jpeg 1280x720 red green blue yellow'],
    ['/width/320/height/320/type/3', 'jpeg 320x320 red green blue yellow'],
    ['/width/320/height/60/type/4', 'jpeg 320x60 red green red green'],
    ['/width/100/height/300/type/5', 'jpeg 100x300 red green blue yellow'],
    ['/width/100!/height/300', 'jpeg 100x300 red green blue yellow'],
    ['/width/80/height/80/nearest_aspect_ratio/1', 'jpeg 80x80 red green blue yellow'],
    ['/width/160/format/png', 'png 160x90 red green blue yellow'],
    ['/width/160/height/90.jpg', 'jpeg 160x90 red green blue yellow'],
    // The lower right quarter, in pixels of the film: 640x360.
    ['/width/100/src_x/320/src_y/180/src_w/320/src_h/180', 'jpeg 100x56 yellow yellow yellow yellow'],
    ['/width/100/src_x/50/rel_width/100/rel_height/100', 'jpeg 100x113 green green yellow yellow'],
  ])('%s', async (path, expected) => {
    expect(await shown(path, ...QUARTERS)).toBe(expected)
  })

  it('stands on a ground of any color', async () => {
    const edges = [
      [0.5, 0.02],
      [0.5, 0.98],
    ] as const
    expect(await shown('/width/200/height/200/type/2', ...edges)).toBe('jpeg 200x200 white white')
    expect(await shown('/width/200/height/200/type/2/bgcolor/ff', ...edges)).toBe('jpeg 200x200 blue blue')
  })

  it('has fewer bytes of lower quality', async () => {
    const size = async (path: string): Promise<number> => (await (await fetch(urlOf(path))).arrayBuffer()).byteLength
    const [low, usual, high] = await Promise.all(['10', '0', '95'].map((own) => size(`/width/640/quality/${own}`)))
    expect(low).toBeLessThan(usual ?? 0)
    expect(usual).toBeLessThan(high ?? 0)
  })

  it('is sent from the address with the sub-partner too, to any page, and not again to who has it', async () => {
    const url = urlOf('/width/100').replace(`/p/${PARTNER_ID}`, `/p/${PARTNER_ID}/sp/${PARTNER_ID}00`)
    const first = await fetch(url)
    expect(first.headers.get('content-type')).toBe('image/jpeg')
    expect(first.headers.get('access-control-allow-origin')).toBe('*')
    expect(first.headers.get('cache-control')).toBe('public, max-age=10')
    expect((await first.arrayBuffer()).byteLength).toBe(Number(first.headers.get('content-length')))
    const etag = first.headers.get('etag') ?? ''
    const again = await fetch(url, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('etag')]).toEqual([200, etag])
  })

  it('is the new one as soon as there is another picture', async () => {
    const { id } = await newFilm()
    const before = await fetch(urlOf('/width/64', id))
    await before.arrayBuffer()
    const white = await tiles(['white'], 1, TILE)
    await app.form('/api_v3/service/thumbasset/action/addFromImage', [
      ['json', JSON.stringify({ ks: app.user, entryId: id, format: 1 })],
      ['fileData', white, 'still.jpg'],
    ])
    const headers = { 'if-none-match': before.headers.get('etag') ?? '' }
    const after = await fetch(urlOf('/width/64', id), { headers })
    expect(await seen(Buffer.from(await after.arrayBuffer()), [0.5, 0.5])).toBe('jpeg 64x36 white')
  })

  it('comes in its own size when it cannot be read', async () => {
    const { id, source } = await newFilm()
    const posterKey = `sources/${source.id}/posters/broken.jpg`
    await app.infrastructure.blobs.put(posterKey, Readable.from([Buffer.from('no picture')]), { signal })
    await app.infrastructure.work.read.sources.update(source.id, { posterKey })
    expect(await (await fetch(urlOf('/width/64', id))).text()).toBe('no picture')
  })

  it.each([
    ['/width/100/bgcolor/reddish', 25, 'wrong query attributes, bgcolor must be six hexadecimal characters'],
    ['/width/100/vid_slices/0', 25, 'wrong query attributes, vid_slices must be positive'],
  ])('is refused as the vendor does: %s', async (path, code, message) => {
    expect(await shown(path)).toBe(`404 exiting on error ${code} - ${message}`)
  })

  it('is not there for what is not there', async () => {
    expect(await shown(urlOf('/width/100', '0_nothing1'))).toBe('404 exiting on error 1 - requested entry not found')
    const empty = await newEntryOf(app, app.user)
    expect(await shown(urlOf('/width/100', String(empty['id'])))).toBe(
      '404 exiting on error 10 - missing thumbnail fileSync for entry',
    )
    const { id, source } = await newFilm()
    await app.infrastructure.work.read.sources.update(source.id, { posterKey: undefined, sprites: undefined })
    for (const path of ['/width/100', '/width/0/height/0', '/width/100/vid_slices/3']) {
      expect(await shown(urlOf(path, id))).toBe('404 exiting on error 10 - missing thumbnail fileSync for entry')
    }
  })
})

describe('a thumbnail of a moment', () => {
  it.each([
    ['/width/160/vid_sec/0', 'jpeg 160x90 red'],
    ['/width/160/vid_sec/3.9', 'jpeg 160x90 green'],
    ['/width/320/vid_sec/8', 'jpeg 320x180 white'],
    ['/width/160/vid_sec/99999', 'jpeg 160x90 white'],
    ['/width/90/height/90/type/3/vid_sec/4', 'jpeg 90x90 blue'],
    ['/width/160/vid_slices/5/vid_slice/3', 'jpeg 160x90 yellow'],
    ['/vid_slices/3/vid_slice/1', 'jpeg 120x68 green'],
    // Too small for that: the poster.
    ['/width/640/vid_sec/8', 'jpeg 640x360 yellow'],
  ])('%s', async (path, expected) => {
    expect(await shown(path, [0.6, 0.6])).toBe(expected)
  })

  it('is one of many side by side, as players ask for them', async () => {
    const middles = [0.1, 0.3, 0.5, 0.7, 0.9].map((x) => [x, 0.5] as const)
    expect(await shown('/width/164/vid_slices/5', ...middles)).toBe('jpeg 820x92 red green blue yellow white')
    expect(await shown('/width/164/vid_slices/100')).toBe('jpeg 16400x92')
    expect(await shown('/width/160/height/90/vid_slices/2/start_sec/4/end_sec/8', [0.25, 0.5], [0.75, 0.5])).toBe(
      'jpeg 320x90 blue yellow',
    )
  })
})

describe('thumbAsset', () => {
  const thumbOf = async (entryId: string): Promise<Json> =>
    ((await app.value('thumbAsset.getByEntryId', { ks: app.user, entryId })) as Json[])[0] ?? {}
  const momentOf = async (source: Source): Promise<number | undefined> => {
    const found = await app.infrastructure.work.read.sources.get(source.id)
    return found && awaitedMoment(found)
  }

  it('serves a picture as its params have it', async () => {
    const { id } = await thumbOf(film.id)
    const thumbParams = { cropType: 3, width: 50, height: 50, quality: 90, backgroundColor: '0x00ff00' }
    const url = await app.value('thumbAsset.getUrl', { ks: app.user, id, thumbParams })
    expect(String(url)).toMatch(/\/width\/50\/height\/50\/type\/3\/quality\/90\/bgcolor\/00ff00$/)
    expect(await shown(String(url), ...QUARTERS)).toBe('jpeg 50x50 red green blue yellow')
    const ks = encodeURIComponent(app.user)
    const serve = `${app.url}/api_v3/service/thumbasset/action/serve?ks=${ks}&thumbAssetId=${id}`
    expect(await shown(serve, ...QUARTERS)).toBe('jpeg 640x360 red green blue yellow')
    expect(
      await shown(`${serve}&thumbParams:width=64&thumbParams:cropX=320&thumbParams:cropWidth=320`, [0.1, 0.2]),
    ).toBe('jpeg 64x72 green')
    const byEntry = `${app.url}/api_v3/service/thumbasset/action/serveByEntryId?ks=${ks}&entryId=${film.id}`
    expect(await shown(byEntry)).toBe('jpeg 640x360')
    const errorOf = async (more: string): Promise<unknown> => (await fetch(`${byEntry}${more}&format=1`)).json()
    expect(await errorOf('&thumbParamId=7')).toMatchObject({ code: 'THUMB_ASSET_ID_NOT_FOUND', args: { ID: '7' } })
    expect(await app.call('thumbAsset.getUrl', { ks: app.user, id, thumbParams: { cropType: 8 } })).toMatchObject({
      code: 'INVALID_ENUM_VALUE',
      args: { ENUM_VAL: '8', PARAM_NAME: 'cropType', ENUM_TYPE: 'KalturaThumbCropType' },
    })
  })

  it('has a worker take the picture of a moment, and says when it is there', async () => {
    const { id, source } = await newFilm()
    const generate = (thumbParams: Json, entryId = id, ks = app.user) =>
      app.call('thumbAsset.generate', { ks, entryId, thumbParams })
    const thumb = await generate({ videoOffset: 4.5 })
    expect(thumb).toMatchObject({ objectType: 'KalturaThumbAsset', entryId: id, status: 1 })
    expect(await momentOf(source)).toBe(4_500)
    expect(await app.call('thumbAsset.regenerate', { ks: app.user, thumbAssetId: thumb['id'] })).toEqual(thumb)
    expect(await momentOf(source)).toBe(4_500)
    await generate({ videoOffsetInPercentage: 50 })
    expect(await momentOf(source)).toBe(5_005)
    await generate({})
    expect(await momentOf(source)).toBe(1_001)
    const updated = await app.call('media.updateThumbnail', { ks: app.user, entryId: id, timeOffset: 7 })
    expect(updated).toMatchObject({ objectType: 'KalturaMediaEntry', id })
    expect(await momentOf(source)).toBe(7_000)
    const assetId = parseId('asset', source.assetId)
    const jobs = assetId && (await app.infrastructure.work.read.jobs.listForAsset(assetId))
    expect(jobs?.filter(({ kind }) => kind === 'poster').map(({ state }) => state)).toEqual(['queued'])
    // Until it is taken the one before is shown.
    expect(await shown(urlOf('/width/64', id), ...QUARTERS)).toBe('jpeg 64x36 red green blue yellow')
  })

  it('takes none of what has no pictures or no file, nor for others', async () => {
    const generate = (entryId: unknown, ks = app.user) =>
      app.call('thumbAsset.generate', { ks, entryId, thumbParams: { videoOffset: 1 } })
    const empty = await newEntryOf(app, app.user)
    expect(await generate(empty['id'])).toMatchObject({ code: 'INVALID_ENTRY_STATUS' })
    const song = await newEntryOf(app, app.user, { mediaType: 5 })
    expect(await generate(song['id'])).toMatchObject({
      code: 'ENTRY_MEDIA_TYPE_NOT_SUPPORTED',
      args: { MEDIA_TYPE: '5' },
    })
    expect(await generate('0_nothing1')).toMatchObject({ code: 'ENTRY_ID_NOT_FOUND' })
    expect(await generate((await newFilm(app.admin)).id)).toMatchObject({ code: 'INVALID_KS' })
    expect(
      await app.call('media.updateThumbnail', { ks: app.user, entryId: empty['id'], timeOffset: 1 }),
    ).toMatchObject({
      code: 'ENTRY_NOT_READY',
    })
    const byParams = { ks: app.user, entryId: film.id, destThumbParamsId: 3 }
    expect(await app.call('thumbAsset.generateByEntryId', byParams)).toMatchObject({
      code: 'THUMB_ASSET_ID_NOT_FOUND',
      args: { ID: '3' },
    })
    expect(await app.call('thumbAsset.regenerate', { ks: app.user, thumbAssetId: 'x' })).toMatchObject({
      code: 'THUMB_ASSET_ID_NOT_FOUND',
    })
  })

  it('keeps the tags of a picture, which is the default one whatever they say', async () => {
    const { id: entryId } = await newFilm()
    const { id } = await thumbOf(entryId)
    const update = (thumbAsset: Json) => app.call('thumbAsset.update', { ks: app.user, id, thumbAsset })
    expect(await update({ tags: 'poster, spring' })).toMatchObject({ id, tags: 'default_thumb,poster,spring' })
    expect(await update({})).toMatchObject({ tags: 'default_thumb,poster,spring' })
    const filter = { entryIdEqual: entryId, tagsLike: 'spring' }
    expect(await app.call('thumbAsset.list', { ks: app.user, filter })).toMatchObject({ totalCount: 1 })
    expect(await update({ tags: '' })).toMatchObject({ tags: 'default_thumb' })
    expect(await update({ thumbParamsId: 5 })).toMatchObject({ code: 'PROPERTY_VALIDATION_NOT_UPDATABLE' })
  })
})
