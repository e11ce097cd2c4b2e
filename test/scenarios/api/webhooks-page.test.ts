import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENT_MEANINGS } from '../../../src/core/webhooks/event-types.ts'
import { deliverAll } from '../../support/deliver-all.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { type ApiApp, startApiApp } from './api-app.ts'

type Verify = (secret: string, headers: IncomingHttpHeaders, body: string | Buffer, nowMs?: number) => unknown

let app: ApiApp
let directory: string
let page: string
let verify: Verify
beforeAll(async () => {
  app = await startApiApp({ webhookAllow: '127.0.0.1' })
  page = await readFile('docs/webhooks.md', 'utf8')
  const snippet = /<!-- snippet: verify -->\n```js\n([\s\S]*?)```/.exec(page)?.[1]
  if (snippet === undefined) throw new Error('docs/webhooks.md has no snippet "verify"')
  directory = await mkdtemp(join(tmpdir(), 'reeldock-snippet-'))
  const file = join(directory, 'verify.mjs')
  await writeFile(file, snippet)
  verify = ((await import(pathToFileURL(file).href)) as { verifyWebhook: Verify }).verifyWebhook
})
afterAll(async () => {
  await app.close()
  await rm(directory, { recursive: true, force: true })
})

describe('the page for receivers', () => {
  it('shows code that takes what we send, and nothing that was changed, is old, or is of somebody else', async () => {
    const received: { headers: IncomingHttpHeaders; body: Buffer }[] = []
    const server = await startRemoteServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received.push({ headers: request.headers, body: Buffer.concat(chunks) })
        response.end()
      })
    })
    const key = app.keys.apiKey
    const made = await app.call('POST', '/v1/webhooks/endpoints', { key, json: { url: server.url } })
    const { id, secret } = made.json as { id: string; secret: string }
    await app.issue({ title: '휴가 🎬' })
    await deliverAll(app)
    const [first] = received
    if (first === undefined) throw new Error('nothing arrived')
    const { headers, body } = first
    expect(verify(secret, headers, body)).toMatchObject({
      type: 'upload.created',
      data: { asset: { title: '휴가 🎬' } },
    })
    expect(verify(secret, headers, body.toString())).toMatchObject({ type: 'upload.created' })
    const changed = Buffer.from(body.toString().replace('created', 'creatid'))
    expect(() => verify(secret, headers, changed)).toThrow('signature')
    expect(() => verify(secret, { ...headers, 'webhook-id': 'evt_other' }, body)).toThrow('signature')
    expect(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, headers, body)).toThrow('signature')
    expect(() => verify(secret, headers, body, Date.now() + 310_000)).toThrow('old')

    const rotated = await app.call('POST', `/v1/webhooks/endpoints/${id}/rotate-secret`, { key, json: {} })
    await app.issue()
    await deliverAll(app)
    const last = received.at(-1)
    for (const live of [secret, String(rotated.json?.['secret'])]) {
      expect(verify(live, last?.headers ?? {}, last?.body ?? '')).toMatchObject({ type: 'upload.created' })
    }
  })

  it('lists every event there is, and says what it means', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` \| (.*) \|$/gm)].map(([, type, says]) => [type, says])
    expect(Object.fromEntries(rows)).toEqual(EVENT_MEANINGS)
  })
})
