import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AssetSweeper } from '../../../src/core/library/asset-sweeper.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { BUCKET, exchange, signedToken } from './cloudv-app.ts'
import { type CmsApp, startCmsApp } from './cms-app.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const CONTENT = Buffer.from('not much of a film')
const LIST = '/vod/videoManage/getVideoList'

let app: CmsApp
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 2, 1))
  app = await startCmsApp({ clock })
})
afterEach(() => app.close())

const sweep = async (): Promise<number | undefined> => {
  const { work, locker } = app.infrastructure
  const report = await new AssetSweeper({ library: app.services.library, work, locker, clock }).sweep()
  return report?.expiredAssets
}

type Token = Readonly<{ videoId: string; uploadToken: string; fileKey: string }>
const newToken = (fileId?: string) =>
  app.ask<Token>('/vod/videoManage/getUploadToken', { originFileName: 'film.mp4', fileId })
const isKnown = async (videoId: string): Promise<boolean> =>
  (await app.ask<{ videoTotal: number }>(LIST, { videoId })).videoTotal === 1

const sendBlock = async (authorization: string): Promise<string> => {
  const headers = { authorization, uploadbatch: 'b' }
  const made = await exchange(app.url, `/mkblk/${CONTENT.length}/0`, { headers, body: CONTENT })
  return (JSON.parse(made.body) as { ctx: string }).ctx
}

const makeFile = (authorization: string, ctx: string, more = {}) =>
  exchange(app.url, `/mkfile/${CONTENT.length}`, {
    headers: { authorization, uploadbatch: 'b', ...more },
    body: ctx,
  })

const sendForm = (token: string, deadline: string) => {
  const field = (name: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const file = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n${CONTENT}\r\n--x--\r\n`
  return exchange(app.url, '/file/upload', {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: field('token', token) + field('deadline', deadline) + file,
  })
}

describe('a video that was never sent', () => {
  it('is forgotten after a month, and its fileId names a new one', async () => {
    const { videoId } = await newToken('lecture-7')
    await clock.advance(30 * DAY_MS)
    expect([await sweep(), await isKnown(videoId)]).toEqual([0, true])
    await clock.advance(2 * DAY_MS)
    expect([await sweep(), await isKnown(videoId)]).toEqual([1, false])
    expect((await newToken('lecture-7')).videoId).not.toBe(videoId)
  })

  it('is kept while its blocks are, and goes once these are given up', async () => {
    const { videoId } = await newToken()
    await clock.advance(31 * DAY_MS - 60_000)
    const assetId = await app.assetOf(videoId)
    const { work } = app.infrastructure
    const key = (await work.read.assets.find(assetId))?.metadata['cloudv.key'] ?? ''
    await sendBlock(signedToken({ scope: `${BUCKET}:${key}`, deadline: clock.now() + DAY_MS }))
    await clock.advance(120_000)
    expect([await sweep(), await isKnown(videoId)]).toEqual([0, true])
    const upload = await work.read.uploads.newestForAsset(assetId)
    await app.services.uploads.remove(upload?.id as never)
    await clock.advance(61 * 60_000)
    expect([await sweep(), await isKnown(videoId)]).toEqual([1, false])
  })
})

describe('a video that was sent', () => {
  it('stays for good', async () => {
    const { videoId, uploadToken } = await newToken()
    expect((await makeFile(uploadToken, await sendBlock(uploadToken))).status).toBe(200)
    await clock.advance(400 * DAY_MS)
    expect([await sweep(), await isKnown(videoId)]).toEqual([0, true])
  })

  it.each([
    ['slices', async (token: string) => makeFile(token, await sendBlock(token), { deadline: '3' })],
    ['a form', async (token: string) => sendForm(token, '3')],
  ])('in %s stays for as many days as it was said, and goes then', async (_name, send) => {
    const { videoId, uploadToken } = await newToken()
    expect((await send(uploadToken)).status).toBe(200)
    await clock.advance(3 * DAY_MS - 1)
    expect([await sweep(), await isKnown(videoId)]).toEqual([0, true])
    await clock.advance(1)
    expect([await sweep(), await isKnown(videoId)]).toEqual([1, false])
  })

  it('stays for good once a file without such a word took its place', async () => {
    const { videoId, uploadToken } = await newToken()
    expect((await sendForm(uploadToken, '3')).status).toBe(200)
    const key = JSON.parse(Buffer.from(uploadToken.split(':')[2] ?? '', 'base64').toString()).scope
    const overwriting = signedToken({ scope: key, deadline: clock.now() + DAY_MS, overwrite: 1 })
    expect((await makeFile(overwriting, await sendBlock(overwriting))).status).toBe(200)
    await clock.advance(400 * DAY_MS)
    expect([await sweep(), await isKnown(videoId)]).toEqual([0, true])
  })

  it.each(['0', '-1', 'x', '40000'])('is refused for %s days, and nothing is stored', async (days) => {
    const { videoId, uploadToken } = await newToken()
    const ctx = await sendBlock(uploadToken)
    expect((await makeFile(uploadToken, ctx, { deadline: days })).status).toBe(400)
    expect((await sendForm(uploadToken, days)).status).toBe(400)
    const { videoListInfo } = await app.ask<{ videoListInfo: readonly { uploadTime: string }[] }>(LIST, { videoId })
    expect(videoListInfo.map(({ uploadTime }) => uploadTime)).toEqual([''])
  })
})
