import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { CHROMIUM, launchBrowser } from '../support/browser.ts'
import { createUpload, getJson, type UploadStatus } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { untilStored } from '../tus/tus-client.ts'
import { type PageServer, startPageServer } from './page-server.ts'

const MIB = 1024 * 1024
const LIMIT_MS = 60_000

const FILES = [
  { name: 'a small file', sizeBytes: 300_001, chunks: 1 },
  { name: 'a file in twelve chunks', sizeBytes: 12 * MIB, chunks: 12 },
] as const

describe.skipIf(CHROMIUM === undefined)('on a page of another origin, in Chromium', () => {
  let server: RunningServer
  let site: PageServer
  let browser: Browser
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reeldock-uploaders-'))
    site = await startPageServer(['uppy-page', 'mux-uploader-page'])
    server = await startServer()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.remove()
    await site.close()
    await rm(directory, { recursive: true, force: true })
  })

  /** Opens the page; what it sends with `method` is counted. */
  async function open(path: string, method: string): Promise<Readonly<{ page: Page; sent: () => number }>> {
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    let sent = 0
    page.on('request', (request) => {
      if (request.method() === method) sent += 1
    })
    await page.goto(site.origin + path)
    return { page, sent: () => sent }
  }

  it.each(FILES)('Uppy with its tus plugin sends $name', { timeout: LIMIT_MS }, async ({ sizeBytes, chunks }) => {
    const file = randomBytes(sizeBytes)
    site.serve(
      '/uppy',
      'text/html',
      '<!doctype html><title>Uppy</title><script type="module" src="/uppy-page.js"></script>',
    )
    site.serve('/film.mp4', 'video/mp4', file)
    const { token, urls } = await createUpload(server.url, { fileName: 'film.mp4', origins: [site.origin] })
    const { page, sent } = await open('/uppy', 'PATCH')
    const outcome = await page.evaluate(
      (wish) => {
        const { sendWithUppy } = globalThis as unknown as { sendWithUppy(wish: unknown): Promise<unknown> }
        return sendWithUppy(wish)
      },
      { endpoint: `${server.url}/tus`, token, file: '/film.mp4', chunkSize: MIB },
    )
    expect(outcome).toEqual({ uploadUrls: [urls.tus], errors: [] })
    expect(sent()).toBe(chunks)
    expect((await getJson<UploadStatus>(urls.status)).state).toBe('consumed')
    await untilStored(server, file)
  })

  it.each(FILES)('<mux-uploader> sends $name', { timeout: LIMIT_MS }, async ({ sizeBytes, chunks }) => {
    const file = randomBytes(sizeBytes)
    const path = join(directory, 'film.mp4')
    await writeFile(path, file)
    const { urls } = await createUpload(server.url, { fileName: 'film.mp4', origins: [site.origin] })
    const element = `<mux-uploader endpoint="${urls.put}" chunk-size="1024"></mux-uploader>`
    const html = `<!doctype html><title>Mux</title><script type="module" src="/mux-uploader-page.js"></script>${element}`
    site.serve('/mux', 'text/html', html)
    const { page, sent } = await open('/mux', 'PUT')
    await page.setInputFiles('mux-uploader input[type=file]', path)
    await page.waitForSelector('mux-uploader[upload-complete], mux-uploader[upload-error]', { timeout: LIMIT_MS / 2 })
    expect(await page.getAttribute('mux-uploader', 'upload-error')).toBeNull()
    expect(sent()).toBe(chunks)
    expect((await getJson<UploadStatus>(urls.status)).state).toBe('consumed')
    await untilStored(server, file)
  })
})
