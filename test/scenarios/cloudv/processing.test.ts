import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Source } from '../../../src/core/library/asset.ts'
import { DEFAULT_PROFILE } from '../../../src/core/transcoding/profile.ts'
import { DEFAULT_WORKFLOW } from '../../../src/core/transcoding/workflow.ts'
import { deliverAll } from '../../support/deliver-all.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { exchange, signedToken } from './cloudv-app.ts'
import { type CmsApp, listParameter, startCmsApp } from './cms-app.ts'

const TOKEN = '/vod/videoManage/getUploadToken'
const TRANSCODE = '/vod/videoManage/transCode'
const WORKFLOW = '/workflow/startWorkflow'
const FILM = Buffer.from('not much of a film')
const SRT = '1\n00:00:00,000 --> 00:00:02,000\nHello there\n'
const VTT = 'WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag\n'

let app: CmsApp
let clock: ManualClock
let projectId: string

beforeAll(async () => {
  clock = new ManualClock(Date.UTC(2026, 2, 1))
  app = await startCmsApp({ clock, webhookAllow: '127.0.0.1' })
  projectId = (await app.infrastructure.work.read.projects.first())?.id ?? ''
  const look = { position: 'top-left', opacity: 1, marginPercent: 2, sizePercent: 5, color: 'ffffff' } as const
  const watermark = { kind: 'text', text: 'Mine', ...look } as const
  const { mediaSettings } = app.services
  await mediaSettings.putWorkflow(projectId as never, 'marked', {
    name: 'New Year',
    settings: { ...DEFAULT_WORKFLOW, watermark },
  })
  await mediaSettings.putProfile(projectId as never, 'small', { name: 'Small ones', settings: DEFAULT_PROFILE })
})
afterAll(() => app.close())

type Token = Readonly<{ videoId: string; uploadToken: string }>
const newToken = (more: Readonly<Record<string, unknown>> = {}) =>
  app.ask<Token>(TOKEN, { originFileName: 'film.mp4', ...more })

const send = async (authorization: string, content: Buffer): Promise<void> =>
  void (await sendSlices(authorization, content))

/** The fields of the answer. */
async function sendSlices(authorization: string, content: Buffer): Promise<Record<string, string>> {
  const headers = { authorization, uploadbatch: 'b' }
  const made = await exchange(app.url, `/mkblk/${content.length}/0`, { headers, body: content })
  const { ctx } = JSON.parse(made.body) as { ctx: string }
  const answer = await exchange(app.url, `/mkfile/${content.length}`, { headers, body: ctx })
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body) as Record<string, string>
}

