import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiClient } from './api-client.ts'
import { finishProcessing } from './finish-processing.ts'
import { field, file, formBody } from './form-body.ts'
import { exchange } from './http-exchange.ts'
import { ACCESS_TOKEN, type KollusApp, startKollusApp } from './kollus-app.ts'

const FILM = Buffer.from('a film')
const SRT = Buffer.from('1\n00:00:00,500 --> 00:00:01,500\n안녕\n')

let app: KollusApp
let cms: ApiClient

beforeAll(async () => {
  app = await startKollusApp()
  cms = new ApiClient(app)
})
afterAll(async () => app.close())

const contentOf = async (key: string) => (await cms.get(`/0/media/library/media_content/${key}`)).result.item
const keysOf = (items: readonly { key: string }[]) => items.map(({ key }) => key)

describe('profiles', () => {
  it.each(['/0/media/media_profile', '/0/media/media_profile/index.json', '/0/media/media_profile/preset'])(
    '%s is a list without an object around its items',
    async (path) => {
      const { error, result } = await cms.get(path)
      expect([error, Array.isArray(result.items), result.count]).toEqual([0, true, result.items.length])
      expect(keysOf(result.items)).toEqual(expect.arrayContaining(['acme-standard', 'acme-audio', 'acme-passthrough']))
      // Clients make variables of the names.
      for (const name of Object.keys(result.items[0])) expect(name).toMatch(/^[a-z_]+$/)
    },
  )

  it('are the same in v3, with the fields that clients read', async () => {
    const { status, data } = await cms.get('/api/media-profiles', { order: 'id_asc' })
    expect(status).toBe('ok')
    expect(data.find(({ key }: { key: string }) => key === 'acme-mobile')).toMatchObject({
      id: expect.any(Number),
      media_profile_group_name: 'Video',
      is_default_preset: 1,
      is_optional: 1,
      is_audio_file: 0,
      container_format: 'mp4',
      video_codec: 'h264',
      video_width: 854,
      video_height: 480,
      audio_codec: 'aac',
      audio_bitrate: 128_000,
    })
  })

  it('have a group called Audio, which clients look for before they upload sound', async () => {
    const { result } = await cms.get('/0/media/media_profile_group')
    expect(result.items).toContainEqual(expect.objectContaining({ key: 'audio', name: 'Audio' }))
    const all = (await cms.get('/0/media/media_profile')).result.items
    expect(all).toContainEqual(expect.objectContaining({ key: 'acme-audio', media_profile_group_name: 'Audio' }))
  })

  it('are made of a preset, and edited by the number or the key that lists give', async () => {
    const presets = (await cms.get('/0/media/media_profile/preset')).result.items
    const mobile = presets.find(({ key }: { key: string }) => key === 'acme-mobile')
    const wish = { name: 'Phone, small', media_profile_preset_id: String(mobile.id), video_height: '240' }
    const made = (await cms.post('/0/media/media_profile/create', { ...wish, video_bitrate: '300000' })).result
    expect(made).toMatchObject({ key: 'acme-phone-small', name: 'Phone, small', is_default_preset: 0 })
    expect(made).toMatchObject({ video_height: 240, video_bitrate: 300_000 })
    const edited = await cms.post(`/0/media/media_profile/edit/${made.id}`, { video_codec: 'H265', name: '전화' })
    expect(edited.result).toMatchObject({ id: made.id, key: made.key, name: '전화', video_codec: 'hevc' })
    expect(edited.result).toMatchObject({ video_height: 240, video_bitrate: 300_000 })
    const again = await cms.post(`/0/media/media_profile/edit/${made.key}`, { audio_bitrate: '96000' })
    expect(again.result).toMatchObject({ audio_bitrate: 96_000, video_codec: 'hevc' })
    // The vendor's PHP SDK names nothing but the preset.
    for (const key of ['acme-mobile-2', 'acme-mobile-3']) {
      const copy = await cms.post('/0/media/media_profile/create.json', { media_profile_preset_id: String(mobile.id) })
      expect(copy.result).toMatchObject({ key, name: mobile.name, video_height: 480 })
    }
    const named = await cms.post('/0/media/media_profile/create', { name: '모바일', key: 'acme-pc1-hd' })
    expect(named.result.key).toBe('acme-pc1-hd')
    const listed = (await cms.get('/0/media/media_profile', { page: '1', per_page: '500' })).result.items
    expect(keysOf(listed)).toEqual(expect.arrayContaining([made.key, 'acme-pc1-hd']))
  })

  it.each([
    ['create', { name: 'Standard' }, 'There is a profile standard already.'],
    ['create', { name: 'a', media_profile_preset_id: '7' }, 'There is no profile 7.'],
    ['create', { name: 'a', video_codec: 'mpeg2' }, 'There is no video_codec mpeg2.'],
    ['create', { name: 'a', video_bitrate: '1000' }, 'A video_bitrate needs a video_height.'],
    ['create', { name: 'a', video_height: 'tall' }, 'video_height must be a whole number.'],
    ['create', { name: 'a', video_height: '9000' }, expect.stringContaining('64 to 4320')],
    ['create', { name: 'a', media_profile_group_key: 'x' }, 'There is no media_profile_group_key x.'],
    ['edit/nothing', { name: 'a' }, 'There is no profile nothing.'],
  ])('refuse %s with %j', async (path, values, message) => {
    const answer = await cms.post(`/0/media/media_profile/${path}`, values as Record<string, string>)
    expect(answer).toMatchObject({ httpStatus: 200, error: 1, message })
  })
})

