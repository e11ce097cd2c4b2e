import { createDecipheriv, createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClip, makeSongWithCover, runFfmpeg } from '../../support/media/make-media.ts'
import { CHROMIUM, expectPlaying, launchBrowser } from '../support/browser.ts'
import { createUpload, getJson, type SeenAsset, waitForAsset, waitUntilReady } from '../support/client.ts'
import { playWithShaka } from '../support/shaka-player.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'

type Treated = Omit<SeenAsset, 'playback'> &
  Readonly<{
    treatment: Readonly<{ workflow: string; profile: string; delivery: string; isEncrypted: boolean }>
    audioTracks: readonly Readonly<{ language: string | null; isDefault: boolean }>[]
    playback: Readonly<{
      hls: string | null
      dash: string | null
      original: string | null
      page: string
      poster: string | null
      sprites: string | null
      downloads: readonly Readonly<{ url: string }>[]
    }>
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

async function expectToPlay(
  asset: Treated,
  seen: (page: Page) => Promise<void> = async () => undefined,
): Promise<void> {
  if (browser === undefined) return
  const page = await browser.newPage()
  await page.goto(asset.playback.page)
  await expectPlaying(page, '[data-testid=player-video]', 1)
  await seen(page)
  await page.close()
}

async function addSubtitles(assetId: string): Promise<void> {
  const url = `${server.url}/v1/assets/${assetId}/subtitles?language=ko&label=Korean&default=true`
  const body = '1\n00:00:00,000 --> 00:00:02,000\nHello\n'
  const headers = { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'application/x-subrip' }
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201)
}

const BOX_TYPES = ['styp', 'moof', 'sidx']

async function bytesAt(url: string | URL): Promise<Buffer> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

/** The standard workflow with something else besides. */
async function putWorkflow(key: string, own: Readonly<Record<string, unknown>>): Promise<void> {
  const { settings } = await getJson<{ settings: object }>(`${server.url}/v1/workflows/standard`)
  const body = JSON.stringify({ name: key, settings: { ...settings, ...own } })
  const headers = { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'application/json' }
  expect((await fetch(`${server.url}/v1/workflows/${key}`, { method: 'PUT', headers, body })).status).toBe(200)
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
    await addSubtitles(asset.id)
    await expectToPlay(asset, async (page) => {
      const cues = () =>
        page.$eval('[data-testid=player-video]', (element) => {
          const { textTracks } = element as HTMLVideoElement
          const shown = [...textTracks].find(({ kind }) => kind === 'subtitles')
          return [shown?.language, shown?.label, shown?.mode, shown?.cues?.length]
        })
      await expect.poll(cues, { timeout: 30_000 }).toEqual(['ko', 'Korean', 'showing', 1])
    })
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
  it('holds no clear segment, gives the key of each to the playback token only, and plays', async () => {
    await putWorkflow('rotating', { encryption: { segmentsPerKey: 1 } })
    const asset = await send(await makeClip(directory, 'long'), { workflow: 'rotating' })
    expect(asset.treatment.isEncrypted).toBe(true)
    const hls = asset.playback.hls ?? ''
    const master = await (await fetch(hls)).text()
    const addresses = [...master.matchAll(/^(?!#).+$|URI="([^"]+)"/gm)].map(
      ([line, uri]) => new URL(uri ?? line, hls).href,
    )
    expect(addresses.length).toBeGreaterThan(2)
    for (const address of addresses) {
      const playlist = await (await fetch(address)).text()
      const named = [...playlist.matchAll(/#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"\n#EXTINF:.*\n(seg-.*)/g)]
      expect(named).toHaveLength(3)
      expect(named.length).toBe(playlist.match(/^seg-/gm)?.length)
      const keys = new Set<string>()
      for (const [i, [, key = '', segment = '']] of named.entries()) {
        const keyUrl = new URL(key, address)
        const secret = await bytesAt(keyUrl)
        keys.add(secret.toString('hex'))
        keyUrl.pathname = keyUrl.pathname.replace(/^\/play\/[^/]+/, '/play/none')
        expect((await fetch(keyUrl)).status).toBe(403)
        const sealed = await bytesAt(new URL(segment, address))
        expect(BOX_TYPES).not.toContain(sealed.toString('latin1', 4, 8))
        const vector = Buffer.alloc(16)
        vector.writeUInt32BE(i + 1, 12)
        const decipher = createDecipheriv('aes-128-cbc', secret, vector)
        const clear = Buffer.concat([decipher.update(sealed), decipher.final()])
        expect(BOX_TYPES).toContain(clear.toString('latin1', 4, 8))
      }
      expect(keys.size).toBe(3)
    }
    await expectToPlay(asset)
    // By a player that is not ours, on somebody else's site.
    if (browser !== undefined)
      expect(await playWithShaka(browser, hls, { seconds: 1 })).toMatchObject({ heights: [240, 360] })
  })

  it('cannot be passed through as well', async () => {
    await expect(createUpload(server.url, { fileName: 'x', encrypt: true, passthrough: true })).rejects.toThrow('400')
  })
})

describe('a film with several sounds', () => {
  it('lets the viewer choose, in HLS, in DASH and in a file to download, and has pictures for the seek bar', async () => {
    const asset = await send(await makeClip(directory, 'twoLanguages'), { profile: 'download' })
    expect(asset.audioTracks.map(({ language, isDefault }) => [language, isDefault])).toEqual([
      ['kor', true],
      ['eng', false],
    ])
    const page = await getJson<Treated>(`${server.url}/v1/assets/${asset.id}`)
    const master = await (await fetch(page.playback.hls ?? '')).text()
    expect(master.match(/TYPE=AUDIO/g)).toHaveLength(2)
    // By a client that is not ours, through the server, every segment decoded.
    await runFfmpeg(['-xerror', '-i', page.playback.dash ?? '', '-map', '0', '-f', 'null', '-'])
    await addSubtitles(asset.id)
    const found = { heights: [180], soundLanguages: ['en', 'ko'], textLanguages: ['ko'] }
    if (browser !== undefined)
      expect(await playWithShaka(browser, page.playback.dash ?? '', { seconds: 0.5 })).toEqual(found)
    const made = (seen: SeenAsset) => {
      const { downloads, sprites } = (seen as Treated).playback
      return downloads.length > 0 && sprites !== null
    }
    const { playback } = (await waitForAsset(server.url, asset.id, made)) as Treated
    const [download] = playback.downloads
    const file = join(directory, 'downloaded.mp4')
    await writeFile(file, await bytesAt(download?.url ?? ''))
    await runFfmpeg(['-xerror', '-i', file, '-map', '0:v:0', '-map', '0:a:1', '-f', 'null', '-'])
    const map = (await bytesAt(playback.sprites ?? '')).toString('utf8')
    const [sheet = ''] = /^src_.*$/m.exec(map) ?? []
    const picture = await bytesAt(new URL(sheet, playback.sprites ?? ''))
    expect(picture.readUInt16BE(0)).toBe(0xffd8)
  })
})

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