/** Likewise. */
async function sendForm(token: string, content: Buffer): Promise<Record<string, string>> {
  const part = (name: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--x--\r\n`
  const body = `${part('token', token).replace('--x--\r\n', '')}${part('file"; filename="a.mp4', content.toString())}`
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const answer = await exchange(app.url, '/file/upload', { headers, body })
  expect(answer.status).toBe(200)
  return Object.fromEntries(new URLSearchParams(Buffer.from(answer.body, 'base64url').toString()))
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

/** The customer's server, and what it is told. */
async function customer(): Promise<Readonly<{ url: string; told: string[] }>> {
  const told: string[] = []
  const { url } = await startRemoteServer((request, response) => {
    const hear = (body: string): void => {
      told.push(body)
      response.end()
    }
    text(request).then(hear, () => response.destroy())
  })
  return { url, told }
}

async function readyVideo(): Promise<string> {
  const { videoId, uploadToken } = await newToken()
  await send(uploadToken, FILM)
  await app.makeReady(await app.assetOf(videoId))
  return videoId
}

/** Newest first. */
const versionsOf = async (videoId: string): Promise<readonly Source[]> =>
  app.services.versions.list(projectId as never, await app.assetOf(videoId))

type Wished = Readonly<{ workflowKey: string | null; profileKey: string | null }>
const drawnOn = async (videoId: string): Promise<string | undefined> => {
  const [newest] = await versionsOf(videoId)
  const upload = newest && (await app.infrastructure.work.read.uploads.get(newest.uploadId))
  return upload?.target.burnInLanguage
}

/** What the newest version is to be made with. */
async function wishedOf(videoId: string): Promise<Wished> {
  const [newest] = await versionsOf(videoId)
  const upload = newest && (await app.infrastructure.work.read.uploads.get(newest.uploadId))
  const { workflowKey = null, profileKey = null } = upload?.target ?? {}
  return { workflowKey, profileKey }
}

/** A material file that lies in the store. */
async function material(name: string, suffix: string, content: string): Promise<string> {
  const fileList = listParameter([{ name, suffix }])
  type Tokens = Readonly<{ items: readonly { materialId?: string; id?: string; uploadToken: string }[] }>
  const { items } = await app.ask<Tokens>('/vod/material/getMaterialUploadToken', { fileList })
  const id = items[0]?.materialId ?? ''
  await send(items[0]?.uploadToken ?? '', Buffer.from(content))
  const source = await app.makeReady(await app.assetOf(id))
  const { work, staging } = app.infrastructure
  const upload = await work.read.uploads.get(source.uploadId)
  const receipts = await work.read.uploads.receipts(source.uploadId)
  await staging.publish(upload?.staging as never, source.blobKey, { sizeBytes: source.sizeBytes, receipts })
  return id
}

/** By their labels. */
const subtitlesOf = async (videoId: string) => {
  const assetId = await app.assetOf(videoId)
  const found = await app.services.subtitles.list(projectId as never, assetId)
  const shown = await Promise.all(
    found.map(async ({ id, language, label }) => {
      const vtt = await app.services.subtitles.text(projectId as never, assetId, id)
      return [label, { language, text: vtt.trim().split('\n').at(-1) }] as const
    }),
  )
  return Object.fromEntries(shown)
}

describe('what a token says of the processing', () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>, Partial<Wished>]>([
    ['a workflow by its key', { workflowId: 'marked' }, { workflowKey: 'marked' }],
    ['a workflow by its name', { workflowId: 'New Year', cmd: '{workflowCode:audio}' }, { workflowKey: 'marked' }],
    ['a template by its name', { transCodeCombineName: 'Small ones' }, { profileKey: 'small' }],
    [
      'a watermark and a template',
      { waterMarkName: 'New Year', transCodeCombineName: 'mobile' },
      { workflowKey: 'marked', profileKey: 'mobile' },
    ],
    [
      'the old instruction',
      { cmd: '{"tcTemplateName":"Small ones","workflowCode":"audio"}' },
      { workflowKey: 'audio', profileKey: 'small' },
    ],
    ['a workflow that is no watermark', { waterMarkName: 'audio' }, {}],
    ['a workflow that comes later', { workflowId: 'wf-7' }, { workflowKey: 'wf-7' }],
    ['names of nothing', { workflowId: 'no such one', transCodeCombineName: '没有' }, {}],
  ])('is done: %s', async (_name, words, wished) => {
    const { videoId, uploadToken } = await newToken(words)
    await send(uploadToken, FILM)
    expect(await wishedOf(videoId)).toEqual({ workflowKey: null, profileKey: null, ...wished })
  })

  it('adds subtitles, each in its language', async () => {
    const srt = await material('captions', 'srt', SRT)
    const vtt = await material('untitled', 'vtt', VTT)
    const subtitle = listParameter([
      { lang: 'cn', subtitleId: vtt },
      { lang: 'de', subtitleId: vtt },
      { lang: 'dubbed-1!', subtitleId: srt },
    ])
    const { videoId, uploadToken } = await newToken({ subtitleId: srt, subtitle })
    expect(await subtitlesOf(videoId)).toEqual({
      captions: { language: 'qaa', text: 'Hello there' },
      '中文（中国）': { language: 'zh-CN', text: 'Guten Tag' },
      Deutsch: { language: 'de', text: 'Guten Tag' },
      'dubbed-1!': { language: 'und', text: 'Hello there' },
    })
    await send(uploadToken, FILM)
    expect(await drawnOn(videoId)).toBe('qaa')

    const deutsch = await material('Deutsch', 'srt', SRT)
    const german = listParameter([{ lang: 'de', subtitleId: vtt }])
    expect(await subtitlesOf((await newToken({ subtitleId: deutsch, subtitle: german })).videoId)).toEqual({
      Deutsch: { language: 'de', text: 'Guten Tag' },
      'Deutsch (2)': { language: 'qaa', text: 'Hello there' },
    })
  })

  it.each([
    ['a material that is not there', { subtitleId: 'ab'.repeat(16) }],
    ['a list that is none', { subtitle: 'eA==' }],
    ['a member without a language', { subtitle: listParameter([{ subtitleId: 'x' }]) }],
    ['two of one language', { subtitle: listParameter(Array(2).fill({ lang: 'de', subtitleId: 'x' })) }],
    [
      'fourteen',
      { subtitle: listParameter(Array.from({ length: 14 }, (_, i) => ({ lang: `l${i}`, subtitleId: 'x' }))) },
    ],
  ])('is refused where its subtitles are %s', async (_name, words) => {
    const answer = await app.call(TOKEN, { originFileName: 'film.mp4', ...words })
    expect(answer).toEqual({ code: 1000, message: expect.stringMatching(/\S/) })
  })
})

describe('transCode', () => {
  it('processes videos again, as it is told or as is usual, while what there is plays on', async () => {
    const [first, second] = [await readyVideo(), await readyVideo()]
    const [before] = await versionsOf(first)
    const ids = ` ${first},${second.toUpperCase()},,${first}`
    expect(await app.ask(TRANSCODE, { videoIds: ids, waterMarkTemplateName: 'New Year' })).toBe('')
    for (const videoId of [first, second]) {
      expect(await wishedOf(videoId)).toEqual({ workflowKey: 'marked', profileKey: null })
      expect((await versionsOf(videoId)).map(({ version }) => version)).toEqual([2, 1])
    }
    const { videoListInfo } = await app.ask<{ videoListInfo: readonly unknown[] }>('/vod/videoManage/getVideoList', {
      videoId: first,
    })
    expect(videoListInfo).toMatchObject([{ transcodeState: 3, videoResolutions: { length: 3 } }])
    const [again] = await versionsOf(first)
    expect(again?.blobKey).toBe(before?.blobKey)
    await app.makeReady(await app.assetOf(first))
    const ready = await app.ask('/vod/videoManage/getVideoList', { videoId: first })
    expect(ready).toMatchObject({ videoListInfo: [{ transcodeState: 1 }] })
    await app.ask(TRANSCODE, { videoIds: first, transCodeTemplateId: 'small' })
    expect(await wishedOf(first)).toEqual({ workflowKey: 'standard', profileKey: 'small' })
  })

  it('adds subtitles, in place of those of the same label', async () => {
    const videoId = await readyVideo()
    const srt = await material('Deutsch', 'srt', SRT)
    const vtt = await material('any', 'vtt', VTT)
    await app.ask(TRANSCODE, { videoIds: videoId, subtitleId: srt })
    expect(await drawnOn(videoId)).toBe('qaa')
    await app.makeReady(await app.assetOf(videoId))
    await app.ask(TRANSCODE, { videoIds: videoId, subtitle: listParameter([{ lang: 'de', subtitleId: vtt }]) })
    expect(await subtitlesOf(videoId)).toEqual({ Deutsch: { language: 'de', text: 'Guten Tag' } })
    expect(await drawnOn(videoId)).toBeUndefined()
  })

  it('processes no material file', async () => {
    const id = await material('logo', 'png', 'not much of a picture')
    expect((await app.call(TRANSCODE, { videoIds: id })).code).toBe(1545)
    expect((await app.call(WORKFLOW, { targetId: id, transNo: 'logo', workflowId: 'standard' })).code).toBe(1000)
  })

  it('begins with those it can, and names the others', async () => {
    const [ready, waiting] = [await readyVideo(), (await newToken()).videoId]
    const answer = await app.call(TRANSCODE, { videoIds: `${waiting},${ready}` })
    expect(answer).toEqual({ code: 300, message: expect.stringContaining(waiting) })
    expect(answer.message).not.toContain(ready)
    expect(await versionsOf(ready)).toHaveLength(2)
    expect((await app.call(TRANSCODE, { videoIds: ready })).code).toBe(300)
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>, number]>([
    ['no video', {}, 1540],
    ['a name that cannot be a video', { videoIds: "x'y" }, 1541],
    ['commas alone', { videoIds: ' ,,' }, 1542],
    ['a watermark with too long a name', { waterMarkTemplateName: 'x'.repeat(256) }, 1543],
    ['a template with too long a name', { transCodeTemplateName: 'x'.repeat(256) }, 1544],
    ['an unknown video', { videoIds: 'ab'.repeat(16) }, 1545],
    ['an unknown watermark', { waterMarkTemplateName: 'audio' }, 1546],
    ['an unknown template', { transCodeTemplateName: 'none' }, 1547],
    ['unknown subtitles', { subtitleId: 'ab'.repeat(16) }, 1000],
  ])('refuses %s, and begins with none', async (_name, wrong, code) => {
    const videoId = await readyVideo()
    const videoIds = code === 1540 ? undefined : videoId
    const ids = { videoIds: code === 1545 ? `${videoId},${'ab'.repeat(16)}` : videoIds }
    const answer = await app.call(TRANSCODE, { ...ids, ...(code === 1545 ? {} : wrong) })
    expect(answer).toEqual({ code, message: expect.stringMatching(/\S/) })
    expect(await versionsOf(videoId)).toHaveLength(1)
  })
})

describe('the operations of a token', () => {
  const told = (body: string): unknown => JSON.parse(Buffer.from(body, 'base64url').toString())

  it.each([
    ['a form', { separate: 0 }, 'asset.ready', [{ code: 3, items: [{ cmd: 'avthumb/mp4' }, { cmd: 'Small ones|x' }] }]],
    [
      'slices',
      { separate: '1' },
      'asset.failed',
      [
        { code: 4, items: [{ cmd: 'Small ones|x', code: 4 }] },
        { code: 4, items: [{ cmd: 'avthumb/mp4', code: 4 }] },
      ],
    ],
  ] as const)('are done to the file of %s where they name something, and told of', async (way, more, type, notices) => {
    const { url, told: bodies } = await customer()
    const key = `ops/${way}.mp4`
    const ops = { persistentOps: 'avthumb/mp4;Small ones|x', persistentNotifyUrl: url, ...more }
    const policy = { scope: `films:${key}`, deadline: clock.now() + 60_000, returnBody: 'id=$(persistentId)', ...ops }
    const authorization = signedToken(policy)
    const answer = way === 'slices' ? await sendSlices(authorization, FILM) : await sendForm(authorization, FILM)
    const id = new URLSearchParams(answer).get('id')
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    const entry = await app.infrastructure.work.read.externalKeys.find('cloudv.file_key', `${projectId}/films:${key}`)
    const assetId = entry?.subjectId as never
    const videoId = (await app.services.library.keyOf('cloudv.video_id', assetId)) ?? ''
    expect(await wishedOf(videoId)).toEqual({ workflowKey: null, profileKey: 'small' })
    const [source] = await versionsOf(videoId)
    const event = { type, assetId, sourceId: source?.id as never, reason: 'encode_failed' }
    const { work } = app.infrastructure
    await work.transaction(async (tx) => void (await tx.outbox.append(projectId as never, event, clock.now())))
    await deliverAll(app)
    const wanted = notices.map((notice) => ({ id, inputbucket: 'films', inputkey: key, ...notice }))
    expect(bodies.map(told).toSorted(byText)).toMatchObject(wanted)
  })

  it('are refused with an address that may not be told', async () => {
    const ops = { persistentOps: 'x', persistentNotifyUrl: 'http://10.0.0.1/' }
    const token = signedToken({ scope: 'films:x', deadline: clock.now() + 60_000, ...ops })
    const answer = await exchange(app.url, '/mkblk/5/0', { headers: { authorization: token }, body: 'hello' })
    expect(answer.status).toBe(400)
  })
})

describe('startWorkflow', () => {
  it('processes a video again and tells of its end, well or badly', async () => {
    const { url, told } = await customer()
    const endpoint = await app.services.webhooks.create({
      ...{ projectId: projectId as never, format: 'cloudv', url },
      eventTypes: ['asset.ready', 'asset.failed'],
    })
    const videoId = await readyVideo()
    const assetId = await app.assetOf(videoId)
    const { work } = app.infrastructure
    const ids: string[] = []
    for (const [i, type] of (['asset.ready', 'asset.failed'] as const).entries()) {
      const asked = { targetId: videoId, transNo: `order-${i}`, workflowId: 'New Year' }
      const answer = await app.call<{ id: string }>(WORKFLOW, asked)
      expect(answer).toMatchObject({ code: 200, data: { id: expect.stringMatching(/^[0-9a-f]{32}$/) } })
      expect(answer).toMatchObject({ id: answer.data.id })
      ids.push(answer.data.id)
      const [source] = await versionsOf(videoId)
      expect(await wishedOf(videoId)).toEqual({ workflowKey: 'marked', profileKey: null })
      await clock.advance(1_000)
      if (type === 'asset.ready') await app.makeReady(assetId)
      const event = { type, assetId, sourceId: source?.id as never, reason: 'encode_failed' }
      await work.transaction(async (tx) => void (await tx.outbox.append(projectId as never, event, clock.now())))
      await deliverAll(app)
    }
    const inner = told.map((body) => JSON.parse((JSON.parse(body) as { data: string }).data) as object)
    expect(inner).toMatchObject([
      { id: ids[0], state: 3, workflowId: 'New Year', transNo: 'order-0', targetId: videoId, output: [{}] },
      { id: ids[1], state: 4, workflowId: 'New Year', transNo: 'order-1', targetId: videoId },
    ])
    await app.services.webhooks.delete(projectId as never, endpoint.id)
  })

  it('is done once for each transNo', async () => {
    const videoId = await readyVideo()
    const asked = { targetId: videoId, transNo: 'once', workflowId: 'standard' }
    const codes = (await Promise.all([1, 2, 3].map(() => app.call(WORKFLOW, asked)))).map(({ code }) => code)
    // Of those at once, one may find the video being processed already.
    expect(codes.filter((code) => code === 200)).toHaveLength(1)
    expect((await app.call(WORKFLOW, asked)).code).toBe(1630)
    expect(await versionsOf(videoId)).toHaveLength(2)
  })

  it.each([
    ['no video', { targetId: undefined }],
    ['an unknown video', { targetId: 'ab'.repeat(16) }],
    ['no transNo', { transNo: '' }],
    ['too long a transNo', { transNo: 'x'.repeat(65) }],
    ['no workflow', { workflowId: undefined }],
    ['an unknown workflow', { workflowId: 'none' }],
  ])('refuses %s', async (_name, wrong) => {
    const asked = { targetId: await readyVideo(), transNo: `refused ${_name}`, workflowId: 'standard', ...wrong }
    expect(await app.call(WORKFLOW, asked)).toEqual({ code: 1000, message: expect.stringMatching(/\S/) })
  })

  it('answers an operation beside it in the vendor’s form', async () => {
    expect((await app.call('/workflow/none')).code).toBe(1006)
  })
})
