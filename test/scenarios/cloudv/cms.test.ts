import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { anAsset, aSource } from '../../support/rows.ts'
import { type CmsApp, listParameter, startCmsApp } from './cms-app.ts'

const LIST = '/vod/videoManage/getVideoList'
const EDIT = '/vod/videoManage/videoEdit'
const START_MS = Date.UTC(2026, 2, 1, 12)

type Item = Readonly<Record<string, unknown>> & Readonly<{ videoId: string; videoName: string }>
type List = Readonly<{ videoTotal: number; total: number; videoListInfo: readonly Item[] }>

let app: CmsApp
let clock: ManualClock

beforeAll(async () => {
  clock = new ManualClock(START_MS)
  app = await startCmsApp({ clock })
})
afterAll(() => app.close())

const list = (parameters: Readonly<Record<string, unknown>>) => app.ask<List>(LIST, parameters)
const namesIn = async (parameters: Readonly<Record<string, unknown>>): Promise<readonly string[]> =>
  (await list(parameters)).videoListInfo.map(({ videoName }) => videoName)

async function newVideo(videoName: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const token = { originFileName: 'film.mp4', videoName, ...more }
  return (await app.ask<{ videoId: string }>('/vod/videoManage/getUploadToken', token)).videoId
}

async function readyVideo(videoName: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const videoId = await newVideo(videoName, more)
  await app.makeReady(await app.assetOf(videoId))
  return videoId
}

describe('getVideoList', () => {
  it('shows all of a video', async () => {
    const categoryNames = [{ parentName: 'science', childName: 'physics' }]
    const videoId = await readyVideo('Waves', { categoryNames, domain: 'play.example' })
    const { videoTotal, total, videoListInfo } = await list({ videoId })
    expect([videoTotal, total]).toEqual([1, 1])
    expect(videoListInfo).toEqual([
      {
        videoName: 'Waves',
        videoId,
        createUser: '',
        encrypt: 0,
        videoSize: expect.stringMatching(/^[1-9]\d+$/),
        videoDuration: expect.stringMatching(/^\d+$/),
        createTime: '2026-03-01 12:00:00',
        uploadTime: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
        updateTime: '2026-03-01 12:00:00',
        videoDescription: '',
        videoClassification: 'physics',
        imageUrl: expect.stringContaining('/poster.jpg'),
        publishDomain: 'play.example',
        playerName: '',
        playerId: '',
        videoState: 0,
        transcodeState: 1,
        videoSourceCode: 1,
        videoResolutions: [
          { clarity: 1, serverType: -1, height: expect.any(Number), width: expect.any(Number), fileSize: 1_000 },
          { clarity: 4, serverType: 0, height: 720, width: 1280, fileSize: expect.any(Number) },
          { clarity: 2, serverType: 0, height: 360, width: 640, fileSize: expect.any(Number) },
        ],
      },
    ])
  })

  it('finds a video by its id before its file is there, and lists it only afterwards', async () => {
    const videoId = await newVideo('Later')
    expect((await list({ videoId })).videoListInfo).toMatchObject([{ videoId, transcodeState: 2, uploadTime: '' }])
    expect(await namesIn({ videoName: 'Later' })).toEqual([])
    await app.makeReady(await app.assetOf(videoId))
    expect(await namesIn({ videoName: 'later' })).toEqual(['Later'])
  })

  it('pages in either order, and names assets that came another way', async () => {
    const run = randomUUID().slice(0, 8)
    const { work } = app.infrastructure
    const project = await work.read.projects.first()
    for (let i = 0; i < 5; i++) {
      await clock.advance(1_000)
      const asset = anAsset(project?.id as never, { title: `${run} ${i}`, createdAtMs: clock.now() })
      await work.read.assets.insert(asset)
      await app.makeReady(asset.id)
    }
    const page = (pageIndex: number, listOrder: number) =>
      namesIn({ videoName: run, pageIndex, pageSize: '2', listOrder })
    expect(await page(1, 0)).toEqual([`${run} 4`, `${run} 3`])
    expect(await page(3, 0)).toEqual([`${run} 0`])
    expect(await page(4, 0)).toEqual([])
    expect(await page(1, 1)).toEqual([`${run} 0`, `${run} 1`])
    const { videoTotal, total, videoListInfo } = await list({ videoName: run, pageSize: 2 })
    expect([videoTotal, total]).toEqual([2, 5])
    const videoId = videoListInfo[0]?.videoId
    expect((await list({ videoId })).videoListInfo).toMatchObject([{ videoId, videoName: `${run} 4` }])
  })

  it('narrows by time, state, status, user and classification', async () => {
    await clock.advance(3_600_000)
    const ready = await readyVideo('Narrow ready', { categoryNames: [{ parentName: 'p', childName: 'narrow' }] })
    await clock.advance(3_600_000)
    const failed = await readyVideo('Narrow failed')
    const failedId = await app.assetOf(failed)
    const { work } = app.infrastructure
    const [source] = await work.read.sources.listForAsset(failedId)
    await work.transaction(async (tx) => {
      await tx.assets.lock(failedId)
      await tx.sources.update(source?.id as never, { failure: { code: 'c', reason: 'r', message: 'm' } })
      await tx.assets.update(failedId, { currentSourceId: undefined, ownerId: 'anna' }, clock.now())
    })
    await app.ask('/vod/videoManage/videoBlock', { videoId: ready })
    const within = (more: Readonly<Record<string, unknown>>) => namesIn({ videoName: 'Narrow', ...more })
    expect(await within({})).toEqual(['Narrow failed', 'Narrow ready'])
    expect(await within({ transcodeState: 1 })).toEqual(['Narrow ready'])
    expect(await within({ transcodeState: '4' })).toEqual(['Narrow failed'])
    expect(await within({ transcodeState: 2 })).toEqual([])
    expect(await within({ videoStatus: 1 })).toEqual(['Narrow ready'])
    expect(await within({ videoStatus: '0' })).toEqual(['Narrow failed'])
    expect(await within({ createUser: 'anna' })).toEqual(['Narrow failed'])
    expect(await within({ videoClassification: 'other,narrow' })).toEqual(['Narrow ready'])
    expect(await within({ videoClassification: 'nothing' })).toEqual([])
    const middle = new Date(clock.now() - 60_000).toISOString().slice(0, 19).replace('T', ' ')
    expect(await within({ startTime: middle })).toEqual(['Narrow failed'])
    expect(await within({ endTime: middle })).toEqual(['Narrow ready'])
  })

  it('finds what is processed once more under way, as it shows it, and done again if that fails', async () => {
    const { sources } = app.infrastructure.work.read
    const assetId = await app.assetOf(await readyVideo('Once more'))
    const stateIn = async (transcodeState: number) =>
      (await list({ videoName: 'Once more', transcodeState })).videoListInfo.map((item) => item['transcodeState'])
    expect([await stateIn(1), await stateIn(3)]).toEqual([[1], []])
    const [playing] = await sources.listForAsset(assetId)
    const next = aSource({ id: assetId, projectId: playing?.projectId as never }, { version: 2 })
    await sources.insert(next)
    expect([await stateIn(1), await stateIn(3)]).toEqual([[], [3]])
    await sources.update(next.id, { failure: { code: 'c', reason: 'r', message: 'm' } })
    expect([await stateIn(1), await stateIn(3)]).toEqual([[1], []])
  })

  it.each([
    [{ pageIndex: 0 }, 1012],
    [{ pageSize: 51 }, 1012],
    [{ pageIndex: 2_001, pageSize: 50 }, 1012],
    [{ listOrder: 2 }, 1012],
    [{ videoStatus: 'x' }, 1012],
    [{ transcodeState: 9 }, 1012],
    [{ startTime: 'yesterday' }, 1013],
    [{ endTime: '2026-13-01 00:00:00' }, 1013],
    [{ createUser: 'a,b' }, 1000],
  ])('refuses %j', async (parameters, code) => {
    expect(await app.call(LIST, parameters)).toEqual({ code, message: expect.stringMatching(/\S/) })
  })

  it.each(['ab'.repeat(16), "x'y"])('is empty for the unknown video %s', async (videoId) => {
    expect(await list({ videoId })).toEqual({ videoTotal: 0, total: 0, videoListInfo: [] })
  })
})

