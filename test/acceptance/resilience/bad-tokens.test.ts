import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { getJson } from '../support/client.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { type Answer, sendBytes } from './kill/send-bytes.ts'

const BODY = Buffer.from('0123456789')
const TUS = { 'tus-resumable': '1.0.0' }
const RUFH = { 'upload-draft-interop-version': '8' }
const FORM_BODY = Buffer.from(
  `--b\r\ncontent-disposition: form-data; name="upload-file"; filename="a.bin"\r\n\r\n${BODY}\r\n--b--\r\n`,
)

/** All that a client may know of an upload: its token without any dialect's prefix, and the names beside it. */
type Known = Readonly<{ token: string; id: string; uploadFileKey: string }>

type Sent = Readonly<{ method: string; path: string; headers?: Record<string, string>; body?: Buffer }>

type Verb = Readonly<{
  name: string
  request: (known: Known) => Sent
  /** How a token is refused that is none, and one whose time is over, which its holder may know. */
  refused: number
  expired: number
  /** The address names the upload beside the token. */
  hasName: boolean
  /** How a finished upload refuses it; undefined for what does not change anything. */
  spent: number | undefined
}>

const v1 = ({ id, token }: Known, rest = ''): string => `/v1/uploads/${id}${rest}?token=rdu_${token}`
const tus = ({ token }: Known): string => `/tus/rdu_${token}`
const rufh = ({ token }: Known): string => `/rufh/rdu_${token}`
const bearer = ({ token }: Known) => ({ authorization: `Bearer rdu_${token}` })

function v1Verb(
  name: string,
  method: string,
  rest: string,
  more: Omit<Sent, 'method' | 'path'> = {},
  spent?: number,
): Verb {
  const request = (known: Known): Sent => ({ method, path: v1(known, rest), ...more })
  return { name: `v1 ${name}`, request, refused: 404, expired: 410, hasName: true, spent }
}

function verb(name: string, request: (known: Known) => Sent, spent?: number): Verb {
  return { name, request, refused: 404, expired: 410, hasName: false, spent }
}

/** Its sessions are told apart by nobody: unknown, used and expired ones get one answer. */
function kollusVerb(name: string, request: (known: Known) => Sent, hasName: boolean, spent?: number): Verb {
  return { name: `Kollus ${name}`, request, refused: 404, expired: 404, hasName, spent }
}

const VERBS: readonly Verb[] = [
  v1Verb('GET status', 'GET', ''),
  v1Verb('HEAD status', 'HEAD', ''),
  v1Verb('DELETE', 'DELETE', '', {}, 409),
  v1Verb('GET events', 'GET', '/events'),
  v1Verb('POST complete', 'POST', '/complete'),
  v1Verb('HEAD content', 'HEAD', '/content'),
  v1Verb('PUT', 'PUT', '/content', { body: BODY }, 409),
  v1Verb('PUT of a part', 'PUT', '/content', { body: BODY, headers: { 'content-range': 'bytes 0-9/20' } }, 409),
  v1Verb('PUT of a question', 'PUT', '/content', { headers: { 'content-range': 'bytes */20' } }, 409),
  v1Verb('PATCH', 'PATCH', '/content', { body: BODY, headers: { 'upload-offset': '0' } }, 409),
  verb('tus HEAD', (known) => ({ method: 'HEAD', path: tus(known), headers: TUS })),
  verb(
    'tus PATCH',
    (known) => {
      const headers = { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
      return { method: 'PATCH', path: tus(known), headers, body: BODY }
    },
    409,
  ),
  verb('tus DELETE', (known) => ({ method: 'DELETE', path: tus(known), headers: TUS }), 403),
  verb(
    'tus POST',
    (known) => ({ method: 'POST', path: '/tus', headers: { ...TUS, ...bearer(known), 'upload-length': '20' } }),
    403,
  ),
  verb('rufh HEAD', (known) => ({ method: 'HEAD', path: rufh(known), headers: RUFH })),
  verb('rufh GET', (known) => ({ method: 'GET', path: rufh(known), headers: RUFH })),
  verb(
    'rufh PATCH',
    (known) => {
      const type = { 'content-type': 'application/partial-upload' }
      const headers = { ...RUFH, ...type, 'upload-offset': '0', 'upload-complete': '?0' }
      return { method: 'PATCH', path: rufh(known), headers, body: BODY }
    },
    409,
  ),
  verb('rufh DELETE', (known) => ({ method: 'DELETE', path: rufh(known), headers: RUFH }), 409),
  verb(
    'rufh POST',
    (known) => {
      const headers = { ...RUFH, ...bearer(known), 'upload-complete': '?0' }
      return { method: 'POST', path: '/rufh', headers, body: BODY }
    },
    400,
  ),
  kollusVerb(
    'form',
    ({ token, uploadFileKey }) => {
      const path = `/api/v1/UploadMultiParts/KUS_${token}/${uploadFileKey}`
      const headers = { 'content-type': 'multipart/form-data; boundary=b', accept: 'application/json' }
      return { method: 'POST', path, headers, body: FORM_BODY }
    },
    true,
    404,
  ),
  kollusVerb(
    'chunk',
    ({ token }) => ({ method: 'PUT', path: `/api/v1/UploadFileChunk/KUS_${token}/0`, body: BODY }),
    false,
    404,
  ),
  kollusVerb(
    'commit',
    ({ token }) => ({ method: 'POST', path: `/api/v1/UploadChunkCommit/KUS_${token}/a.bin` }),
    false,
  ),
  kollusVerb('progress', ({ token }) => ({ method: 'GET', path: `/api/v1/GetUploadingProgress/KUS_${token}` }), false),
]

let server: RunningServer
/** Issued once for all verbs, since none of these requests may have any effect. */
let live: Known
let other: Known
let revoked: Known
let expired: Known
let spent: Known

beforeAll(async () => {
  server = await startServer()
  expired = await issue(1)
  live = await issue()
  other = await issue()
  revoked = await issue()
  spent = await issue()
  expect((await sendBytes({ method: 'DELETE', url: server.url + tus(revoked), headers: TUS })).status).toBe(204)
  expect((await sendBytes({ method: 'PUT', url: server.url + v1(spent, '/content'), body: BODY })).status).toBe(200)
  const isExpired = async () => (await sendBytes({ method: 'GET', url: server.url + v1(expired) })).status === 410
  await vi.waitUntil(isExpired, { timeout: 30_000 })
})
afterAll(() => server.remove())

/** An upload that every transport can be asked for: the session of a Kollus address is an upload token like others. */
async function issue(expireTimeS = 3_600): Promise<Known> {
  const query = `access_token=${KEYS.kollus.accessToken}&expire_time=${expireTimeS}`
  const created = await sendBytes({ method: 'POST', url: `${server.url}/api/upload/create-url?${query}` })
  const { data } = JSON.parse(created.text) as { data: { upload_url: string; upload_file_key: string } }
  const { items } = await getJson<{ items: readonly { id: string }[] }>(`${server.url}/v1/uploads?state=all&limit=1`)
  const token = /KUS_([A-Za-z0-9_-]{43})\//.exec(data.upload_url)?.[1]
  const id = items[0]?.id
  if (token === undefined || id === undefined) throw new Error(`cannot read ${created.text}`)
  return { token, id, uploadFileKey: data.upload_file_key }
}

function attempt({ request }: Verb, known: Known): Promise<Answer> {
  const { path, ...message } = request(known)
  return sendBytes({ ...message, url: server.url + path })
}

/** The answer without what differs from one request to the next, and without what the client itself had said. */
function comparable({ status, headers, text }: Answer, { token, id }: Known): unknown {
  const { date: _date, ...rest } = headers
  const shown = text
    .replaceAll(token, '(token)')
    .replaceAll(id, '(id)')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '(trace)')
  return { status, headers: rest, text: shown }
}

