import type { InjectOptions } from 'fastify'
import type { Clock } from '../../../src/core/ports/clock.ts'
import type { UploadLimits } from '../../../src/core/uploads/upload-limits.ts'
import { apiV1 } from '../../../src/http/api/index.ts'
import type { IssuedUploadDocument, NewUploadBody, UploadStatus } from '../../../src/http/api/uploads/upload-schema.ts'
import { openApi } from '../../../src/http/openapi.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import { aProject } from '../../support/rows.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

export type Answer = Readonly<{
  status: number
  headers: Readonly<Record<string, string | undefined>>
  text: string
  /** The parsed body; undefined when it is no JSON. */
  json: Record<string, unknown> | undefined
}>

export type Call = Readonly<{
  key?: string | undefined
  headers?: Record<string, string>
  json?: unknown
  body?: string | Buffer
}>

export type ApiApp = TestApp & {
  /** An API key of another project. */
  foreignKey: string
  /** A request that does not touch a socket; `path` may be absolute. */
  call(method: string, path: string, options?: Call): Promise<Answer>
  /** An upload of the first project, or of `key`'s. */
  issue(wanted?: Partial<NewUploadBody>, key?: string): Promise<IssuedUploadDocument>
  status(issued: IssuedUploadDocument): Promise<UploadStatus>
}

/** The API and the playback routes over real services, with two projects. The caller awaits `close`. */
export async function startApiApp(
  options: Readonly<{ clock?: Clock; limits?: Partial<UploadLimits>; pullAllow?: string; webhookAllow?: string }> = {},
): Promise<ApiApp> {
  const app = await startTestApp({
    ...options,
    register: async (server, services) => {
      await server.register(openApi)
      await server.register(apiV1, { services, prefix: '/v1' })
      await server.register(playbackRoutes, { services })
    },
  })
  const foreign = aProject({ name: 'somebody else' })
  await app.infrastructure.work.read.projects.insert(foreign)
  const { secret: foreignKey } = await app.services.access.createApiKey(foreign.id, 'theirs')

  const call: ApiApp['call'] = async (method, path, { key, headers = {}, json, body } = {}) => {
    const sent: Record<string, string> = { ...headers }
    if (key !== undefined) sent['authorization'] = `Bearer ${key}`
    if (json !== undefined) sent['content-type'] ??= 'application/json'
    const payload = json === undefined ? body : JSON.stringify(json)
    const response = await app.server.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url: path.startsWith('/') ? path : pathOf(path),
      headers: sent,
      ...(payload === undefined ? {} : { payload }),
    })
    const answered = Object.entries(response.headers).map(([name, value]) => [name, value && String(value)])
    return {
      status: response.statusCode,
      headers: Object.fromEntries(answered),
      text: response.body,
      json: parsed(response.body),
    }
  }

  const issue: ApiApp['issue'] = async (wanted = {}, key = app.keys.apiKey) => {
    const answer = await call('POST', '/v1/uploads', { key, json: { fileName: 'clip.mp4', ...wanted } })
    if (answer.status !== 201) throw new Error(`no token: ${answer.text}`)
    return answer.json as IssuedUploadDocument
  }

  const status: ApiApp['status'] = async (issued) => {
    const answer = await call('GET', issued.urls.status)
    if (answer.status !== 200) throw new Error(`no status: ${answer.text}`)
    return answer.json as UploadStatus
  }

  return { ...app, foreignKey, call, issue, status }
}

/** Path and query of an absolute address. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

/** Bytes that differ everywhere, so that a chunk in the wrong place shows. */
export function someBytes(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes)
  for (let i = 0, x = 0x2545f491; i < sizeBytes; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes[i] = x & 0xff
  }
  return bytes
}

/** What is stored of an upload, once it is complete. */
export async function storedBytes(app: ApiApp, uploadId: string): Promise<Buffer> {
  const { staging, work } = app.infrastructure
  const upload = await work.read.uploads.get(uploadId as Parameters<typeof work.read.uploads.get>[0])
  if (upload?.sizeBytes === undefined) throw new Error('the upload is not complete')
  const receipts = await work.read.uploads.receipts(upload.id)
  const range = { start: 0, end: upload.sizeBytes }
  const signal = AbortSignal.timeout(30_000)
  const chunks: Buffer[] = []
  for await (const chunk of await staging.read(upload.staging, range, { receipts, signal })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
