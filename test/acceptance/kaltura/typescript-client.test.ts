import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { Window } from 'happy-dom'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'

const { partnerId, adminSecret } = KEYS.kaltura

/** The client's classes take loosely typed data; its own declarations are older than this compiler. */
type Action = new (data: Readonly<Record<string, unknown>>) => object
type Answer = Readonly<Record<string, unknown>>
type Client = { ks?: string; partnerId?: number; request(action: object): Promise<Answer | string> }

const load = createRequire(import.meta.resolve('kaltura-typescript-client'))
const action = (name: string): Action => load(`./types/${name}`)[name] as Action

let server: RunningServer
let page: Window
let client: Client

beforeAll(async () => {
  server = await startServer()
  page = new Window({ url: 'http://customer.example/' })
  // What a browser has and the client looks for.
  const { XMLHttpRequest, FormData, File, Blob, FileList } = page
  for (const [name, value] of Object.entries({ XMLHttpRequest, FormData, File, Blob, FileList }))
    vi.stubGlobal(name, value)
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const { KalturaBrowserHttpClient } = load('./index.js') as {
    KalturaBrowserHttpClient: new (config: object) => Client
  }
  client = new KalturaBrowserHttpClient({ endpointUrl: server.url, clientTag: 'acceptance', chunkFileSize: 1_000_000 })
})

afterAll(async () => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  await page.happyDOM.close()
  await server.remove()
})

it('uploads a file in chunks from a page of another origin, as the TypeScript client does', async () => {
  const Start = action('SessionStartAction')
  client.ks = (await client.request(new Start({ secret: adminSecret, partnerId, type: 0, userId: 'ann' }))) as string
  const { KalturaUploadToken } = load('./types/KalturaUploadToken')
  const Add = action('UploadTokenAddAction')
  const token = (await client.request(
    new Add({ uploadToken: new KalturaUploadToken({ fileName: 'a.mp4' }) }),
  )) as Answer
  expect(token).toMatchObject({ status: 0, fileName: 'a.mp4' })

  const content = randomBytes(2_500_000)
  const fileData = new page.File([content], 'a.mp4', { type: 'video/mp4' })
  const Upload = action('UploadTokenUploadAction')
  const opened = vi.spyOn(page.XMLHttpRequest.prototype, 'open')
  const done = (await client.request(new Upload({ uploadTokenId: token['id'], fileData }))) as Answer
  expect(done).toMatchObject({ id: token['id'], status: 2, fileName: 'a.mp4' })
  expect(Number(done['uploadedFileSize'])).toBe(content.length)
  // Each chunk begins where the server said the one before it ended.
  const starts = opened.mock.calls.map(([, url]) => new URL(url).searchParams.get('resumeAt'))
  expect(starts).toEqual(['0', '1000000', '2000000'])
})

it('shows that client its exceptions', async () => {
  const Get = action('UploadTokenGetAction')
  await expect(client.request(new Get({ uploadTokenId: '0_nothing' }))).rejects.toMatchObject({
    code: 'UPLOAD_TOKEN_NOT_FOUND',
    message: 'Upload token not found',
  })
})
