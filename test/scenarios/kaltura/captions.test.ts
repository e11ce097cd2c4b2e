import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssetId } from '../../../src/core/ids.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { serveFile, startRemoteServer } from '../../support/remote-server.ts'
import { type Json, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'
import { fetched, readyEntry } from './ready-entry.ts'
import { vendorClient, vendorObject } from './vendor-client.ts'

const SRT = '1\n00:00:01,000 --> 00:00:02,500\nGood <i>morning</i>\n'
/** In this format, unless it says otherwise. */
const VTT = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nGood <i>morning</i>\n'

let app: KalturaApp
let clock: ManualClock

beforeAll(async () => {
  clock = new ManualClock()
  app = await startKalturaApp({ clock, pullAllow: '127.0.0.1' })
})

afterAll(() => app.close())

const call = (action: string, parameters: Json, ks = app.user) =>
  app.call(`caption_captionAsset.${action}`, { ks, ...parameters })
const add = async (entryId: unknown, own: Json = {}): Promise<Json> => {
  await clock.advance(1_000)
  return call('add', {
    entryId,
    captionAsset: { objectType: 'KalturaCaptionAsset', language: 'English', format: '3', ...own },
  })
}
const text = (content: string) => ({ objectType: 'KalturaStringResource', content })
const setContent = (id: unknown, contentResource: Json, ks = app.user) =>
  call('setContent', { id, contentResource }, ks)
const uploaded = async (content: string): Promise<string> => {
  const token = await app.newToken(app.user, { fileName: 'captions.srt' })
  await app.chunk(app.user, token, content)
  return token
}

describe('captions', () => {
  it('are announced, then get their text, whatever its form', async () => {
    const entryId = await readyEntry(app, app.user)
    const caption = await add(entryId, { label: 'In English', isDefault: true })
    expect(caption).toMatchObject({
      objectType: 'KalturaCaptionAsset',
      id: expect.stringMatching(/^0_[0-9a-z]{26}$/),
      entryId,
      partnerId: PARTNER_ID,
      language: 'English',
      languageCode: 'en',
      label: 'In English',
      isDefault: true,
      format: '3',
      status: 0,
    })
    const id = caption['id']
    const waiting = { code: 'CAPTION_ASSET_IS_NOT_READY', args: { ASSET_ID: id } }
    expect(await call('getUrl', { id })).toMatchObject(waiting)
    expect(await call('serve', { captionAssetId: id })).toMatchObject(waiting)
    const path = `/p/${PARTNER_ID}/sp/${PARTNER_ID}00/captions/captionAssetId/${id}/a.vtt`
    expect(await fetched(`${app.url}${path}`)).toBe(404)
    expect(await setContent(id, text(SRT))).toMatchObject({ id, status: 2, fileExt: 'vtt' })
    expect(await call('get', { captionAssetId: id })).toMatchObject({ id, status: 2 })
    const url = await app.value('caption_captionasset.getUrl', { ks: app.user, id })
    expect(url).toBe(`${app.url}${path}`)
    expect(await fetched(url)).toBe(VTT)
    const served = `${app.url}/api_v3/service/caption_captionasset/action/serve/captionAssetId/${id}?ks=${encodeURIComponent(app.user)}`
    expect(await fetched(served)).toBe(VTT)
  })

  it('come back as SRT where that was announced, or nothing was', async () => {
    const entryId = await readyEntry(app, app.user)
    const { id } = await call('add', { entryId, captionAsset: { objectType: 'KalturaCaptionAsset', format: 1 } })
    expect(await setContent(id, text(VTT))).toMatchObject({ format: '1', fileExt: 'srt', language: 'Undefined' })
    const url = await app.value('caption_captionAsset.getUrl', { ks: app.user, id })
    expect(url).toMatch(/\/a\.srt$/)
    expect(await fetched(url)).toBe(SRT)
    expect(await fetched(String(url).replace('a.srt', 'a.vtt'))).toBe(VTT)
    const unsaid = await call('add', { entryId, captionAsset: { language: 'Korean', isDefault: true } })
    expect(unsaid).toMatchObject({ format: '1' })
    await setContent(unsaid['id'], text(SRT.replace('Good', 'Fine')))
    const byEntry = `${app.url}/api_v3/service/caption_captionasset/action/serveByEntryId/entryId/${entryId}?ks=${encodeURIComponent(app.user)}`
    expect(await fetched(byEntry)).toContain('Fine <i>morning</i>')
    await app.value('caption_captionAsset.delete', { ks: app.user, captionAssetId: id })
    const asset = await app.infrastructure.work.read.externalKeys.find('kaltura.entry', entryId)
    const view = await app.services.library.find(asset?.subjectId as AssetId)
    expect(Object.keys(view.asset.metadata).filter((name) => name.startsWith('kaltura.caption.'))).toHaveLength(1)
  })

  it('come from a token, which is spent then, and from an address', async () => {
    const entryId = await readyEntry(app, app.user)
    const { id } = await add(entryId)
    const token = await uploaded(SRT)
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
    expect(await setContent(id, resource)).toMatchObject({ status: 2 })
    expect(await app.call('uploadToken.get', { ks: app.user, uploadTokenId: token })).toMatchObject({ status: 3 })
    expect(await setContent(id, resource)).toMatchObject({ code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY' })

    const { url } = await startRemoteServer(serveFile(Buffer.from(SRT.replace('Good', 'Fine'))))
    expect(await setContent(id, { objectType: 'KalturaUrlResource', url: `${url}/a.srt` })).toMatchObject({ status: 2 })
    const where = await app.value('caption_captionAsset.getUrl', { ks: app.user, id })
    expect(await fetched(where)).toContain('Fine <i>morning</i>')
    const elsewhere = 'http://10.0.0.1/a.srt'
    expect(await setContent(id, { objectType: 'KalturaUrlResource', url: elsewhere })).toMatchObject({
      code: 'CAPTION_ASSET_DOWNLOAD_FAILED',
      args: { URL: elsewhere },
    })
  })

  it('are listed by entry, changed and deleted', async () => {
    const entry = await newEntryOf(app, app.user)
    const entryId = entry['id']
    const english = await add(entryId)
    const second = await add(entryId)
    const korean = await add(entryId, { language: 'Korean' })
    // Viewers choose by the label.
    expect([english, second, korean].map(({ label }) => label)).toEqual(['English', 'English (2)', 'Korean'])
    const list = async (filter?: Json): Promise<unknown> => {
      const { objects, code } = await call('list', { filter })
      return code ?? (objects as Json[]).map(({ id }) => id)
    }
    expect(await list({ entryIdEqual: entryId })).toEqual([english['id'], second['id'], korean['id']])
    expect(await list({ entryIdEqual: entryId, orderBy: '-createdAt' })).toEqual([
      korean['id'],
      second['id'],
      english['id'],
    ])
    expect(await list({ entryIdIn: String(entryId), statusEqual: 2 })).toEqual([])
    expect(await list({ statusEqual: 2 })).toBe('PROPERTY_VALIDATION_CANNOT_BE_NULL')

    const captionAsset = {
      objectType: 'KalturaCaptionAsset',
      label: 'For those who do not hear',
      language: 'English (American)',
    }
    expect(await call('update', { id: second['id'], captionAsset })).toMatchObject({
      label: 'For those who do not hear',
      languageCode: 'en_us',
      isDefault: false,
    })
    expect(await call('update', { id: second['id'], captionAsset: { languageCode: 'ko' } })).toMatchObject({
      code: 'PROPERTY_VALIDATION_NOT_UPDATABLE',
    })
    const setAsDefault = (id: unknown) =>
      app.value('caption_captionAsset.setAsDefault', { ks: app.user, captionAssetId: id })
    expect(await setAsDefault(second['id'])).toBeNull()
    expect(await setAsDefault(korean['id'])).toBeNull()
    const shown = await call('list', { filter: { entryIdEqual: entryId } })
    expect((shown['objects'] as Json[]).map(({ isDefault }) => isDefault)).toEqual([false, false, true])

    expect(await app.value('caption_captionAsset.delete', { ks: app.user, captionAssetId: korean['id'] })).toBeNull()
    expect(await call('get', { captionAssetId: korean['id'] })).toEqual({
      code: 'CAPTION_ASSET_ID_NOT_FOUND',
      message: `Caption asset id "${korean['id']}" not found`,
      objectType: 'KalturaAPIException',
      args: { ASSET_ID: korean['id'] },
    })
  })

  it('are told to players once they have a text', async () => {
    const entryId = await readyEntry(app, app.user)
    const { id } = await add(entryId)
    const context = async () => (await app.call('baseEntry.getPlaybackContext', { ks: app.user, entryId })) as Json
    const stream = async () => fetched(((await context())['sources'] as Json[])[0]?.['url'])
    expect((await context())['playbackCaptions']).toEqual([])
    expect(await stream()).not.toContain('SUBTITLES')
    await setContent(id, text(VTT))
    const [told] = (await context())['playbackCaptions'] as Json[]
    expect(told).toMatchObject({ label: 'English', languageCode: 'en', format: '3', isDefault: false })
    expect(await fetched(told?.['webVttUrl'])).toBe(VTT)
    expect(await stream()).toContain('TYPE=SUBTITLES')
  })
})

const DFXP = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en"><body><div>',
  '<p begin="00:00:01.000" end="00:00:02.500">Good <span tts:fontStyle="italic">morning</span></p>',
  '</div></body></tt>',
].join('\n')

describe('captions as something else', () => {
  it('come as DFXP, and back as that where it was announced', async () => {
    const entryId = await readyEntry(app, app.user)
    const client = vendorClient(app.url, app.user)
    const captionAsset = vendorObject('CaptionAsset', { language: 'English', format: '2' })
    const { id, ...announced } = (await client('captionAsset.add', entryId, captionAsset)) as Json
    expect(announced).toMatchObject({ format: '2', fileExt: 'dfxp', status: 0 })
    const content = vendorObject('StringResource', { content: DFXP })
    expect(await client('captionAsset.setContent', id, content)).toMatchObject({ format: '2', status: 2 })
    const url = String(await client('captionAsset.getUrl', id))
    expect(url).toMatch(/\/a\.dfxp$/)
    const response = await fetch(url)
    expect(response.headers.get('content-type')).toBe('application/ttml+xml; charset=utf-8')
    expect(await response.text()).toBe(`${DFXP.replace('UTF-8', 'utf-8')}\n`)
    expect(await fetched(url.replace('a.dfxp', 'a.vtt'))).toBe(VTT)
    expect(await client('captionAsset.getRemotePaths', id)).toMatchObject({ objects: [], totalCount: 0 })
    // Entities are declared by nobody who means well.
    const bomb = DFXP.replace('<tt ', '<!DOCTYPE tt [<!ENTITY a SYSTEM "file:///etc/passwd">]><tt ').replace(
      'Good',
      '&a;',
    )
    expect(await setContent(id, text(bomb))).toMatchObject({
      code: 'CAPTION_ASSET_PARSING_FAILED',
      args: { ASSET_ID: id },
    })
    expect(await fetched(url)).toContain('Good')
  })

  it('come as WebVTT in segments, and as data', async () => {
    const entryId = await readyEntry(app, app.user)
    const { id } = await add(entryId)
    const serve = async (action: string, more = ''): Promise<Response> => {
      const path = `/api_v3/service/caption_captionasset/action/${action}/captionAssetId/${id}${more}`
      return fetch(`${app.url}${path}?ks=${encodeURIComponent(app.user)}`)
    }
    const waiting = { code: 'CAPTION_ASSET_IS_NOT_READY', args: { ASSET_ID: id } }
    expect(await call('serveWebVTT', { captionAssetId: id })).toMatchObject(waiting)
    expect(await call('serveAsJson', { captionAssetId: id })).toMatchObject(waiting)
    expect(await call('getRemotePaths', { id })).toMatchObject(waiting)
    const later = '\n00:00:07.000 --> 00:00:09.000 align:start\nAnd &lt;you&gt;?\n'
    await setContent(id, text(`${VTT}${later}`))

    const playlist = await serve('serveWebVTT', '/segmentDuration/6')
    expect(playlist.headers.get('content-type')).toBe('application/x-mpegurl')
    const lines = (await playlist.text()).split('\n')
    // The film lasts a little over ten seconds.
    expect(lines.filter((line) => line !== '' && !/^#EXT-X-(VERSION|MEDIA|PLAYLIST)/.test(line))).toEqual([
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:6',
      '#EXTINF:6.0,',
      'segmentIndex/1.vtt',
      '#EXTINF:5.0,',
      'segmentIndex/2.vtt',
      '#EXT-X-ENDLIST',
    ])
    const first = await fetched(new URL('segmentIndex/1.vtt', playlist.url).href)
    expect(first).toBe(VTT.replace('WEBVTT\n', 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:10.000\n'))
    const second = await (await serve('serveWebVTT', '/segmentDuration/6/segmentIndex/2/localTimestamp/0')).text()
    expect(second).toBe(`WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n${later}`)

    const data = await serve('serveAsJson')
    expect(data.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await data.json()).toEqual({
      objects: [
        { startTime: 1000, endTime: 2500, content: [{ text: 'Good morning' }] },
        { startTime: 7000, endTime: 9000, content: [{ text: 'And <you>?' }] },
      ],
    })
  })

  it('may be announced by a template', async () => {
    const client = vendorClient(app.url, app.admin)
    const own = { name: 'Subtitles', systemName: 'subs', language: 'Korean', label: 'Words', format: '2' }
    const template = (await client('captionParams.add', vendorObject('CaptionParams', own))) as Json
    expect(template).toMatchObject({
      ...own,
      objectType: 'KalturaCaptionParams',
      partnerId: PARTNER_ID,
      isDefault: false,
    })
    const { id } = template
    const entryId = (await newEntryOf(app, app.admin))['id']
    const announce = (captionAsset: object) =>
      client('captionAsset.add', entryId, vendorObject('CaptionAsset', captionAsset))
    const said = { languageCode: 'ko', label: 'Words', format: '2' }
    expect(await announce({ captionParamsId: id })).toMatchObject(said)
    expect(await announce({ captionParamsId: id, label: 'More', format: '1' })).toMatchObject({
      ...{ ...said, label: 'More', format: '1' },
    })

    const update = (values: object) => client('captionParams.update', id, vendorObject('CaptionParams', values))
    expect(await update({ label: 'Said', isDefault: true })).toMatchObject({ ...own, label: 'Said', isDefault: true })
    expect(await update({ language: 'English' })).toMatchObject({ code: 'PROPERTY_VALIDATION_NOT_UPDATABLE' })
    expect(await client('captionParams.get', id)).toMatchObject({ id, label: 'Said' })
    const list = `${app.url}/api_v3/service/caption_captionparams/action/list?ks=${encodeURIComponent(app.user)}`
    expect(await fetched(`${list}&filter:systemNameEqual=subs`)).toContain('<label>Said</label>')
    expect(await fetched(`${list}&filter:systemNameEqual=none`)).toContain(
      '<objects></objects><totalCount>0</totalCount>',
    )
    expect(await client('captionParams.deleteAction', id)).toBeNull()
    expect(await client('captionParams.listAction')).toMatchObject({ objects: [], totalCount: 0 })
    expect(await client('captionParams.get', id)).toMatchObject({
      code: 'FLAVOR_PARAMS_ID_NOT_FOUND',
      args: { ID: String(id) },
    })
    // One that there is not says nothing.
    expect(await announce({ captionParamsId: id, language: 'French' })).toMatchObject({
      languageCode: 'fr',
      format: '1',
    })

    const add = (captionParams: Json, ks = app.admin) => app.call('caption_captionParams.add', { ks, captionParams })
    expect(await add({ name: 'x' }, app.user)).toMatchObject({ code: 'INVALID_KS' })
    expect(await add({ name: 'x', language: 'Elvish' })).toMatchObject({ code: 'INVALID_ENUM_VALUE' })
    expect(await add({})).toMatchObject({
      code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL',
      args: { PROP_NAME: 'KalturaCaptionParams::name' },
    })
  })
})

describe('refusals', () => {
  it.each<readonly [string, () => Promise<unknown>, Json]>([
    ['of an entry there is not', () => add('0_nothing'), { code: 'ENTRY_ID_NOT_FOUND' }],
    [
      'for somebody else’s entry',
      async () => add((await newEntryOf(app, app.admin))['id']),
      { code: 'INVALID_KS', args: { ERR_DESC: 'INVALID_TYPE' } },
    ],
    [
      'of a language there is not',
      async () => add((await newEntryOf(app, app.user))['id'], { language: 'Elvish' }),
      {
        code: 'INVALID_ENUM_VALUE',
        args: { ENUM_VAL: 'Elvish', PARAM_NAME: 'language', ENUM_TYPE: 'KalturaLanguage' },
      },
    ],
    [
      'of a text that is none',
      async () => setContent((await add((await newEntryOf(app, app.user))['id']))['id'], text('good morning')),
      { code: 'CAPTION_ASSET_PARSING_FAILED' },
    ],
    [
      'of a token without its bytes',
      async () => {
        const token = await app.newToken(app.user)
        const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
        return setContent((await add((await newEntryOf(app, app.user))['id']))['id'], resource)
      },
      { code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY' },
    ],
    ['of what has no such name', () => setContent('0_nothing', text(VTT)), { code: 'CAPTION_ASSET_ID_NOT_FOUND' }],
  ])('%s', async (_, run, expected) => {
    expect(await run()).toMatchObject(expected)
  })

  it('a text that is refused leaves the token as it was', async () => {
    const token = await uploaded('good morning')
    const { id } = await add((await newEntryOf(app, app.user))['id'])
    expect(await setContent(id, { objectType: 'KalturaUploadedFileTokenResource', token })).toMatchObject({
      code: 'CAPTION_ASSET_PARSING_FAILED',
      args: { ASSET_ID: id },
    })
    expect(await app.call('uploadToken.get', { ks: app.user, uploadTokenId: token })).toMatchObject({ status: 2 })
  })
})