describe('videoEdit', () => {
  const shown = async (videoId: string) => (await list({ videoId })).videoListInfo[0]

  it('changes what is given and leaves the rest', async () => {
    const videoId = await readyVideo('Before', { domain: 'old.example' })
    const categoryNames = listParameter([{ childName: 'c1', parentName: 'p1' }, { childName: 'c2' }])
    await app.ask(EDIT, { videoId, videoName: 'After', videoDescription: 'Text', playerId: '77', categoryNames })
    expect(await shown(videoId)).toMatchObject({
      videoName: 'After',
      videoDescription: 'Text',
      playerId: '77',
      publishDomain: 'old.example',
      videoClassification: 'c1,c2',
    })
    await app.ask(EDIT, { videoId, videoName: '', videoClassification: 'c2' })
    expect(await shown(videoId)).toMatchObject({ videoName: 'After', videoClassification: 'c2' })
    await app.ask(EDIT, { videoId, categoryNames: listParameter([]) })
    expect(await shown(videoId)).toMatchObject({ videoName: 'After', videoClassification: '' })
  })

  it.each([
    ['a name of 41 characters', { videoName: 'é'.repeat(41) }, 1500],
    ['a description of 201 characters', { videoDescription: 'é'.repeat(201) }, 1012],
    ['categories that are no list', { categoryNames: 'x' }, 1575],
    ['a classification that is none', { videoClassification: 'unheard of' }, 1558],
  ])('refuses %s, and changes nothing', async (_name, wrong, code) => {
    const videoId = await readyVideo('Unchanged')
    expect((await app.call(EDIT, { videoId, playerId: 'new', ...wrong })).code).toBe(code)
    expect(await shown(videoId)).toMatchObject({ videoName: 'Unchanged', playerId: '' })
  })

  it('refuses a video that is not there', async () => {
    expect((await app.call(EDIT, { videoId: 'ab'.repeat(16), videoName: 'x' })).code).toBe(1502)
    expect((await app.call(EDIT, { videoName: 'x' })).code).toBe(1503)
  })
})

