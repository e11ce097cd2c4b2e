import { createHmac, randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RemoteServer, startRemoteServer } from '../../support/remote-server.ts'
import {
  ACCESS_KEY,
  type Answer,
  BUCKET,
  type CloudvApp,
  etagOf,
  exchange,
  SECRET_KEY,
  signedToken,
  startCloudvApp,
} from './cloudv-app.ts'

const CONTENT = randomBytes(20_000)
const LATER = 4_102_444_800_000
const BOUNDARY = 'callback'

let app: CloudvApp
let serial = 0

beforeAll(async () => {
  app = await startCloudvApp({ webhookAllow: '127.0.0.1' })
})
afterAll(async () => app.close())

type Heard = Readonly<{ path: string; type: string; authorization: string; body: string }>

/** The customer's server: notes what it is told, and answers as `answer` does. */
async function customer(
  answer: (response: ServerResponse) => void,
): Promise<Readonly<{ remote: RemoteServer; heard: Heard[] }>> {
  const heard: Heard[] = []
  const remote = await startRemoteServer((request, response) => {
    const { authorization = '', 'content-type': type = '' } = request.headers
    const hear = (body: string): void => {
      heard.push({ path: request.url ?? '', type, authorization, body })
      answer(response)
    }
    text(request).then(hear, () => response.destroy())
  })
  return { remote, heard }
}

const newKey = (): string => `video/a b ${++serial}.mp4`
const tokenFor = (key: string, policy: Readonly<Record<string, unknown>>): string =>
  signedToken({ scope: `${BUCKET}:${key}`, deadline: LATER, ...policy })

function sendForm(token: string): Promise<Answer> {
  const head = (disposition: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`
  const body = Buffer.concat([
    Buffer.from(
      `${head('name="token"')}${token}\r\n${head('name="x:id"')}7&8\r\n${head('name="file"; filename="a.mp4"')}`,
    ),
    CONTENT,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ])
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, origin: 'https://cms.example' }
  return exchange(app.url, '/file/upload', { headers, body })
}

async function sendSlices(token: string): Promise<() => Promise<Answer>> {
  const headers = { authorization: token, uploadbatch: `b${serial}`, origin: 'https://cms.example' }
  const made = await exchange(app.url, `/mkblk/${CONTENT.length}/0`, { headers, body: CONTENT })
  const { ctx } = JSON.parse(made.body) as { ctx: string }
  const id = Buffer.from('7&8').toString('base64url')
  return () => exchange(app.url, `/mkfile/${CONTENT.length}/x:id/${id}`, { headers, body: ctx })
}

const WAYS: Readonly<Record<string, (token: string) => Promise<Answer>>> = {
  'a form': sendForm,
  slices: async (token) => (await sendSlices(token))(),
}

describe.each(Object.entries(WAYS))('the callback of %s', (name, send) => {
  it('tells the customer of the stored file, and the uploader what the customer says to it', async () => {
    const { remote, heard } = await customer((response) => response.end('{"id":7}'))
    const key = newKey()
    const token = tokenFor(key, {
      callbackUrl: `${remote.url}/done?from=reeldock`,
      callbackBody: 'key=$(key)&hash=$(hash)&size=$(fsize)&id=$(x:id)&bucket=$(bucket)',
    })
    const answer = await send(token)
    expect(answer.status, answer.body).toBe(200)
    const own = name === 'slices' ? { key } : {}
    expect(JSON.parse(answer.body)).toEqual({ hash: etagOf(CONTENT), response: '{"id":7}', ...own })
    const body = `key=${encodeURIComponent(key)}&hash=${etagOf(CONTENT)}&size=${CONTENT.length}&id=7%268&bucket=${BUCKET}`
    const mac = createHmac('sha1', SECRET_KEY).update(`/done?from=reeldock\n${body}`).digest('hex')
    expect(heard).toEqual([
      {
        path: '/done?from=reeldock',
        type: 'application/x-www-form-urlencoded',
        authorization: `${ACCESS_KEY}:${Buffer.from(mac).toString('base64')}`,
        body,
      },
    ])
    expect((await app.stored(key))?.content.equals(CONTENT)).toBe(true)
  })

  it('has a body of its own where the token names none', async () => {
    const { remote, heard } = await customer((response) => response.end('ok'))
    const key = newKey()
    expect((await send(tokenFor(key, { callbackUrl: remote.url }))).status).toBe(200)
    const told = Object.fromEntries(new URLSearchParams(heard[0]?.body))
    expect(told).toMatchObject({ bucket: BUCKET, key, hash: etagOf(CONTENT), fsize: String(CONTENT.length) })
  })

  it.each<readonly [string, (response: ServerResponse) => void, RegExp]>([
    ['an error', (response) => response.writeHead(500).end('no such course'), /500: no such course/],
    ['a redirect', (response) => response.writeHead(302, { location: '/else' }).end(), /302/],
    ['nothing', (response) => response.destroy(), /\S/],
  ])('answers 579 where the customer answers %s, readably, and the file is there', async (_name, answer, why) => {
    const { remote } = await customer(answer)
    const key = newKey()
    const refused = await send(tokenFor(key, { callbackUrl: remote.url }))
    expect(refused.status).toBe(579)
    expect(JSON.parse(refused.body)).toEqual({ code: '579', message: expect.stringMatching(why) })
    expect(refused.headers['access-control-allow-origin']).toBe('https://cms.example')
    expect((await app.stored(key))?.content.equals(CONTENT)).toBe(true)
  })
})

describe('a list that is sent again', () => {
  it('is told of again, so that a customer who missed it hears of it', async () => {
    let fails = true
    const { remote, heard } = await customer((response) => response.writeHead(fails ? 503 : 200).end('late'))
    const key = newKey()
    const make = await sendSlices(tokenFor(key, { callbackUrl: remote.url }))
    expect((await make()).status).toBe(579)
    fails = false
    expect(JSON.parse((await make()).body)).toEqual({ hash: etagOf(CONTENT), key, response: 'late' })
    expect(heard).toHaveLength(2)
    expect(heard[0]?.body).toBe(heard[1]?.body)
  })
})
