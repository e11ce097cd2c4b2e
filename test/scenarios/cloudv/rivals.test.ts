import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Answer, BUCKET, type CloudvApp, exchange, signedToken, startCloudvApp } from './cloudv-app.ts'

/** Two clients that were both told that there is no file yet, and end at the same time. */
const CONTENTS = [randomBytes(50_000), randomBytes(50_000)] as const
const LATER = 4_102_444_800_000
const BOUNDARY = 'rivals'

let app: CloudvApp

beforeAll(async () => {
  app = await startCloudvApp()
})
afterEach(() => vi.restoreAllMocks())
afterAll(async () => app.close())

/** Lets nobody complete an upload before both want to. */
function holdUntilBothComplete(): void {
  const { uploads } = app.services
  const complete = uploads.complete.bind(uploads)
  const both = Promise.withResolvers<void>()
  let waiting = 0
  vi.spyOn(uploads, 'complete').mockImplementation(async (...call) => {
    waiting += 1
    if (waiting === 2) both.resolve()
    await both.promise
    return complete(...call)
  })
}

function sendForm(token: string, content: Buffer): Promise<Answer> {
  const head = (disposition: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`
  const body = Buffer.concat([
    Buffer.from(`${head('name="token"')}${token}\r\n${head('name="file"; filename="a.mp4"')}`),
    content,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ])
  return exchange(app.url, '/file/upload', {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body,
  })
}

async function sendBlock(token: string, content: Buffer, batch: string): Promise<() => Promise<Answer>> {
  const headers = { authorization: token, uploadbatch: batch }
  const made = await exchange(app.url, `/mkblk/${content.length}/0`, { headers, body: content })
  const { ctx } = JSON.parse(made.body) as { ctx: string }
  return () => exchange(app.url, `/mkfile/${content.length}`, { headers, body: ctx })
}

const tokenFor = (key: string, overwrite: number): string =>
  signedToken({ scope: `${BUCKET}:${key}`, deadline: LATER, overwrite })

const RIVALS: Readonly<Record<string, (token: string) => Promise<readonly Answer[]>>> = {
  'two forms': async (token) => {
    holdUntilBothComplete()
    return Promise.all(CONTENTS.map((content) => sendForm(token, content)))
  },
  'two lists of blocks': async (token) => {
    const lists = await Promise.all(CONTENTS.map((content, i) => sendBlock(token, content, `batch ${i}`)))
    holdUntilBothComplete()
    return Promise.all(lists.map((make) => make()))
  },
  'a form and a list of blocks': async (token) => {
    const make = await sendBlock(token, CONTENTS[1], 'batch')
    holdUntilBothComplete()
    return Promise.all([sendForm(token, CONTENTS[0]), make()])
  },
}

describe.each(Object.entries(RIVALS))('of %s that end at once', (name, send) => {
  it('one is stored and the other is refused, where nothing may be replaced', async () => {
    const key = `video/${name}.mp4`
    const answers = await send(tokenFor(key, 0))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 406])
    const winner = answers.findIndex(({ status }) => status === 200)
    const refused = answers.find(({ status }) => status === 406)
    expect(JSON.parse(refused?.body ?? '')).toEqual({ code: '406', message: expect.stringMatching(/\S/) })
    const { upload, content } = (await app.stored(key)) ?? {}
    expect(content?.equals(CONTENTS[winner] ?? Buffer.alloc(0))).toBe(true)
    expect(await app.infrastructure.work.read.sources.listForAsset(upload?.assetId as never)).toHaveLength(1)
  })

  it('both are stored, where the token may replace', async () => {
    const key = `video/${name} again.mp4`
    const answers = await send(tokenFor(key, 1))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const { upload } = (await app.stored(key)) ?? {}
    expect(await app.infrastructure.work.read.sources.listForAsset(upload?.assetId as never)).toHaveLength(2)
  })
})
