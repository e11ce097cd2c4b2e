import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveFile, startRemoteServer } from '../../support/remote-server.ts'
import { type CmsApp, listParameter, startCmsApp } from './cms-app.ts'

const PULL = '/vod/videoManage/pullVideo'
const QUERY = '/vod/videoManage/pullVideoQuery'
const FILM = randomBytes(200_000)
const MD5 = createHash('md5').update(FILM).digest('hex')
const NEVER = new AbortController().signal

type Task = Readonly<{ tranNo: string; taskId: string }>
type Item = Readonly<{
  fileName: string
  fetchUrl: string
  md5: string
  pullStatus: number
  cmdStatus: number
  videoInfo: Readonly<{ videoId: string; duration: number; videoFileList: readonly Record<string, unknown>[] }>
}>
type State = Readonly<{ taskId: string; transNo: string; timestamp: string; status: number; items: readonly Item[] }>

let app: CmsApp

beforeAll(async () => {
  app = await startCmsApp({ pullAllow: '127.0.0.1' })
})
afterAll(() => app.close())

const filesOf = (url: string) =>
  listParameter([{ fileName: 'first.mp4', fetchUrl: `${url}/a.mp4`, md5: MD5 }, { fetchUrl: `${url}/b%20c.mp4` }])

/** What the workers would do: every pull that waits, once. */
async function doPulls(): Promise<void> {
  const { queue } = app.infrastructure
  for (;;) {
    const job = await queue.claim({ kinds: ['pull'], workerId: 'here', leaseMs: 15_000 })
    if (job === undefined) return
    const failure = await app.services.pulls.attempt(job, { signal: NEVER, reportProgress: () => undefined }).then(
      () => undefined,
      () => ({ code: 'c', reason: 'r', message: 'm' }),
    )
    if (failure !== undefined) await app.services.pulls.failed(job, failure)
  }
}

const query = (parameters: Readonly<Record<string, unknown>>) => app.ask<State>(QUERY, parameters)

