import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anAsset } from '../../support/rows.ts'
import { type CmsApp, startCmsApp } from './cms-app.ts'

const PUBLISH = '/vod/videoManage/getPublishCode'
const DELETE = '/vod/videoManage/deleteVideo'

type Urls = Readonly<Record<'urlType' | 'originUrl' | 'fluentUrl' | 'sdUrl' | 'highUrl' | 'hdPullUrl', string>>
type Code = Readonly<{ videoId: string; encrypt: number; autoCode: string; swfCode: string; videoUrl: readonly Urls[] }>

let app: CmsApp

beforeAll(async () => {
  app = await startCmsApp()
})
afterAll(() => app.close())

async function newVideo(): Promise<string> {
  const data = await app.ask<{ videoId: string }>('/vod/videoManage/getUploadToken', { originFileName: 'film.mp4' })
  return data.videoId
}

describe('getPublishCode', () => {
  it('gives addresses that play, one for each quality there is, and a player to frame', async () => {
    const videoId = await newVideo()
    await app.makeReady(await app.assetOf(videoId))
    const code = await app.ask<Code>(PUBLISH, { videoId })
    expect(code).toMatchObject({ videoId, encrypt: 0, swfCode: '', customCode: '' })
    expect(code.videoUrl.map(({ urlType }) => urlType)).toEqual(['PC', 'Mobile'])
    const [pc] = code.videoUrl
    const master = await fetch(pc?.originUrl ?? '')
    expect(master.status).toBe(200)
    const named = (await master.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const absolute = named.map((uri) => new URL(uri, pc?.originUrl).href)
    expect([pc?.highUrl, pc?.fluentUrl].sort()).toEqual(absolute.sort())
    expect([pc?.sdUrl, pc?.hdPullUrl]).toEqual(['', ''])
    const [, page] = /^<iframe src="([^"]+)"/.exec(code.autoCode) ?? []
    expect(page?.startsWith(`${app.url}/watch/`)).toBe(true)
  })

  it('has empty addresses while there is nothing to play', async () => {
    const code = await app.ask<Code>(PUBLISH, { videoId: await newVideo() })
    expect(code.autoCode).toBe('')
    expect(code.videoUrl[0]).toEqual({
      urlType: 'PC',
      originUrl: '',
      fluentUrl: '',
      sdUrl: '',
      highUrl: '',
      hdPullUrl: '',
    })
  })

  it('gives only what was asked for', async () => {
    const videoId = await newVideo()
    await app.makeReady(await app.assetOf(videoId))
    const urls = await app.ask<Code>(PUBLISH, { videoId: videoId.toUpperCase(), codeType: '4' })
    expect([urls.videoUrl.length, urls.autoCode]).toEqual([2, ''])
    const player = await app.ask<Code>(PUBLISH, { videoId, codeType: 5 })
    expect([player.videoUrl.length, player.autoCode !== '']).toEqual([0, true])
  })

  it('knows an asset that came another way by the number of its id', async () => {
    const { work } = app.infrastructure
    const project = await work.read.projects.first()
    const asset = anAsset(project?.id as never)
    await work.read.assets.insert(asset)
    await app.makeReady(asset.id)
    const { videoIdOf } = await import('../../../src/http/dialects/cloudv/video-id.ts')
    const code = await app.ask<Code>(PUBLISH, { videoId: videoIdOf(asset.id) })
    expect((await fetch(code.videoUrl[0]?.originUrl ?? '')).status).toBe(200)
  })

  it.each([
    ['no video', {}, 1503],
    ['an empty video', { videoId: '' }, 1503],
    ['special characters', { videoId: "a'b" }, 1504],
    ['an unknown video', { videoId: 'ab'.repeat(16) }, 1502],
  ])('refuses %s', async (_name, parameters, code) => {
    for (const path of [PUBLISH, DELETE]) {
      expect(await app.call(path, parameters)).toEqual({ code, message: expect.stringMatching(/\S/) })
    }
  })

  it('refuses a code of another type', async () => {
    expect((await app.call(PUBLISH, { videoId: await newVideo(), codeType: 3 })).code).toBe(1532)
  })
})

describe('deleteVideo', () => {
  it.each([
    ['at once', { isAsync: 0 }, ''],
    ['in the background, by default', {}, { taskId: expect.stringMatching(/^[0-9a-f]{32}$/) }],
  ])('deletes %s, and the video is unknown from then on', async (_name, parameters, data) => {
    const videoId = await newVideo()
    await app.makeReady(await app.assetOf(videoId))
    expect(await app.ask(DELETE, { videoId, ...parameters })).toEqual(data)
    for (const path of [PUBLISH, DELETE]) expect((await app.call(path, { videoId })).code).toBe(1502)
  })

  it.each([
    ['a flag that is none', { isAsync: 2 }, 1000],
    ['to delete the original file alone', { onlyDeleteSource: 1 }, 1569],
  ])('refuses %s, and deletes nothing', async (_name, parameters, code) => {
    const videoId = await newVideo()
    expect((await app.call(DELETE, { videoId, ...parameters })).code).toBe(code)
    expect((await app.call(PUBLISH, { videoId })).code).toBe(200)
  })
})
