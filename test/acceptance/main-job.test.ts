import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClip, makePhoneClip } from '../support/media/make-media.ts'
import { testFfmpeg } from '../support/media/tools.ts'
import { CHROMIUM, expectPlaying, launchBrowser } from './support/browser.ts'
import { curl, getJson, type SeenAsset, waitForAsset, waitUntilReady } from './support/client.ts'
import { KEYS, type RunningServer, startServer } from './support/start-server.ts'

let server: RunningServer
let directory: string
let browser: Browser | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-clips-'))
  server = await startServer()
  browser = CHROMIUM === undefined ? undefined : await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

type Sender = (file: string) => Promise<string>

/** Sends with curl through our own API; resolves with the asset's id. */
const throughV1: Sender = async (file) => {
  const created = await curl(
    ...['-H', `Authorization: Bearer ${KEYS.apiKey}`, '-H', 'Content-Type: application/json'],
    ...['-d', '{"fileName":"clip.bin","title":"A clip"}', `${server.url}/v1/uploads`],
  )
  const { asset, urls } = JSON.parse(created) as { asset: { id: string }; urls: { put: string } }
  await curl('-T', file, urls.put)
  return asset.id
}

/** Sends with curl as a Kollus client does; the asset is the newest of the library. */
const throughKollus: Sender = async (file) => {
  const created = await curl(
    ...['-d', 'expire_time=600&title=A+clip', `${server.url}/0/media_auth/upload/create_url.json`],
    ...['--url-query', `access_token=${KEYS.kollus.accessToken}`],
  )
  const { result } = JSON.parse(created) as { result: { upload_url: string; progress_url: string } }
  const answer = await curl('-F', `upload-file=@${file}`, '-F', 'accept=application/json', result.upload_url)
  expect(JSON.parse(answer)).toMatchObject({ error: 0 })
  expect(JSON.parse(await curl(result.progress_url))).toEqual({ error: 0, message: 'OK', result: { progress: 100 } })
  const { items } = await getJson<{ items: readonly { id: string }[] }>(`${server.url}/v1/assets?limit=1`)
  return items[0]?.id ?? ''
}

const makers: Readonly<Record<string, () => Promise<string>>> = {
  'a phone MP4': () => makePhoneClip(directory),
  'an MKV': () => makeClip(directory, 'mkv'),
  'a WebM': () => makeClip(directory, 'webm'),
}
const senders: Readonly<Record<string, Sender>> = { 'the v1 API': throughV1, 'the Kollus dialect': throughKollus }
const cases = Object.keys(makers).flatMap((what) => Object.keys(senders).map((way) => [what, way] as const))

describe('from token to playing video', () => {
  it.each(cases)('takes %s through %s until it plays', async (what, way) => {
    const file = (await makers[what]?.()) as string
    const source = await probe(file)
    const id = (await senders[way]?.(file)) as string
    const asset = await waitUntilReady(server.url, id)

    expect(asset.source?.sizeBytes).toBe((await stat(file)).size)
    const frameMs = 1000 / source.frameRate
    expect(Math.abs((asset.durationMs ?? 0) - source.durationMs)).toBeLessThanOrEqual(frameMs)
    expect(asset.renditions.length).toBeGreaterThan(0)
    await expectRenditionsToMatch(asset, source.durationMs, frameMs)
    await expectPosterToBeAnImage(id)
    if (browser !== undefined) {
      const page = await browser.newPage()
      await page.goto(asset.playback?.page ?? '')
      await expectPlaying(page, '[data-testid=player-video]', 1)
      await page.close()
    }
  })

  it.skipIf(CHROMIUM === undefined)(
    'lets a person sign in, choose a file, watch its progress, play it and have it processed once more',
    async () => {
      const page = await (browser as Browser).newPage()
      await page.goto(server.url)
      await page.getByTestId('login').fill(KEYS.admin.login)
      await page.getByTestId('password').fill(KEYS.admin.password)
      await page.getByTestId('submit').click()
      await page.getByTestId('file-input').setInputFiles(await makeClip(directory, 'plain'))
      const card = page.getByTestId('upload-card')
      await card.locator('[data-leg=sent] [role=progressbar]').waitFor()
      await page.waitForSelector('[data-testid=upload-card][data-state=ready]', { timeout: 120_000 })
      await expectPlaying(page, '[data-testid=upload-card] video', 1)
      const row = page.getByTestId('asset-row').first()
      await row.getByRole('button').first().click()
      const panel = page.getByTestId('process-again')
      await panel.getByLabel('Profile').selectOption('mobile')
      await panel.getByRole('button', { name: 'Process again' }).click()
      await panel.getByRole('status').waitFor()
      const id = await row.getAttribute('data-asset-id')
      const versions = () => getJson<{ items: unknown[] }>(`${server.url}/v1/assets/${id}/versions`)
      expect((await versions()).items).toHaveLength(2)
      await page.close()
    },
  )
})

async function expectRenditionsToMatch(asset: SeenAsset, durationMs: number, frameMs: number): Promise<void> {
  const hls = asset.playback?.hls ?? ''
  const master = await (await fetch(hls)).text()
  const uris = master.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(uris).toHaveLength(asset.renditions.length)
  for (const uri of uris) {
    const url = new URL(uri, hls).href
    const rendition = await probe(url)
    // Sound frames and edit lists may add up to one frame on either side.
    expect(Math.abs(rendition.durationMs - durationMs)).toBeLessThanOrEqual(2 * frameMs + 50)
  }
}

/** It may come after the film, which does not wait for it. */
async function expectPosterToBeAnImage(id: string): Promise<void> {
  const { playback } = await waitForAsset(server.url, id, ({ playback }) => typeof playback?.poster === 'string')
  const poster = playback?.poster ?? ''
  const response = await fetch(poster)
  expect(response.headers.get('content-type')).toBe('image/jpeg')
  expect(Buffer.from(await response.arrayBuffer()).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
}

type Probed = Readonly<{ durationMs: number; frameRate: number }>

async function probe(input: string): Promise<Probed> {
  const { ffprobePath } = await testFfmpeg()
  const fields = 'format=duration:stream=avg_frame_rate,codec_type'
  const { stdout } = await promisify(execFile)(ffprobePath, [
    '-v',
    'error',
    '-show_entries',
    fields,
    '-of',
    'json',
    input,
  ])
  const { format, streams } = JSON.parse(stdout) as {
    format: { duration: string }
    streams: readonly { codec_type: string; avg_frame_rate: string }[]
  }
  const [frames, seconds] = (streams.find((one) => one.codec_type === 'video')?.avg_frame_rate ?? '25/1').split('/')
  return { durationMs: Number(format.duration) * 1000, frameRate: Number(frames) / Number(seconds) }
}
