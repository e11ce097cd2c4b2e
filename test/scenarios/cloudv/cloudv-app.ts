import { createHash, createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import type { Upload } from '../../../src/core/uploads/upload.ts'
import type { UploadLimits } from '../../../src/core/uploads/upload-limits.ts'
import { cloudvDialect } from '../../../src/http/dialects/cloudv/index.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

export const ACCESS_KEY = 'a1'.repeat(20)
export const SECRET_KEY = 's3'.repeat(32)
export const BUCKET = 'films'
export const MIB = 1024 * 1024

export type Answer = Readonly<{ status: number; headers: Readonly<Record<string, unknown>>; body: string }>
export type Sent = Readonly<{
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer
  /** `none` sends the body chunked. */
  length?: 'none'
}>

/** One request over a connection of its own, its path as given. */
export async function exchange(url: string, path: string, sent: Sent = {}): Promise<Answer> {
  const body = Buffer.from(sent.body ?? '')
  const headers: Record<string, string> = { ...sent.headers }
  if (sent.length !== 'none') headers['content-length'] = String(body.length)
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const client = httpRequest({ hostname, port, path, method: sent.method ?? 'POST', headers, agent: false })
    client.on('error', reject)
    client.on('response', (response) => {
      text(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
        reject,
      )
    })
    client.end(body)
  })
}

export type TokenAnswer = Readonly<{
  code: number
  message: string
  data?: Readonly<Record<string, string>> &
    Readonly<{ uploadUrl: string; uploadToken: string; fileKey: string; videoId: string; bucketName: string }>
}>

/** What the server has of a video once its file was taken. */
export type Stored = Readonly<{ title: string; fileName: string; content: Buffer; upload: Upload }>

export type CloudvApp = TestApp &
  Readonly<{
    /** Calls getUploadToken with these parameters as JSON, signed. */
    getUploadToken(parameters: Readonly<Record<string, unknown>>): Promise<TokenAnswer>
    /** Undefined while no complete file has been taken for that video. */
    stored(key: string): Promise<Stored | undefined>
  }>

/** The real server with the Cloud VoD dialect alone. The caller awaits `close`. */
export async function startCloudvApp(
  options: Readonly<{
    clock?: ManualClock
    limits?: Partial<UploadLimits>
    refuseReplays?: boolean
    webhookAllow?: string
  }> = {},
): Promise<CloudvApp> {
  const { clock, limits, refuseReplays = false, webhookAllow } = options
  const app = await startTestApp({
    register: async (server, services) => void (await server.register(cloudvDialect, { services, refuseReplays })),
    bootstrap: { cloudv: { accessKey: ACCESS_KEY, secretKey: SECRET_KEY, bucket: BUCKET } },
    ...(clock && { clock }),
    ...(limits && { limits }),
    ...(webhookAllow && { webhookAllow }),
  })
  const { work, staging, blobs } = app.infrastructure

  const getUploadToken = async (parameters: Readonly<Record<string, unknown>>): Promise<TokenAnswer> => {
    const body = JSON.stringify(parameters)
    const answer = await exchange(app.url, TOKEN_PATH, {
      headers: ws3Headers(app.url, { body, timestamp: Math.floor(app.services.clock.now() / 1000) }),
      body,
    })
    return JSON.parse(answer.body) as TokenAnswer
  }

  const stored = async (key: string): Promise<Stored | undefined> => {
    const project = await work.read.projects.first()
    const entry = await work.read.externalKeys.find('cloudv.file_key', `${project?.id}/${BUCKET}:${key}`)
    if (entry === undefined) throw new Error(`no asset is called ${key}`)
    const { asset, source } = await app.services.library.get(entry.projectId, entry.subjectId)
    const upload = source && (await work.read.uploads.get(source.uploadId))
    if (source === undefined || upload === undefined) return undefined
    const { sizeBytes, fileName } = source
    const receipts = await work.read.uploads.receipts(upload.id)
    await staging.publish(upload.staging, source.blobKey, { sizeBytes, receipts })
    const { body } = await blobs.open(source.blobKey, { signal: new AbortController().signal })
    return { title: asset.title, fileName, content: await buffer(body), upload }
  }

  return { ...app, getUploadToken, stored }
}

export const TOKEN_PATH = '/vod/videoManage/getUploadToken'

const hex = (content: string): string => createHash('sha256').update(content).digest('hex')

/** What a client of the old host sends along, written from the vendor's recipe and not with the server's code. */
export function ws3Headers(
  url: string,
  call: Readonly<{
    body?: string
    query?: string
    method?: string
    path?: string
    timestamp: number
    type?: string
    algorithm?: 'WS3-HMAC-SHA256' | 'CNC-HMAC-SHA256'
    secretKey?: string
    accessKey?: string
  }>,
): Record<string, string> {
  const { body = '', query = '', method = 'POST', path = TOKEN_PATH, timestamp, type = 'application/json' } = call
  const { algorithm = 'WS3-HMAC-SHA256', secretKey = SECRET_KEY, accessKey = ACCESS_KEY } = call
  const { host } = new URL(url)
  const canonical = [method, path, query, `content-type:${type}\nhost:${host}\n`, 'content-type;host', hex(body)]
  const toSign = [algorithm, timestamp, hex(canonical.join('\n'))].join('\n')
  const signature = createHmac('sha256', secretKey).update(toSign).digest('hex')
  const prefix = algorithm.startsWith('WS3') ? 'X-WS-' : 'x-cnc-'
  return {
    host,
    'content-type': type,
    [`${prefix}AccessKey`]: accessKey,
    [`${prefix}Timestamp`]: String(timestamp),
    authorization: `${algorithm} Credential=${accessKey}, SignedHeaders=content-type;host, Signature=${signature}`,
  }
}

const urlSafe = (content: string): string =>
  Buffer.from(content).toString('base64').replaceAll('+', '-').replaceAll('/', '_')

/** An upload token as clients make it themselves. */
export function signedToken(
  policy: Readonly<Record<string, unknown>>,
  keys: Readonly<{ accessKey?: string; secretKey?: string }> = {},
): string {
  const policy64 = urlSafe(JSON.stringify(policy))
  const mac = createHmac('sha1', keys.secretKey ?? SECRET_KEY)
    .update(policy64)
    .digest('hex')
  return `${keys.accessKey ?? ACCESS_KEY}:${urlSafe(mac)}:${policy64}`
}

const segmentDigest = (content: Buffer): Buffer => createHash('sha1').update(content).digest()

/** The vendor's file hash, the way its clients compute it. */
export function etagOf(content: Buffer): string {
  const segments: Buffer[] = []
  for (let at = 0; at < content.length; at += 4 * MIB) segments.push(segmentDigest(content.subarray(at, at + 4 * MIB)))
  const [first = segmentDigest(Buffer.alloc(0))] = segments
  const isOne = segments.length <= 1
  const digest = isOne ? first : segmentDigest(Buffer.concat(segments))
  const bytes = Buffer.concat([Buffer.from([isOne ? 0x16 : 0x96]), digest])
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
