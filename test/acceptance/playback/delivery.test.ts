import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClip, makeSongWithCover } from '../../support/media/make-media.ts'
import { CHROMIUM, expectPlaying, launchBrowser } from '../support/browser.ts'
import { createUpload, getJson, type SeenAsset, waitForAsset, waitUntilReady } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'

type Treated = SeenAsset &
  Readonly<{
    treatment: Readonly<{ workflow: string; profile: string; delivery: string; isEncrypted: boolean }>
    audioTracks: readonly Readonly<{ language: string | null; isDefault: boolean }>[]
    playback: Readonly<{ hls: string | null; original: string | null; page: string; poster: string | null }>
  }>

let server: RunningServer
let directory: string
let browser: Browser | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-delivery-'))
  server = await startServer()
  browser = CHROMIUM === undefined ? undefined : await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

/** Sends the file with these wishes; resolves once it is ready. */
async function send(file: string, wishes: Readonly<Record<string, unknown>>): Promise<Treated> {
  const created = await createUpload(server.url, { fileName: 'clip.bin', ...wishes })
  const answer = await fetch(created.urls.put, { method: 'PUT', body: await readFile(file) })
  expect(answer.ok).toBe(true)
  return (await waitUntilReady(server.url, created.asset.id)) as Treated
}

async function expectToPlay(asset: Treated): Promise<void> {
  if (browser === undefined) return
  const page = await browser.newPage()
  await page.goto(asset.playback.page)
  await expectPlaying(page, '[data-testid=player-video]', 1)
  await page.close()
}

const withPoster = (asset: SeenAsset): boolean => asset.playback?.poster != null

describe('a file that is passed through', () => {
  it('is served byte for byte, in parts too, with its type, data and picture, and plays', async () => {
    const file = await makeClip(directory, 'fastStart')
    const asset = await send(file, { passthrough: true })
    expect(asset.treatment.delivery).toBe('passthrough')
    expect(asset.renditions).toEqual([])
    expect(asset.playback.hls).toBeNull()
    expect(asset.durationMs).toBe(2000)
    const original = await fetch(asset.playback.original ?? '')
    expect(original.headers.get('content-type')).toBe('video/mp4')
    const bytes = Buffer.from(await original.arrayBuffer())
    expect(sha256(bytes)).toBe(sha256(await readFile(file)))
    const part = await fetch(asset.playback.original ?? '', { headers: { range: 'bytes=100-199' } })
    expect(part.status).toBe(206)
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true)
    const pictured = await waitForAsset(server.url, asset.id, withPoster)
    expect((await fetch(pictured.playback?.poster ?? '')).headers.get('content-type')).toBe('image/jpeg')
    await expectToPlay(asset)
  })
})

describe('sound alone', () => {
  it('of a song keeps its cover', async () => {
    const asset = await send(await makeSongWithCover(directory), {})
    expect(asset.renditions.map(({ name }) => name)).toEqual(['audio'])
    await waitForAsset(server.url, asset.id, withPoster)
  })

  it('of a film is all that is encoded when that was asked for, and plays', async () => {
    const asset = await send(await makeClip(directory, 'plain'), { audioOnly: true })
    expect(asset.treatment.delivery).toBe('audio')
    expect(asset.renditions.map(({ width }) => width)).toEqual([null])
    await waitForAsset(server.url, asset.id, withPoster)
    await expectToPlay(asset)
  })

  it('of a silent film is refused, and the reason is told', async () => {
    const created = await createUpload(server.url, { fileName: 'silent.mp4', audioOnly: true })
    await fetch(created.urls.put, { method: 'PUT', body: await readFile(await makeClip(directory, 'silent')) })
    const asset = await waitForAsset(server.url, created.asset.id, ({ state }) => state === 'failed')
    expect(asset.failure).toMatchObject({ code: 'media_refused', reason: 'no_streams' })
  })
})

describe('an encrypted asset', () => {
  it('holds no clear segment, gives its key to the playback token only, and plays', async () => {
    const asset = await send(await makeClip(directory, 'long'), { encrypt: true })
    expect(asset.treatment.isEncrypted).toBe(true)
    const hls = asset.playback.hls ?? ''
    const master = await (await fetch(hls)).text()
    const addresses = [...master.matchAll(/^(?!#).+$|URI="([^"]+)"/gm)].map(
      ([line, uri]) => new URL(uri ?? line, hls).href,
    )
    expect(addresses.length).toBeGreaterThan(2)
    for (const address of addresses) {
      const playlist = await (await fetch(address)).text()
      const [, key = ''] = /#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"/.exec(playlist) ?? []
      const keyUrl = new URL(key, address)
      const answer = await fetch(keyUrl)
      expect((await answer.arrayBuffer()).byteLength).toBe(16)
      keyUrl.pathname = keyUrl.pathname.replace(/^\/play\/[^/]+/, '/play/none')
      expect((await fetch(keyUrl)).status).toBe(403)
      for (const [segment] of playlist.matchAll(/^seg-.*$/gm)) {
        const bytes = Buffer.from(await (await fetch(new URL(segment, address))).arrayBuffer())
        expect(bytes.length % 16).toBe(0)
        expect(['styp', 'moof', 'sidx']).not.toContain(bytes.toString('latin1', 4, 8))
      }
    }
    await expectToPlay(asset)
  })

  it('cannot be passed through as well', async () => {
    await expect(createUpload(server.url, { fileName: 'x', encrypt: true, passthrough: true })).rejects.toThrow('400')
  })
})

describe('a film with several sounds', () => {
  it('lets the viewer choose, and plays', async () => {
    const asset = await send(await makeClip(directory, 'twoLanguages'), {})
    expect(asset.audioTracks.map(({ language, isDefault }) => [language, isDefault])).toEqual([
      ['kor', true],
      ['eng', false],
    ])
    const page = await getJson<Treated>(`${server.url}/v1/assets/${asset.id}`)
    const master = await (await fetch(page.playback.hls ?? '')).text()
    expect(master.match(/TYPE=AUDIO/g)).toHaveLength(2)
  })
})

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
