import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPackage } from '../../support/hls-check/check-package.ts'
import { TOOL_ENVIRONMENT, testFfmpeg } from '../../support/media/tools.ts'
import { CHROMIUM, expectPlaying, launchBrowser } from '../support/browser.ts'
import { createUpload, type SeenAsset, waitUntilReady } from '../support/client.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { ENCRYPTED, VARIED_SOURCES } from './varied-sources.ts'

/** Pictures are put into a regular grid and sound into frames of 21 ms: each end may move by that. */
const TOLERANCE_SECONDS = 0.1

const VIDEO = '[data-testid=player-video]'

let server: RunningServer
let directory: string
/** What was sent, by what it is: encoding goes on while the first ones are looked at. */
const sent = new Map<string, Readonly<{ assetId: string; seconds: number }>>()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-varied-'))
  server = await startServer()
  for (const { what, make, encrypt = false } of VARIED_SOURCES) {
    const bytes = await make(directory)
    const { asset, urls } = await createUpload(server.url, { fileName: 'file.bin', title: what, encrypt })
    const answer = await fetch(urls.put, { method: 'PUT', body: new Uint8Array(bytes) })
    expect(answer.status).toBe(200)
    sent.set(what, { assetId: asset.id, seconds: await lastedSeconds(bytes) })
  }
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

/** How long the file plays, by reading all of its packets. */
async function lastedSeconds(bytes: Buffer): Promise<number> {
  const { ffprobePath } = await testFfmpeg()
  const file = join(directory, 'measured')
  await writeFile(file, bytes)
  const args = ['-v', 'error', '-show_entries', 'packet=pts_time,dts_time,duration_time,flags', '-of', 'json', file]
  const { stdout } = await promisify(execFile)(ffprobePath, args, { maxBuffer: 1 << 26, env: TOOL_ENVIRONMENT })
  type Packet = { pts_time?: string; dts_time?: string; duration_time?: string; flags: string }
  const { packets } = JSON.parse(stdout) as { packets: readonly Packet[] }
  const shown = packets.filter(({ flags }) => flags[1] !== 'D')
  const starts = shown.map((packet) => Number(packet.pts_time ?? packet.dts_time))
  const ends = shown.map((packet, i) => (starts[i] ?? 0) + Number(packet.duration_time ?? 0))
  return Math.max(...ends) - Math.min(...starts)
}

async function load(url: string): Promise<Buffer> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} for ${url}`)
  return Buffer.from(await response.arrayBuffer())
}

async function addSubtitles(assetId: string): Promise<void> {
  const headers = { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'text/vtt' }
  const body = 'WEBVTT\n\n00:00.000 --> 00:20.000\n안녕하세요\n'
  const url = `${server.url}/v1/assets/${assetId}/subtitles?language=ko&label=Korean`
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201)
}

/** In the page: what of the video's texts is on the screen, with the name viewers choose it by. */
function shownTexts(element: unknown): string[] {
  type Track = { mode: string; kind: string; label: string; activeCues: Iterable<{ text: string }> | null }
  const { textTracks } = element as { textTracks: Iterable<Track> }
  const shown = [...textTracks].filter(({ mode, kind }) => mode === 'showing' && kind !== 'metadata')
  return shown.flatMap(({ label, activeCues }) => [...(activeCues ?? [])].map(({ text }) => `${label}: ${text}`))
}

async function ready(what: string): Promise<SeenAsset & { seconds: number }> {
  const { assetId, seconds } = sent.get(what) ?? { assetId: '', seconds: 0 }
  return { ...(await waitUntilReady(server.url, assetId)), seconds }
}

describe('the HLS package of', () => {
  it.each(VARIED_SOURCES.map(({ what }) => what))('%s is what its playlists say, to the last segment', async (what) => {
    const { playback, renditions, seconds } = await ready(what)
    const { problems, variants, isEncrypted } = await checkPackage(playback?.hls ?? '', load, {
      seconds,
      toleranceSeconds: TOLERANCE_SECONDS,
    })
    expect(problems).toEqual([])
    expect(variants).toHaveLength(renditions.length)
    expect(isEncrypted).toBe(ENCRYPTED.includes(what))
  })

  it
    .skipIf(CHROMIUM === undefined)
    .each(['a phone film held sideways (MOV)', '60 pictures a second, two sizes', ...ENCRYPTED])(
    '%s plays in Chromium, and its subtitles can be chosen',
    async (what) => {
      const browser = await launchBrowser()
      try {
        const { id, playback } = await ready(what)
        await addSubtitles(id)
        const page = await browser.newPage()
        await page.goto(playback?.page ?? '')
        await expectPlaying(page, VIDEO, 1)
        const shown = () => page.$eval(VIDEO, shownTexts)
        expect(await shown()).toEqual([])
        // As the button for subtitles does; a headless page may have put the controls away.
        await page.$eval('media-captions-button', (button) => (button as unknown as { click(): void }).click())
        await expect.poll(shown, { timeout: 30_000 }).toEqual(['Korean: 안녕하세요'])
      } finally {
        await browser.close()
      }
    },
  )
})
