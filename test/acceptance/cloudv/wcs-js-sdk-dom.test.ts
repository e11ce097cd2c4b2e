import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Window } from 'happy-dom'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { makePhoneClip } from '../../support/media/make-media.ts'
import { waitUntilReady } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { storedOriginals } from '../support/stored-original.ts'
import { etagOf, getUploadToken, MIB, newestAssetId, padded, sha256 } from './cloudv-client.ts'

const DOCUMENT = join(import.meta.dirname, '..', '..', '..', 'docs', 'dialects', 'cloudv.md')

/** What the vendor's client shows of itself. */
type Upload = {
  putFile(): void
  stop(): void
  getUploadType(): string
  onComplete(result: { data: unknown }): void
  onError(error: { code?: number; message: string }): void
}
type Wcs = { wcsUpload(file: unknown, token: string, url: string, config: Record<string, unknown>): Upload }

let server: RunningServer
let directory: string
let page: Window
let wcs: Wcs
let clip: string | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-cloudv-'))
  server = await startServer()
  page = new Window({ url: 'http://customer.example/' })
  // What a browser has and the client looks for.
  const { XMLHttpRequest, FormData, File, Blob, FileReader } = page
  for (const [name, value] of Object.entries({ window: page, XMLHttpRequest, FormData, File, Blob, FileReader }))
    vi.stubGlobal(name, value)
  wcs = createRequire(import.meta.url)('wcs-js-sdk') as Wcs
})

afterAll(async () => {
  vi.unstubAllGlobals()
  await page.happyDOM.close()
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

type Request = InstanceType<Window['XMLHttpRequest']>
type Result = Readonly<{ type: string; data: unknown; stops: number }>

/** With `stopAt`, it is stopped as the request with this path begins, and continued. */
function run(upload: Upload, stopAt?: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    let stops = 0
    const { open } = page.XMLHttpRequest.prototype
    const opened = vi.spyOn(page.XMLHttpRequest.prototype, 'open').mockImplementation(function (
      this: Request,
      method,
      url,
    ) {
      open.call(this, method, url)
      if (stops > 0 || stopAt === undefined || !String(url).includes(stopAt)) return
      stops += 1
      setTimeout(() => upload.stop())
    })
    upload.onComplete = ({ data }) => {
      opened.mockRestore()
      resolve({ type: upload.getUploadType(), data, stops })
    }
    upload.onError = ({ code, message }) => {
      // The client reports its own stop as an error, once everything under way has ended.
      if (stops > 0 && code === undefined) upload.putFile()
      else reject(new Error(`${code} ${message}`))
    }
    upload.putFile()
  })
}

async function clipOf(sizeBytes: number) {
  clip ??= await makePhoneClip(directory)
  const content = await padded(clip, sizeBytes)
  return { content, file: new page.File([content], 'clip.mp4', { type: 'video/mp4' }) }
}

it("takes a small file as a form from the vendor's browser client", async () => {
  const { content, file } = await clipOf(2 * MIB)
  const { uploadToken, uploadUrl, fileKey } = await getUploadToken(server.url, { originFileName: 'small.mp4' })
  const { type, data } = await run(wcs.wcsUpload(file, uploadToken, uploadUrl, { key: fileKey }))
  expect(type).toMatch(/direct/i)
  expect(Buffer.from(String(data), 'base64url').toString()).toContain(`hash=${etagOf(content)}&`)
})

it('takes a larger one in slices of 4 MiB, stopped and continued', async () => {
  const { content, file } = await clipOf(17 * MIB + 5)
  const token = await getUploadToken(server.url, { originFileName: 'large.mp4', fileId: 'dom' })
  const config = { key: token.fileKey, mimeType: 'video/mp4', concurrentRequestLimit: 1 }
  const result = await run(wcs.wcsUpload(file, token.uploadToken, token.uploadUrl, config), '/mkblk/4194304/2?')
  expect(result).toEqual({ type: 'uploadChunk', data: { hash: etagOf(content), key: token.fileKey }, stops: 1 })
  await waitUntilReady(server.url, await newestAssetId(server.url))
  expect(await storedOriginals(server.dataDirectory)).toContain(sha256(content))
})

it('takes a file from the lines in the document', async () => {
  const [, program = ''] =
    /<!-- snippet: browser -->\n```js\n([\s\S]*?)```/.exec(await readFile(DOCUMENT, 'utf8')) ?? []
  const { content, file } = await clipOf(5 * MIB)
  const token = await getUploadToken(server.url, { originFileName: 'snippet.mp4' })
  const { uploadToken, uploadUrl, fileKey } = token
  const bar = { style: { width: '' } }
  const answer = await new Promise((done, failed) => {
    const own = { wcs, file, uploadToken, uploadUrl, fileKey, bar, done, failed }
    new Function(...Object.keys(own), program)(...Object.values(own))
  })
  expect(answer).toEqual({ hash: etagOf(content), key: fileKey })
  expect(bar.style.width).toMatch(/%$/)
})