describe('videoBlock and videoEnable', () => {
  it('switch a video off and on, each once', async () => {
    const videoId = await readyVideo('Switched')
    const call = async (name: string) => (await app.call(`/vod/videoManage/${name}`, { videoId })).code
    const state = async () => (await list({ videoId })).videoListInfo[0]?.['videoState']
    expect(await call('videoEnable')).toBe(1506)
    expect([await call('videoBlock'), await state()]).toEqual([200, 1])
    expect(await call('videoBlock')).toBe(1506)
    expect([await call('videoEnable'), await state()]).toEqual([200, 0])
  })

  it.each([
    [{}, 1503],
    [{ videoId: '' }, 1503],
    [{ videoId: 'a b' }, 1504],
    [{ videoId: 'ab'.repeat(16) }, 1502],
  ])('refuse %j', async (parameters, code) => {
    for (const name of ['videoBlock', 'videoEnable']) {
      expect((await app.call(`/vod/videoManage/${name}`, parameters)).code).toBe(code)
    }
  })
})

describe('categories', () => {
  type Categories = Readonly<{
    total: number
    pageIndex: number
    pageSize: number
    categoryList: readonly Readonly<{ labelName: string; nodeId: number; parentNodeId: number; createUser: string }>[]
  }>
  const create = (labelName: string, parentNodeId?: number) =>
    app.ask<{ nodeId: number }>('/vod/videoCategory/createCategory', { labelName, parentNodeId })
  const categories = (parameters: Readonly<Record<string, unknown>> = {}) =>
    app.ask<Categories>('/vod/videoCategory/getCategoryList', parameters)

  it('are made, listed by their parent in pages, and removed', async () => {
    const { nodeId } = await create('School')
    expect(nodeId).toBeGreaterThan(0)
    expect(nodeId).toBeLessThan(2 ** 31)
    const children: number[] = []
    for (const name of ['a', 'b', 'c']) children.push((await create(name, nodeId)).nodeId)
    const below = await categories({ parentNodeId: nodeId, pageSize: 2, pageIndex: 2 })
    expect(below).toEqual({
      total: 3,
      pageSize: 2,
      pageIndex: 2,
      categoryList: [{ labelName: 'c', parentNodeId: nodeId, nodeId: children[2], createUser: '' }],
    })
    const top = await categories({ pageSize: 100 })
    expect(top.categoryList).toContainEqual({ labelName: 'School', parentNodeId: 0, nodeId, createUser: '' })
    await app.ask('/vod/videoCategory/deleteCategory', { nodeId: children[0] })
    expect((await categories({ parentNodeId: nodeId })).categoryList.map(({ labelName }) => labelName)).toEqual([
      'b',
      'c',
    ])
  })

  it('lose all their videos, also those of the ones below, where that is asked for', async () => {
    const { nodeId } = await create('Old')
    const inside = await readyVideo('Inside', { categoryNames: [{ parentName: 'Old', childName: 'older' }] })
    const outside = await readyVideo('Outside', { categoryNames: [{ parentName: 'New' }] })
    const data = await app.ask<{ taskId: number }>('/vod/videoCategory/deleteVideoByCategory', { nodeId })
    expect(data).toEqual({ taskId: expect.any(Number) })
    expect((await list({ videoId: inside })).videoTotal).toBe(0)
    expect((await list({ videoId: outside })).videoTotal).toBe(1)
  })

  it.each([
    ['createCategory', {}],
    ['createCategory', { labelName: 'x'.repeat(33) }],
    ['createCategory', { labelName: 'x', parentNodeId: 12 }],
    ['deleteCategory', {}],
    ['deleteCategory', { nodeId: 12 }],
    ['deleteVideoByCategory', { nodeId: '' }],
    ['deleteVideoByCategory', { nodeId: 12 }],
    ['getCategoryList', { parentNodeId: 12 }],
  ])('are not there for %s of %j', async (name, parameters) => {
    expect((await app.call(`/vod/videoCategory/${name}`, parameters)).code).toBe(1000)
  })

  it('have different names below one parent', async () => {
    const { nodeId } = await create('Twice')
    expect((await app.call('/vod/videoCategory/createCategory', { labelName: 'Twice' })).code).toBe(1000)
    expect((await create('Twice', nodeId)).nodeId).not.toBe(nodeId)
  })
})