describe('what an upload asks for', () => {
  it('is what is done: encryption, sound alone, the original, a profile', async () => {
    const encrypted = await cms.upload(FILM, { is_encryption_upload: '1' })
    const audio = await cms.upload(FILM, { is_audio_upload: '1' })
    const original = await cms.upload(FILM, { is_passthrough: '1', profile_key: 'acme-passthrough' })
    const small = await cms.upload(FILM, { profile_key: 'acme-mobile' })
    const unknown = await cms.upload(FILM, { profile_key: 'acme-nobody-has-this' })
    await finishProcessing(app)
    expect(await contentOf(encrypted)).toMatchObject({ kind: 1, use_encryption: 1, is_passthrough: 0 })
    expect(await contentOf(audio)).toMatchObject({
      kind: 2,
      kind_name: 'audio',
      transcoding_files: [{ profile_key: 'acme-audio', media_profile_group_name: 'Audio' }],
    })
    expect(await contentOf(original)).toMatchObject({
      is_passthrough: 1,
      transcoding_stage: 21,
      transcoding_files: [{ profile_key: 'acme-passthrough', media_information: { file: { filesize: FILM.length } } }],
    })
    const ofProfile = (profile_key: string) => ({ use_encryption: 0, transcoding_files: [{ profile_key }] })
    expect(await contentOf(small)).toMatchObject(ofProfile('acme-mobile'))
    expect(await contentOf(unknown)).toMatchObject(ofProfile('acme-standard'))

    // By the vendor's rules, none of these takes the place of a clear film; another clear film does.
    const channel = (await cms.post('/api/channels', { name: 'Open' })).data
    await cms.post(`/api/channels/${channel.key}/media-contents/${small}/attach`)
    const replaceBy = (key: string) =>
      cms.post(`/api/channels/${channel.key}/media-contents/${small}/replace`, { replace_upload_file_key: key })
    expect(await replaceBy(encrypted)).toMatchObject({ httpStatus: 409, message: expect.stringMatching(/encrypted/) })
    expect(await replaceBy(audio)).toMatchObject({ httpStatus: 409, message: expect.stringMatching(/sound/i) })
    expect(await replaceBy(unknown)).toMatchObject({ status: 'ok', data: { upload_file_key: unknown } })
  })

  it('keeps what is not encrypted out of channels that take nothing else', async () => {
    const channel = (await cms.post('/api/channels', { name: 'Paid', is_encrypted: '1' })).data
    const category = (await cms.post('/api/categories', { name: 'Paid' })).data
    await cms.post(`/api/categories/${category.key}/channels/${channel.key}/attach`)
    await cms.upload(FILM, { category_key: category.key })
    const encrypted = await cms.upload(FILM, { category_key: category.key, is_encryption_upload: '1' })
    await finishProcessing(app)
    expect((await contentOf(encrypted)).channels).toMatchObject([{ key: channel.key }])
    const { items } = (await cms.get('/0/media/channel/media_content', { channel_key: channel.key })).result
    const published: readonly { use_encryption: number }[] = items.item
    expect(new Set(published.map(({ use_encryption }) => use_encryption))).toEqual(new Set([1]))
  })

  it('is refused where the original is to be kept and its profile does not exist', async () => {
    const values = { is_passthrough: '1', profile_key: 'acme-nobody-has-this' }
    const message = 'There is no profile acme-nobody-has-this.'
    expect(await cms.post('/0/media_auth/upload/create_url', values)).toMatchObject({ httpStatus: 200, message })
    expect(await cms.post('/api/upload/create-url', values)).toMatchObject({ httpStatus: 400, message })
    expect(await cms.post('/api/v1/create_url', values)).toMatchObject({ httpStatus: 400, message })
  })
})

