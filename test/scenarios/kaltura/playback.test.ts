import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseTreatment, type Treatment } from '../../../src/core/transcoding/treatment.ts'
import { serveFile, startRemoteServer } from '../../support/remote-server.ts'
import { type Json, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'
import { fetched, readyEntry } from './ready-entry.ts'

let app: KalturaApp
let ready: string

beforeAll(async () => {
  app = await startKalturaApp({ pullAllow: '127.0.0.1' })
  ready = await readyEntry(app, app.user, { content: 'the original' })
})

afterAll(() => app.close())

const get = (entryId: unknown) => app.call('media.get', { ks: app.user, entryId })
const flavorsOf = async (entryId: unknown): Promise<Json[]> =>
  (await app.value('flavorAsset.getByEntryId', { ks: app.user, entryId })) as Json[]
const formatsOf = async (entryId: unknown): Promise<unknown[]> => {
  const { sources } = await app.call('baseEntry.getPlaybackContext', { ks: app.user, entryId })
  return (sources as Json[]).map(({ format }) => format)
}
const treatmentOf = (own: Readonly<{ encrypt?: boolean; passthrough?: boolean }>): Treatment => {
  const { encrypt = false, passthrough = false } = own
  return chooseTreatment({ workflowKey: undefined, profileKey: undefined, audioOnly: false, encrypt, passthrough })
}
const locationOf = async (url: unknown): Promise<string | null> =>
  (await fetch(String(url), { redirect: 'manual' })).headers.get('location')

describe('addresses of an entry', () => {
  it('lead to the file, the stream and the picture', async () => {
    const { dataUrl, downloadUrl, thumbnailUrl } = await get(ready)
    expect(await fetched(dataUrl)).toBe('the original')
    expect(await fetched(downloadUrl)).toBe('the original')
    expect(await fetched(thumbnailUrl)).toBe('picture')
    expect(await fetched(`${thumbnailUrl}/width/120/height/90/vid_sec/3`)).toBe('picture')
    const stream = `${app.url}/p/${PARTNER_ID}/sp/${PARTNER_ID}00/playManifest/entryId/${ready}/format/applehttp/protocol/http/a.m3u8`
    expect(await fetched(stream)).toMatch(/^#EXTM3U\n/)
    expect(await fetched(stream.replace('/format/applehttp', ''))).toBe('the original')
    expect(await locationOf(stream.replace('applehttp', 'mpegdash'))).toMatch(/\/manifest\.mpd$/)
    expect(await fetched(stream.replace('applehttp', 'smooth'))).toBe(404)
    expect(await fetched(stream.replace(`/p/${PARTNER_ID}`, '/p/999'))).toBe(404)
  })

  it('give parts of the file, and names it when it is downloaded', async () => {
    const { dataUrl, downloadUrl } = await get(ready)
    const part = await fetch(String(dataUrl), { headers: { range: 'bytes=4-7' } })
    expect([part.status, await part.text()]).toEqual([206, 'orig'])
    const whole = await fetch(String(downloadUrl))
    expect(whole.headers.get('content-disposition')).toBe(`attachment; filename="${ready}.mp4"`)
    await whole.body?.cancel()
  })

  it('give no file of what is protected for playing', async () => {
    const id = await readyEntry(app, app.user, { treatment: treatmentOf({ encrypt: true }) })
    const { dataUrl, downloadUrl } = await get(id)
    expect([await fetched(dataUrl), await fetched(downloadUrl)]).toEqual([404, 404])
    const folder = `${app.url}/p/${PARTNER_ID}/sp/${PARTNER_ID}00`
    expect(await fetched(`${folder}/serveFlavor/entryId/${id}/name/a.mp4`)).toBe(404)
    expect(await fetched(`${folder}/playManifest/entryId/${id}/format/mpegdash/a.mpd`)).toBe(404)
    expect(await formatsOf(id)).toEqual(['applehttp'])
  })
})

describe('flavours with a file of their own', () => {
  it('are that file, wherever they are named', async () => {
    const id = await readyEntry(app, app.user, { content: 'the original', download: 'in 720 lines' })
    const [source, made] = await flavorsOf(id)
    const urlOf = (action: string, own: unknown) => app.value(`flavorAsset.${action}`, { ks: app.user, id: own })
    expect(await fetched(await urlOf('getUrl', made?.['id']))).toBe('in 720 lines')
    expect(await fetched(await urlOf('getDownloadUrl', made?.['id']))).toBe('in 720 lines')
    expect(await fetched(await urlOf('getDownloadUrl', source?.['id']))).toBe('the original')
    const manifest = `${app.url}/p/${PARTNER_ID}/sp/${PARTNER_ID}00/playManifest/entryId/${id}/format`
    expect(await fetched(`${manifest}/url/flavorIds/${made?.['id']}/a.mp4`)).toBe('in 720 lines')
    expect(await fetched(`${manifest}/download/flavorParamIds/720`)).toBe('in 720 lines')
    expect(await fetched(`${manifest}/download/flavorParamIds/0`)).toBe('the original')
    // Of what there is not, the original is better than nothing.
    expect(await fetched(`${manifest}/url/flavorParamIds/1080/a.mp4`)).toBe('the original')
  })
})

describe('a file that is passed through', () => {
  it('is what players are given', async () => {
    const treatment = treatmentOf({ passthrough: true })
    const id = await readyEntry(app, app.user, { content: 'as it came', treatment })
    const context = await app.call('baseEntry.getPlaybackContext', { ks: app.user, entryId: id })
    const [source, ...more] = context['sources'] as Json[]
    expect(more).toEqual([])
    expect(source).toMatchObject({ format: 'url', flavorIds: (await flavorsOf(id))[0]?.['id'] })
    expect(context['flavorAssets']).toMatchObject([{ id: source?.['flavorIds'], isOriginal: true }])
    expect(await fetched(source?.['url'])).toBe('as it came')
  })
})

describe('flavours', () => {
  it('are the original and what was made of it', async () => {
    const [source, made, ...more] = await flavorsOf(ready)
    expect(more).toEqual([])
    expect(source).toMatchObject({
      objectType: 'KalturaFlavorAsset',
      entryId: ready,
      partnerId: PARTNER_ID,
      status: 2,
      flavorParamsId: 0,
      isOriginal: true,
      width: 640,
      height: 360,
      fileExt: 'mp4',
      tags: 'source',
      sizeInBytes: 12,
    })
    expect(made).toMatchObject({
      status: 2,
      flavorParamsId: 720,
      isOriginal: false,
      isWeb: true,
      height: 720,
      bitrate: 2500,
    })
    expect(await app.call('flavorAsset.get', { ks: app.user, id: source?.['id'] })).toEqual(source)
    expect(await app.call('flavorAsset.get', { ks: app.user, id: made?.['id'] })).toEqual(made)
    expect(await app.value('flavorAsset.getWebPlayableByEntryId', { ks: app.user, entryId: ready })).toEqual([made])
    expect(await app.value('flavorAsset.getFlavorAssetsWithParams', { ks: app.user, entryId: ready })).toMatchObject([
      { entryId: ready, flavorAsset: source, flavorParams: { id: 0, name: 'Source' } },
      { entryId: ready, flavorAsset: made, flavorParams: { id: 720, name: '720p' } },
    ])
  })

  it('of a file on its way are called as they will be', async () => {
    const token = await app.newToken(app.user)
    const entry = await newEntryOf(app, app.user)
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
    await app.call('media.addContent', { ks: app.user, entryId: entry['id'], resource })
    const [before] = await flavorsOf(entry['id'])
    expect(before).toMatchObject({ status: 7, isOriginal: true })
    await app.chunk(app.user, token, 'x')
    expect(await flavorsOf(entry['id'])).toMatchObject([{ id: before?.['id'], status: 0, isOriginal: true }])
  })

  it('are listed by entry', async () => {
    const list = (filter?: Json) => app.call('flavorAsset.list', { ks: app.user, filter })
    expect(await list({ entryIdEqual: ready })).toMatchObject({
      totalCount: 2,
      objectType: 'KalturaFlavorAssetListResponse',
    })
    expect(await list({ entryIdIn: `0_none,${ready}`, flavorParamsIdEqual: 720 })).toMatchObject({ totalCount: 1 })
    expect(await list({ statusEqual: 2 })).toMatchObject({
      code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL',
      args: { PROP_NAME: 'KalturaAssetFilter::entryIdEqual/KalturaAssetFilter::entryIdIn' },
    })
  })

  it('tell where they are', async () => {
    const [source, made] = await flavorsOf(ready)
    const urlOf = (action: string, id: unknown) => app.value(`flavorAsset.${action}`, { ks: app.user, id })
    expect(await fetched(await urlOf('getUrl', source?.['id']))).toBe('the original')
    expect(await fetched(await urlOf('getDownloadUrl', source?.['id']))).toBe('the original')
    expect(await fetched(await urlOf('getUrl', made?.['id']))).toMatch(/^#EXTM3U\n/)
  })

  it('nobody has are not found', async () => {
    for (const id of ['0_nothing1', `0_${'0'.repeat(26)}`, `${(await flavorsOf(ready))[0]?.['id']}_9p`]) {
      expect(await app.call('flavorAsset.get', { ks: app.user, id })).toMatchObject({
        code: 'FLAVOR_ASSET_ID_NOT_FOUND',
        args: { ID: id },
      })
    }
  })
})

describe('pictures', () => {
  it('are listed, told where they are, and served', async () => {
    const list = await app.call('thumbAsset.list', { ks: app.user, filter: { entryIdEqual: ready } })
    expect(list).toMatchObject({ totalCount: 1, objectType: 'KalturaThumbAssetListResponse' })
    const [thumb] = list['objects'] as Json[]
    expect(thumb).toMatchObject({ entryId: ready, status: 2, tags: 'default_thumb', fileExt: 'jpg' })
    expect(await app.value('thumbAsset.getByEntryId', { ks: app.user, entryId: ready })).toEqual([thumb])
    expect(await app.call('thumbAsset.get', { ks: app.user, thumbAssetId: thumb?.['id'] })).toEqual(thumb)
    expect(await fetched(await app.value('thumbAsset.getUrl', { ks: app.user, id: thumb?.['id'] }))).toBe('picture')
    const serve = `${app.url}/api_v3/service/thumbasset/action/serve/thumbAssetId/${thumb?.['id']}?ks=${encodeURIComponent(app.user)}`
    expect(await locationOf(serve)).toContain('/thumbnail/')
    expect(await fetched(serve)).toBe('picture')
    expect(await app.call('thumbAsset.get', { ks: app.user, thumbAssetId: ready })).toMatchObject({
      code: 'THUMB_ASSET_ID_NOT_FOUND',
    })
  })
})

describe('a chosen picture', () => {
  const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
  const choose = (entryId: unknown, picture: Buffer, ks = app.user): Promise<Json> =>
    app.form('/api_v3/service/thumbasset/action/addFromImage', [
      ['json', JSON.stringify({ ks, entryId, format: 1 })],
      ['fileData', picture, 'still.jpg'],
    ])

  it('takes the place of the one from the film', async () => {
    const id = await readyEntry(app, app.user)
    const thumb = await choose(id, JPEG)
    expect(thumb).toMatchObject({ objectType: 'KalturaThumbAsset', entryId: id, tags: 'default_thumb' })
    const shown = await fetch(String((await get(id))['thumbnailUrl']))
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(JPEG)
    const request = { ks: app.user, thumbAssetId: thumb['id'] }
    expect(await app.value('thumbAsset.setAsDefault', request)).toBeNull()
  })

  it('comes from a token, which is spent then, or from an address', async () => {
    const id = await readyEntry(app, app.user)
    const shown = async () => Buffer.from(await (await fetch(String((await get(id))['thumbnailUrl']))).arrayBuffer())
    const added = await app.call('thumbAsset.add', { ks: app.user, entryId: id, thumbAsset: { tags: 'mine' } })
    expect(added).toMatchObject({ objectType: 'KalturaThumbAsset', entryId: id })
    const token = await app.newToken(app.user)
    await app.chunk(app.user, token, JPEG)
    const contentResource = { objectType: 'KalturaUploadedFileTokenResource', token }
    const setContent = (own: Json) =>
      app.call('thumbAsset.setContent', { ks: app.user, id: added['id'], contentResource: own })
    expect(await setContent(contentResource)).toMatchObject({ id: added['id'], status: 2 })
    expect(await shown()).toEqual(JPEG)
    expect(await app.call('uploadToken.get', { ks: app.user, uploadTokenId: token })).toMatchObject({ status: 3 })
    expect(await setContent(contentResource)).toMatchObject({ code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY' })
    expect(await setContent({ objectType: 'KalturaStringResource', content: 'x' })).toMatchObject({
      code: 'UPLOAD_ERROR',
    })

    const other = Buffer.concat([JPEG, Buffer.from('other')])
    const { url } = await startRemoteServer(serveFile(other))
    const addFromUrl = (from: string) => app.call('thumbAsset.addFromUrl', { ks: app.user, entryId: id, url: from })
    expect(await addFromUrl(`${url}/still.jpg`)).toMatchObject({ id: added['id'] })
    expect(await shown()).toEqual(other)
    expect(await addFromUrl('http://10.0.0.1/still.jpg')).toEqual({
      code: 'THUMB_ASSET_DOWNLOAD_FAILED',
      message: 'Failed to download thumbnail from URL "http://10.0.0.1/still.jpg"',
      objectType: 'KalturaAPIException',
      args: { URL_PATH: 'http://10.0.0.1/still.jpg' },
    })
  })

  it.each(['media', 'baseEntry'])(
    'is given to an entry by %s.updateThumbnail…, as older clients do',
    async (service) => {
      const id = await readyEntry(app, app.user)
      const shown = async () => Buffer.from(await (await fetch(String((await get(id))['thumbnailUrl']))).arrayBuffer())
      const updated = await app.form(`/api_v3/service/${service}/action/updateThumbnailJpeg`, [
        ['json', JSON.stringify({ ks: app.user, entryId: id, format: 1 })],
        ['fileData', JPEG, 'still.jpg'],
      ])
      expect(updated).toMatchObject({ id, objectType: 'KalturaMediaEntry' })
      expect(await shown()).toEqual(JPEG)
      const other = Buffer.concat([JPEG, Buffer.from('other')])
      const { url } = await startRemoteServer(serveFile(other))
      const fromUrl = (entryId: string, ks = app.user) =>
        app.call(`${service}.updateThumbnailFromUrl`, { ks, entryId, url: `${url}/still.jpg` })
      expect(await fromUrl(id)).toMatchObject({ id })
      expect(await shown()).toEqual(other)
      expect(await fromUrl(await readyEntry(app, app.admin))).toMatchObject({ code: 'INVALID_KS' })
    },
  )

  it('is the default one, which cannot be deleted', async () => {
    const id = await readyEntry(app, app.user)
    const [thumb] = (await app.value('thumbAsset.getByEntryId', { ks: app.user, entryId: id })) as Json[]
    expect(await app.call('thumbAsset.delete', { ks: app.user, thumbAssetId: thumb?.['id'] })).toEqual({
      code: 'THUMB_ASSET_IS_DEFAULT',
      message: `Thumbnail asset "${thumb?.['id']}" is default and could not be deleted`,
      objectType: 'KalturaAPIException',
      args: { ASSET: thumb?.['id'] },
    })
  })

  it('has to be one, of an entry with a file, that is one’s own', async () => {
    const id = await readyEntry(app, app.user)
    expect(await choose(id, Buffer.from('no picture'))).toMatchObject({ code: 'UPLOAD_ERROR' })
    const empty = await newEntryOf(app, app.user)
    const thumbAsset = { objectType: 'KalturaThumbAsset' }
    expect(await app.call('thumbAsset.add', { ks: app.user, entryId: empty['id'], thumbAsset })).toMatchObject({
      code: 'ENTRY_NOT_READY',
    })
    expect(await choose(empty['id'], JPEG)).toMatchObject({
      code: 'ENTRY_NOT_READY',
      args: { ENTRY_NAME: empty['id'] },
    })
    const others = await readyEntry(app, app.admin)
    expect(await choose(others, JPEG)).toMatchObject({ code: 'INVALID_KS' })
  })
})

describe('a player', () => {
  it('gets all it needs in one request, with keys from 1', async () => {
    const answers = (await app.value('multirequest.null', {
      apiVersion: '3.3.0',
      1: { service: 'session', action: 'startWidgetSession', widgetId: `_${PARTNER_ID}` },
      2: {
        service: 'baseEntry',
        action: 'list',
        ks: '{1:result:ks}',
        filter: { redirectFromEntryId: ready },
        responseProfile: { type: 1, fields: 'id,referenceId,name,dataUrl,duration,msDuration,mediaType,type,status' },
      },
      3: {
        service: 'baseEntry',
        action: 'getPlaybackContext',
        entryId: '{2:result:objects:0:id}',
        ks: '{1:result:ks}',
        contextDataParams: { objectType: 'KalturaContextDataParams', flavorTags: 'all' },
      },
      4: {
        service: 'metadata_metadata',
        action: 'list',
        ks: '{1:result:ks}',
        filter: {
          objectType: 'KalturaMetadataFilter',
          objectIdEqual: '{2:result:objects:0:id}',
          metadataObjectTypeEqual: '1',
        },
      },
    })) as Json[]
    expect(answers).toMatchObject([
      { objectType: 'KalturaStartWidgetSessionResponse' },
      { totalCount: 1, objects: [{ id: ready, duration: 10 }] },
      { objectType: 'KalturaPlaybackContext', actions: [], messages: [], bumperData: [] },
      { totalCount: 0, objects: [], objectType: 'KalturaMetadataListResponse' },
    ])
    const context = answers[2] ?? {}
    const [source, dash] = context['sources'] as Json[]
    expect(dash).toMatchObject({ format: 'mpegdash', url: expect.stringMatching(/\/a\.mpd$/) })
    expect(source).toMatchObject({ format: 'applehttp', objectType: 'KalturaPlaybackSource', drm: [] })
    expect(source?.['flavorIds']).toBe((context['flavorAssets'] as Json[])[0]?.['id'])
    expect(await fetched(source?.['url'])).toMatch(/^#EXTM3U\n/)
  })

  it('gets no sources of an entry that is not ready', async () => {
    const entry = await newEntryOf(app, app.user)
    const request = { ks: app.user, entryId: entry['id'] }
    expect(await app.call('baseEntry.getPlaybackContext', request)).toMatchObject({ sources: [], flavorAssets: [] })
    expect(await app.call('baseEntry.getContextData', request)).toMatchObject({
      isScheduledNow: true,
      flavorAssets: [],
    })
  })
})

it('players may say what is watched, in any language', async () => {
  const beacon = { event: { objectType: 'KalturaStatsEvent', eventType: 3, entryId: ready }, language: 'fr' }
  expect(await app.value('stats.collect', beacon)).toBe(true)
  const url = `${app.url}/api_v3/index.php?service=analytics&action=trackEvent&format=1&eventType=3&entryId=${ready}`
  expect(Number(await fetched(url))).toBeGreaterThan(1_700_000_000)
  expect(await app.call('media.get', { ks: app.user, entryId: ready, language: 'multi' })).toMatchObject({ id: ready })
})
