import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliverAll } from '../../support/deliver-all.ts'
import { serveFile, startRemoteServer } from '../../support/remote-server.ts'
import { exchange } from './cloudv-app.ts'
import { type CmsApp, listParameter, startCmsApp } from './cms-app.ts'

const NEVER = new AbortController().signal
const FILM = Buffer.from('not much of a film')

let app: CmsApp

beforeAll(async () => {
  app = await startCmsApp({ pullAllow: '127.0.0.1', webhookAllow: '127.0.0.1' })
})
afterAll(() => app.close())

type Told = Readonly<{ type: string; body: string }>

/** The customer's server, and what it is told. */
async function customer(): Promise<Readonly<{ url: string; told: Told[] }>> {
  const told: Told[] = []
  const remote = await startRemoteServer((request, response) => {
    const hear = (body: string): void => {
      told.push({ type: request.headers['content-type'] ?? '', body })
      response.end()
    }
    text(request).then(hear, () => response.destroy())
  })
  return { url: remote.url, told }
}

const newVideo = async (): Promise<Readonly<{ videoId: string; uploadToken: string }>> =>
  app.ask('/vod/videoManage/getUploadToken', { originFileName: 'film.mp4', videoName: 'Film', workflowId: 'wf1' })

async function upload(uploadToken: string): Promise<void> {
  const headers = { authorization: uploadToken, uploadbatch: 'b' }
  const made = await exchange(app.url, `/mkblk/${FILM.length}/0`, { headers, body: FILM })
  const { ctx } = JSON.parse(made.body) as { ctx: string }
  expect((await exchange(app.url, `/mkfile/${FILM.length}`, { headers, body: ctx })).status).toBe(200)
}

/** What a worker does once it has encoded: the state and the event. */
async function becomeReady(videoId: string): Promise<void> {
  const assetId = await app.assetOf(videoId)
  const source = await app.makeReady(assetId)
  const { work } = app.infrastructure
  await work.transaction(async (tx) => {
    const event = { type: 'asset.ready', assetId, sourceId: source.id } as const
    await tx.outbox.append(source.projectId, event, app.services.clock.now())
  })
}

describe('a receiver of the project', () => {
  it('is told of an upload as getVideoList shows it, and of the end of its processing', async () => {
    const { url, told } = await customer()
    const project = await app.infrastructure.work.read.projects.first()
    const projectId = project?.id as never
    const endpoint = await app.services.webhooks.create({ projectId, format: 'cloudv', url })
    const { videoId, uploadToken } = await newVideo()
    await upload(uploadToken)
    await deliverAll(app)
    expect(told.map(({ type }) => type)).toEqual(['application/json'])
    expect(JSON.parse(told[0]?.body ?? '')).toMatchObject({
      code: 200,
      data: { videoTotal: 1, videoListInfo: [{ videoId, videoName: 'Film', transcodeState: 3 }] },
    })
    await becomeReady(videoId)
    await deliverAll(app)
    const { eventId, eventCode, data } = JSON.parse(told[1]?.body ?? '') as Record<string, string>
    expect([eventId, eventCode]).toEqual([expect.stringMatching(/^evt_/), 'WORKFLOW_FINISH'])
    expect(JSON.parse(data ?? '')).toEqual({
      id: expect.any(String),
      state: 3,
      workflowId: 'wf1',
      targetId: videoId,
      transNo: '',
      output: [{ targetId: videoId }],
      startTime: expect.any(Number),
      finishTime: expect.any(Number),
    })
    await app.services.webhooks.delete(projectId, endpoint.id)
  })
})

describe('notifyUrl', () => {
  it('of a deletion is told once the video is gone', async () => {
    const { url, told } = await customer()
    const { videoId } = await newVideo()
    const { taskId } = await app.ask<{ taskId: string }>('/vod/videoManage/deleteVideo', { videoId, notifyUrl: url })
    await deliverAll(app)
    expect(told.map(({ body }) => JSON.parse(body))).toEqual([
      { code: 200, message: 'Operation successfully', data: { taskId, videoId } },
    ])
  })

  type Task = Readonly<{ taskId: string; status: number; items: readonly { pullStatus: number; cmdStatus: number }[] }>
  const read = ({ body }: Told): Task => JSON.parse(Buffer.from(body, 'base64url').toString()) as Task

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

  const begin = async (own: Readonly<Record<string, unknown>>) => {
    const remote = await startRemoteServer((request, response) => {
      if (request.url === '/good.mp4') serveFile(FILM)(request, response)
      else response.writeHead(404).end()
    })
    const files = ['good.mp4', 'missing.mp4'].map((name) => ({ fetchUrl: `${remote.url}/${name}` }))
    const task = { fileList: listParameter(files), ...own }
    const { taskId } = await app.ask<{ taskId: string }>('/vod/videoManage/pullVideo', task)
    await doPulls()
    await deliverAll(app)
    const query = () =>
      app.ask<{ items: readonly { videoInfo: { videoId: string } }[] }>('/vod/videoManage/pullVideoQuery', { taskId })
    return { taskId, query }
  }

  it('of a pull is told once all of its files have come to an end', async () => {
    const { url, told } = await customer()
    const { taskId, query } = await begin({ notifyUrl: url })
    expect(told).toEqual([])
    await becomeReady((await query()).items[0]?.videoInfo.videoId ?? '')
    await deliverAll(app)
    expect(told.map(read)).toMatchObject([
      {
        taskId,
        status: 2,
        items: [
          { pullStatus: 2, cmdStatus: 2 },
          { pullStatus: 3, cmdStatus: 3 },
        ],
      },
    ])
    expect(told[0]?.body).toMatch(/^[A-Za-z0-9_=-]+$/)
  })

  it('of a pull is told of each file by itself where that is asked for', async () => {
    const { url, told } = await customer()
    const { query } = await begin({ notifyUrl: url, separate: 1 })
    expect(told.map(read)).toMatchObject([{ items: [{ pullStatus: 3, cmdStatus: 3 }] }])
    await becomeReady((await query()).items[0]?.videoInfo.videoId ?? '')
    await deliverAll(app)
    expect(told.map(read)).toMatchObject([{ items: [{ pullStatus: 3 }] }, { items: [{ pullStatus: 2, cmdStatus: 2 }] }])
  })

  it('must be an address that may be told something', async () => {
    const { videoId } = await newVideo()
    for (const notifyUrl of ['http://10.0.0.1/', 'ftp://cms.example/', 'x']) {
      expect((await app.call('/vod/videoManage/deleteVideo', { videoId, notifyUrl })).code).toBe(1000)
    }
    expect((await app.call('/vod/videoManage/getVideoList', { videoId })).data).toMatchObject({ videoTotal: 1 })
  })
})