describe('pullVideo', () => {
  it('gets each file as a video that can be asked for from the beginning and plays in the end', async () => {
    const remote = await startRemoteServer(serveFile(FILM))
    const task = await app.ask<Task>(PULL, { transNo: 'order-1', fileList: filesOf(remote.url) })
    expect(task).toEqual({ tranNo: 'order-1', taskId: expect.stringMatching(/^[0-9a-f]{32}$/) })

    const before = await query({ taskId: task.taskId })
    expect(before).toMatchObject({ taskId: task.taskId, transNo: 'order-1', status: 1 })
    expect(before.timestamp).toMatch(/^\d{13}$/)
    expect(before.items.map(({ videoInfo: _, ...rest }) => rest)).toEqual([
      { fileName: 'first.mp4', fetchUrl: `${remote.url}/a.mp4`, md5: MD5, pullStatus: 1, cmdStatus: 1 },
      { fileName: 'b c.mp4', fetchUrl: `${remote.url}/b%20c.mp4`, md5: '', pullStatus: 1, cmdStatus: 1 },
    ])
    const [videoId = ''] = before.items.map(({ videoInfo }) => videoInfo.videoId)
    expect(videoId).toMatch(/^[0-9a-f]{24}0{8}$/)

    await doPulls()
    const pulled = await query({ transNo: 'order-1' })
    expect(pulled.status).toBe(1)
    expect(pulled.items.map(({ pullStatus, cmdStatus }) => [pullStatus, cmdStatus])).toEqual([
      [2, 1],
      [2, 1],
    ])

    for (const { videoInfo } of pulled.items) await app.makeReady(await app.assetOf(videoInfo.videoId))
    const done = await query({ transNo: 'order-1' })
    expect(done.status).toBe(2)
    expect(done.items.map(({ pullStatus, cmdStatus }) => [pullStatus, cmdStatus])).toEqual([
      [2, 2],
      [2, 2],
    ])
    const { videoInfo } = done.items[0] as Item
    expect(videoInfo.duration).toBeGreaterThan(0)
    expect(videoInfo.videoFileList.map(({ clarity, serverType }) => [clarity, serverType])).toEqual([
      [1, 1],
      [4, 0],
      [2, 0],
    ])
    expect(videoInfo.videoFileList[0]).toMatchObject({ fileSize: FILM.length })
    expect((await fetch(String(videoInfo.videoFileList[0]?.['fileUrl']))).status).toBe(200)
  })

  it('says of each file by itself that it could not be got, or was another than its md5', async () => {
    const remote = await startRemoteServer((request, response) => {
      if (request.url === '/a.mp4') serveFile(Buffer.from('something else'))(request, response)
      else response.writeHead(404).end()
    })
    const { taskId } = await app.ask<Task>(PULL, { fileList: filesOf(remote.url) })
    await doPulls()
    const { status, items } = await query({ taskId })
    expect(status).toBe(2)
    expect(items.map(({ pullStatus, cmdStatus }) => [pullStatus, cmdStatus])).toEqual([
      [3, 3],
      [3, 3],
    ])
  })

  it('begins a task once, however often and by how many it is asked with the same transNo', async () => {
    const fileList = filesOf('http://127.0.0.1:9')
    const ask = () => app.ask<Task>(PULL, { transNo: 'order-2', fileList })
    const tasks = await Promise.all(Array.from({ length: 4 }, ask))
    expect(new Set([...tasks, await ask()].map(({ taskId }) => taskId)).size).toBe(1)
    expect((await query({ transNo: 'order-2' })).items).toHaveLength(2)
    const jobs: unknown[] = []
    for (;;) {
      const job = await app.infrastructure.queue.claim({ kinds: ['pull'], workerId: 'here', leaseMs: 15_000 })
      if (job === undefined) break
      jobs.push(job)
      await app.services.pulls.failed(job, { code: 'c', reason: 'r', message: 'm' })
    }
    expect((await query({ transNo: 'order-2' })).items.map(({ pullStatus }) => pullStatus)).toEqual([3, 3])
  })

  it('keeps the workflow or the instruction with the video, and no password of an address', async () => {
    const fileList = listParameter([{ filName: 'x.mp4', fetchUrl: 'http://me:hush@127.0.0.1:9/x.mp4?id=7' }])
    const cmd = '{tcTemplateName:small,workflowCode:wf2}'
    const metadataOf = async (parameters: Readonly<Record<string, unknown>>) => {
      const { taskId } = await app.ask<Task>(PULL, { fileList, ...parameters })
      const [item] = (await query({ taskId })).items
      expect(item).toMatchObject({ fileName: 'x.mp4', fetchUrl: 'http://127.0.0.1:9/x.mp4?id=7' })
      const assetId = await app.assetOf(item?.videoInfo.videoId ?? '')
      const asset = await app.infrastructure.work.read.assets.find(assetId)
      const upload = await app.infrastructure.work.read.uploads.newestForAsset(assetId)
      return { asset: asset?.metadata, target: upload?.target }
    }
    expect(await metadataOf({ cmd })).toMatchObject({
      asset: { 'cloudv.cmd': cmd, 'cloudv.source': 'pull' },
      target: { workflowKey: 'wf2', profileKey: 'small' },
    })
    const covered = await metadataOf({ cmd, workflowId: 'wf1' })
    expect(covered).toMatchObject({ asset: { 'cloudv.workflowId': 'wf1' }, target: { workflowKey: 'wf1' } })
    expect(covered.target?.profileKey).toBeUndefined()
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['no list', {}],
    ['a list that is none', { fileList: 'eA==' }],
    ['an empty list', { fileList: listParameter([]) }],
    ['51 files', { fileList: listParameter(Array(51).fill({ fetchUrl: 'http://example.com/a' })) }],
    ['a file without an address', { fileList: listParameter([{ fileName: 'a.mp4' }]) }],
    ['an address of another kind', { fileList: listParameter([{ fetchUrl: 'file:///etc/passwd' }]) }],
    ['a private address', { fileList: listParameter([{ fetchUrl: 'http://10.0.0.1/a.mp4' }]) }],
    ['an md5 that is none', { fileList: listParameter([{ fetchUrl: 'http://example.com/a', md5: 'x' }]) }],
    ['a transNo of 33 characters', { transNo: 'x'.repeat(33), fileList: filesOf('http://example.com') }],
  ])('refuses %s', async (_name, parameters) => {
    expect(await app.call(PULL, parameters)).toEqual({ code: 1000, message: expect.stringMatching(/\S/) })
  })

  it('leaves nothing of a task whose last address is refused', async () => {
    const fileList = listParameter([{ fetchUrl: 'http://127.0.0.1:9/a.mp4' }, { fetchUrl: 'http://10.0.0.1/a.mp4' }])
    expect((await app.call(PULL, { transNo: 'order-3', fileList })).code).toBe(1000)
    expect((await app.call(QUERY, { transNo: 'order-3' })).code).toBe(1000)
    const { projects, uploads } = app.infrastructure.work.read
    const project = await projects.first()
    const open = await uploads.list(project?.id as never, { states: ['pending', 'receiving'] }, { limit: 100 })
    expect(open.filter(({ fileName }) => fileName === 'a.mp4')).toEqual([])
  })

  it('knows no task that was not begun', async () => {
    for (const parameters of [{}, { taskId: '0'.repeat(32) }, { transNo: 'never' }]) {
      expect((await app.call(QUERY, parameters)).code).toBe(1000)
    }
  })
})
