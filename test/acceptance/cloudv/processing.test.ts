import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makePhoneClip } from '../../support/media/make-media.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { callApi, getUploadToken, sendForm, type UploadToken } from './cloudv-client.ts'

const PATIENCE = { timeout: 120_000, interval: 200 }
const SRT = '1\n00:00:00,000 --> 00:00:02,000\nHello there\n'

let server: RunningServer
let directory: string
let customer: Server
/** What the customer's server is told, as the vendor's documents have it. */
const told: Readonly<{ state: number; transNo: string; targetId: string }>[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-cloudv-'))
  server = await startServer({ env: { REELDOCK_WEBHOOK_ALLOW: '127.0.0.1' } })
  customer = createServer((request, response) => {
    text(request).then(
      (body) => {
        const notice = JSON.parse(body) as { eventCode?: string; data: string }
        if (notice.eventCode === 'WORKFLOW_FINISH') told.push(JSON.parse(notice.data))
        response.end()
      },
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => void customer.listen(0, '127.0.0.1', resolve))
  const endpoint = await fetch(`${server.url}/v1/webhooks/endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'cloudv', url: `http://127.0.0.1:${(customer.address() as AddressInfo).port}/` }),
  })
  expect(endpoint.status).toBe(201)
})

afterAll(async () => {
  await server.remove()
  customer.close()
  await rm(directory, { recursive: true, force: true })
})

/** The playlist at this address, and the first address in it. */
async function playlist(url: string): Promise<Readonly<{ lines: string; first: string }>> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  const lines = await answer.text()
  const [first = ''] = lines.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return { lines, first: new URL(first, url).href }
}

it('files subtitles, and encodes a video again while it plays', async () => {
  const fileList = Buffer.from(JSON.stringify([{ name: 'captions', suffix: 'srt' }])).toString('base64url')
  type Tokens = Readonly<{
    uploadUrl: string
    items: readonly { materialId: string; uploadToken: string; fileFullUrl: string }[]
  }>
  const { uploadUrl, items } = await callApi<Tokens>(server.url, '/vod/material/getMaterialUploadToken', { fileList })
  const [material] = items
  if (material === undefined) throw new Error('there is no token')
  await sendForm({ uploadUrl, uploadToken: material.uploadToken }, Buffer.from(SRT))
  await expect.poll(async () => (await fetch(material.fileFullUrl)).status, PATIENCE).toBe(200)
  expect(await (await fetch(material.fileFullUrl)).text()).toBe(SRT)

  const subtitle = Buffer.from(JSON.stringify([{ lang: 'de', subtitleId: material.materialId }])).toString('base64')
  const token: UploadToken = await getUploadToken(server.url, { originFileName: 'clip.mp4', subtitle })
  await sendForm(token, await readFile(await makePhoneClip(directory)))
  const { videoId } = token
  await expect.poll(() => told.map(({ state, targetId }) => [state, targetId]), PATIENCE).toContainEqual([3, videoId])

  type Code = Readonly<{ encrypt: number; videoUrl: readonly Readonly<{ originUrl: string }>[] }>
  const publishCode = () => callApi<Code>(server.url, '/vod/videoManage/getPublishCode', { videoId })
  const { encrypt, videoUrl } = await publishCode()
  expect(encrypt).toBe(0)
  const address = videoUrl[0]?.originUrl ?? ''
  const before = await playlist(address)
  expect(before.lines).toContain('NAME="Deutsch",LANGUAGE="de"')
  const watched = await playlist(before.first)
  expect(watched.lines).not.toContain('#EXT-X-KEY')

  await callApi(server.url, '/workflow/startWorkflow', {
    targetId: videoId,
    transNo: 'order-7',
    workflowId: 'encrypted',
  })
  const done = expect.objectContaining({ state: 3, transNo: 'order-7', targetId: videoId })
  await expect.poll(() => told, PATIENCE).toContainEqual(done)
  expect((await publishCode()).encrypt).toBe(1)
  // The same address plays what is new; who watches what was goes on.
  const after = await playlist(address)
  expect((await playlist(after.first)).lines).toContain('#EXT-X-KEY:METHOD=AES-128')
  expect((await fetch(watched.first)).status).toBe(200)
})
