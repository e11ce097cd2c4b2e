import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePhoneClip } from '../../support/media/make-media.ts'
import { CHROMIUM, expectPlaying, launchBrowser } from '../support/browser.ts'
import { waitUntilReady } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { storedOriginals } from '../support/stored-original.ts'
import { etagOf, getUploadToken, MIB, newestAssetId, padded, sha256, type UploadToken } from './cloudv-client.ts'

/** What the page sees of the vendor's client. */
type Upload = {
  putFile(): void
  stop(): void
  uploadProgress(progress: { total: { percent: number } }): void
  onComplete(result: { data: unknown }): void
  onError(error: { code?: number; message: string }): void
}
type Wcs = {
  wcsUpload(file: unknown, token: string, url: string, config: Record<string, unknown>): Upload
  getEtagHash(file: unknown, done: (hash: string) => void): void
}
type Result = Readonly<{ type: string; data: unknown; hash: string; stops: number; error: string | undefined }>

const require = createRequire(import.meta.url)
const SDK = require.resolve('wcs-js-sdk')

let server: RunningServer
let site: Server
let directory: string
let browser: Browser

beforeAll(async () => {
  if (CHROMIUM === undefined) return
  directory = await mkdtemp(join(tmpdir(), 'reeldock-cloudv-'))
  server = await startServer()
  site = await startSite()
  browser = await launchBrowser()
})

afterAll(async () => {
  if (CHROMIUM === undefined) return
  await browser.close()
  site.close()
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

/** The integrator's own page, on another origin than the server: a file field and the vendor's client, unmodified. */
async function startSite(): Promise<Server> {
  const sdk = await readFile(SDK)
  const page = '<!doctype html><meta charset="utf-8"><script src="/wcs.min.js"></script><input type="file" id="file">'
  const started = createServer((request, response) => {
    const isScript = request.url === '/wcs.min.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(isScript ? sdk : page)
  }).listen(0, '127.0.0.1')
  await once(started, 'listening')
  return started
}

async function openPage(path: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
  await page.setInputFiles('#file', path)
  return page
}

/** Runs the vendor's client in the page; with `pauses`, it is stopped and continued once some of the file is there. */
function upload(
  page: Page,
  token: UploadToken,
  config: Readonly<Record<string, unknown>>,
  pauses = 0,
): Promise<Result> {
  return page.evaluate(
    ({ token, config, pauses }) => {
      const { wcs, document } = globalThis as unknown as {
        wcs: Wcs
        document: { querySelector(selector: string): { files: unknown[] } }
      }
      const [file] = document.querySelector('#file').files
      return new Promise<Result>((resolve) => {
        const upload = wcs.wcsUpload(file, token.uploadToken, token.uploadUrl, config)
        const type = (upload as unknown as { getUploadType(): string }).getUploadType()
        let stops = 0
        const end = (data: unknown, error: string | undefined): void =>
          wcs.getEtagHash(file, (hash) => resolve({ type, data, hash, stops, error }))
        upload.uploadProgress = ({ total }) => {
          if (stops >= pauses || total.percent < 20 || total.percent > 90) return
          stops += 1
          upload.stop()
        }
        upload.onComplete = ({ data }) => end(data, undefined)
        upload.onError = ({ code, message }) => {
          // The client reports its own stop as an error, once everything under way has ended.
          if (stops > 0 && code === undefined) upload.putFile()
          else end(undefined, `${code} ${message}`)
        }
        upload.putFile()
      })
    },
    { token, config, pauses },
  )
}

describe.skipIf(CHROMIUM === undefined)("the vendor's browser client, from a page of another origin", () => {
  const clipOf = async (sizeBytes: number): Promise<Readonly<{ path: string; content: Buffer }>> => {
    const content = await padded(await makePhoneClip(directory), sizeBytes)
    const path = join(directory, `clip-${sizeBytes}.mp4`)
    await writeFile(path, content)
    return { path, content }
  }

  it('sends a small file as a form, which then plays', async () => {
    const { path, content } = await clipOf(3 * MIB)
    const token = await getUploadToken(server.url, { originFileName: 'small.mp4' })
    const page = await openPage(path)
    const result = await upload(page, token, { key: token.fileKey })
    expect(result).toMatchObject({ type: expect.stringMatching(/direct/i), error: undefined, hash: etagOf(content) })
    expect(Buffer.from(String(result.data), 'base64url').toString()).toContain(`hash=${result.hash}&`)
    const asset = await waitUntilReady(server.url, await newestAssetId(server.url))
    expect(await storedOriginals(server.dataDirectory)).toContain(sha256(content))
    await page.goto(asset.playback?.page ?? '')
    await expectPlaying(page, '[data-testid=player-video]', 1)
    await page.close()
  })

  it.each([
    ['in slices of 4 MiB', 9 * MIB, {}, 0],
    ['in slices of 8 MiB, four at a time', 18 * MIB + 3, { blockSize: 8, concurrentRequestLimit: 4 }, 0],
    ['in slices, stopped and continued', 26 * MIB, { blockSize: 4 }, 1],
  ])('sends a larger file %s', async (_name, sizeBytes, config, pauses) => {
    const { path, content } = await clipOf(sizeBytes)
    const token = await getUploadToken(server.url, { originFileName: 'large.mp4', fileId: `f${sizeBytes}` })
    const page = await openPage(path)
    const result = await upload(page, token, { key: token.fileKey, mimeType: 'video/mp4', ...config }, pauses)
    await page.close()
    expect(result).toEqual({
      type: 'uploadChunk',
      error: undefined,
      stops: pauses,
      hash: etagOf(content),
      data: { hash: etagOf(content), key: token.fileKey },
    })
    const asset = await waitUntilReady(server.url, await newestAssetId(server.url))
    expect(asset.source).toEqual(expect.objectContaining({ sizeBytes, fileName: 'large.mp4' }))
    expect(await storedOriginals(server.dataDirectory)).toContain(sha256(content))
  })

  it('shows the page why a token is refused', async () => {
    const { path } = await clipOf(9 * MIB)
    const token = await getUploadToken(server.url, { originFileName: 'refused.mp4' })
    const page = await openPage(path)
    const spoilt = { ...token, uploadToken: token.uploadToken.replace(/:./, ':_') }
    const result = await upload(page, spoilt, { retryCount: 3 })
    await page.close()
    expect(result.error).toMatch(/^401 /)
  })
})