describe('another rendition', () => {
  let film: string
  const add = (key: string, profile: string) =>
    cms.post(`/0/media/library/create_transcoding_file/${key}`, { profile_key: profile })

  beforeAll(async () => {
    film = await cms.upload(FILM)
    await cms.post('/0/media/media_profile/create', { name: 'tiny', video_height: '144' })
    await cms.post('/0/media/media_profile/create', { name: 'again', video_height: '360' })
  })

  it('is made once the content plays, beside those it has', async () => {
    expect(await add(film, 'acme-tiny')).toMatchObject({ error: 1, message: expect.stringContaining('play') })
    await finishProcessing(app)
    const path = `/api/media-contents/${film}/transcoding-files`
    expect(await add(film, 'acme-tiny')).toMatchObject({ error: 0, result: [] })
    expect(await cms.post(path, { profile_key: 'acme-tiny' })).toMatchObject({ status: 'ok' })
    expect((await contentOf(film)).transcoding_files).toHaveLength(1)
    await finishProcessing(app)
    const { transcoding_files, transcoding_stage } = await contentOf(film)
    expect(transcoding_stage).toBe(21)
    expect(transcoding_files).toMatchObject([
      { profile_key: 'acme-standard', profile_name: '360p' },
      { profile_key: 'acme-tiny', profile_name: '144p', media_information: { video: { height: 144 } } },
    ])
  })

  it('is refused where it would be none', async () => {
    const audio = await cms.upload(FILM, { is_audio_upload: '1' })
    await finishProcessing(app)
    for (const [key, profile, message] of [
      [film, 'acme-tiny', /has all/],
      [film, 'acme-again', /has all/],
      [film, 'acme-audio', /no sizes/],
      [audio, 'acme-tiny', /no sizes/],
      [film, 'acme-nobody-has-this', /no profile/],
      ['20260301-nothing0', 'acme-tiny', /media content not found/],
    ] as const) {
      expect(await add(key, profile)).toMatchObject({ error: 1, message: expect.stringMatching(message) })
    }
    expect(await cms.post(`/0/media/library/create_transcoding_file/${film}`)).toMatchObject({ error: 1 })
  })
})

describe('subtitles', () => {
  let film: string
  const send = async (parts: readonly (string | Buffer)[]) => {
    const url = `${app.url}/api/media-contents/${film}/subtitles?access_token=${ACCESS_TOKEN}`
    const headers = { 'content-type': 'multipart/form-data; boundary=x1' }
    const { status, body } = await exchange(url, { headers, body: formBody('x1', parts) })
    const answer = JSON.parse(body) as { error: number; message: string; data: Record<string, unknown> }
    return { ...answer, httpStatus: status }
  }
  const text = (content: Buffer) => file(content, { name: 'file', fileName: 'ko.srt', type: 'text/plain' })

  beforeAll(async () => {
    film = await cms.upload(FILM)
    await finishProcessing(app)
  })

  it('are sent as a form, shown with the content, read and removed', async () => {
    // What is said of the file may come behind it.
    const added = await send([text(SRT), field('language_id', 'ko'), field('name', '한국어'), field('is_default', '1')])
    const subtitle = { id: expect.any(String), language_id: 'ko', name: '한국어', is_default: 1 }
    expect(added).toMatchObject({ httpStatus: 200, error: 0, data: subtitle })
    expect((await contentOf(film)).subtitles).toEqual([added.data])
    expect((await cms.get('/api/media-contents', { keyword: 'holiday' })).data[0].subtitles).toEqual([added.data])
    const shown = await exchange(String(added.data['subtitle_path']), { method: 'GET', length: 'none' })
    expect(shown).toMatchObject({ status: 200, body: expect.stringContaining('안녕') })
    expect(shown.body).toMatch(/^WEBVTT/)
    const path = `/api/media-contents/${film}/subtitles`
    expect((await cms.get(path)).data).toEqual([added.data])
    expect(await cms.call('DELETE', `${path}/${added.data['id']}`)).toMatchObject({ status: 'ok' })
    expect((await cms.get(path)).data).toEqual([])
    expect(await cms.call('DELETE', `${path}/${added.data['id']}`)).toMatchObject({ httpStatus: 404, error: 1 })
  })

  it.each([
    ['without a file', [field('language_id', 'ko')], 400],
    ['without a language', [text(SRT)], 400],
    ['in a language that is none', [text(SRT), field('language_id', 'Korean!')], 400],
    ['that are none', [text(Buffer.from('hello')), field('language_id', 'ko')], 400],
    ['that are too large', [field('language_id', 'ko'), text(Buffer.alloc(5 * 1024 * 1024, 'x'))], 413],
  ])('are refused %s', async (_what, parts, httpStatus) => {
    expect(await send(parts)).toMatchObject({ httpStatus, error: 1, message: expect.stringMatching(/.{10}/) })
    expect((await contentOf(film)).subtitles).toEqual([])
  })
})