/** What anybody is told who made everything up. */
async function toNobody(each: Verb): Promise<unknown> {
  return comparable(await attempt(each, FORGED), FORGED)
}

const FORGED = { token: 'A'.repeat(43), id: `upl_${'0'.repeat(26)}`, uploadFileKey: 'nothing' }

describe.each(VERBS)('$name', (each) => {
  it('refuses tokens that were made up, and does not tell whether the upload is there', async () => {
    const token = live.token.slice(0, -4) + (live.token.endsWith('AAAA') ? 'BBBB' : 'AAAA')
    for (const forged of [
      { ...live, token: FORGED.token },
      { ...live, token },
      { ...live, token: randomBytes(32).toString('base64url') },
    ]) {
      const answer = await attempt(each, forged)
      expect(answer.status).toBe(each.refused)
      expect(comparable(answer, forged)).toEqual(await toNobody(each))
    }
  })

  it('refuses a revoked token as if it had never been', async () => {
    expect(comparable(await attempt(each, revoked), revoked)).toEqual(await toNobody(each))
  })

  it('refuses an expired token, and tells nothing about its upload', async () => {
    const { status, headers, text } = await attempt(each, expired)
    expect(status).toBe(each.expired)
    expect(text).not.toContain(expired.uploadFileKey)
    const told = ['upload-offset', 'upload-length', 'upload-metadata', 'upload-limit', 'range', 'location']
    expect(told.filter((name) => name in headers)).toEqual([])
    if (each.expired === each.refused) {
      const { text: nobody } = await attempt(each, FORGED)
      expect(text.replaceAll(expired.token, '')).toBe(nobody.replaceAll(FORGED.token, ''))
    }
  })
})

describe.each(VERBS.filter(({ hasName }) => hasName))('$name', (each) => {
  it('refuses the good token of another upload as if it were none', async () => {
    const foreign = { ...live, token: other.token }
    expect(comparable(await attempt(each, foreign), foreign)).toEqual(await toNobody(each))
    const unknown = { ...other, id: FORGED.id, uploadFileKey: FORGED.uploadFileKey }
    expect(comparable(await attempt(each, unknown), unknown)).toEqual(await toNobody(each))
  })
})

describe.each(VERBS.filter((verb) => verb.spent !== undefined))('$name', (each) => {
  it('refuses a spent token and leaves the upload as it is', async () => {
    const before = await getJson(`${server.url}/v1/uploads/${spent.id}`)
    expect((await attempt(each, spent)).status).toBe(each.spent)
    const withoutAsset = (status: unknown) => ({ ...(status as object), asset: undefined })
    expect(withoutAsset(await getJson(`${server.url}/v1/uploads/${spent.id}`))).toEqual(withoutAsset(before))
  })
})

describe('after all that', () => {
  it('the good tokens still open their uploads, in which nothing has arrived', async () => {
    for (const known of [live, other]) {
      const answer = await sendBytes({ method: 'GET', url: server.url + v1(known) })
      expect(JSON.parse(answer.text)).toMatchObject({ state: 'pending', receivedBytes: 0 })
    }
  })
})
