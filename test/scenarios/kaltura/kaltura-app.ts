import { buffer } from 'node:stream/consumers'
import type { Upload } from '../../../src/core/uploads/upload.ts'
import type { UploadLimits } from '../../../src/core/uploads/upload-limits.ts'
import { kalturaDialect } from '../../../src/http/dialects/kaltura/index.ts'
import { uploadIdOf } from '../../../src/http/dialects/kaltura/upload-token/token-id.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

export const PARTNER_ID = 101
export const ADMIN_SECRET = '0123456789abcdef0123456789abcdef'
export const USER_SECRET = 'fedcba9876543210fedcba9876543210'

export type Json = Readonly<Record<string, unknown>>

/** One part of a form: a field, or a file. */
export type FormPart = readonly [name: string, value: string] | readonly [name: string, value: Buffer, fileName: string]

export type KalturaApp = TestApp &
  Readonly<{
    /** Calls with JSON in and out; `action` is `service.action`. */
    call(action: string, parameters?: Json): Promise<Json>
    /** As `call`, for answers that are no objects. */
    value(action: string, parameters?: Json): Promise<unknown>
    /** Sends a form and reads JSON. */
    form(path: string, parts: readonly FormPart[]): Promise<Json>
    /** An administrator's session, and one of a user. */
    admin: string
    user: string
    newToken(ks: string, uploadToken?: Json): Promise<string>
    /** `words` go before the file, as clients send them. */
    chunk(ks: string, uploadTokenId: string, content: string | Buffer, words?: Json): Promise<Json>
    upload(tokenId: string): Promise<Upload>
    /** What the server has of a finished file. */
    content(tokenId: string): Promise<Buffer>
  }>

/** The real server with the Kaltura dialect alone, and known secrets. The caller awaits `close`. */
export async function startKalturaApp(
  options: Readonly<{
    clock?: ManualClock
    limits?: Partial<UploadLimits>
    finalChunkWaitMs?: number
    fileTypes?: readonly string[]
    pullAllow?: string
    replacementsNeedApproval?: boolean
    webhookAllow?: string
  }> = {},
): Promise<KalturaApp> {
  const { clock, limits, finalChunkWaitMs, fileTypes, pullAllow, replacementsNeedApproval, webhookAllow } = options
  const app = await startTestApp({
    register: async (server, services) => {
      const own = { fileTypes, replacementsNeedApproval, ...(finalChunkWaitMs !== undefined && { finalChunkWaitMs }) }
      await server.register(kalturaDialect, { services, ...own })
      await server.register(playbackRoutes, { services })
    },
    bootstrap: { kaltura: { partnerId: PARTNER_ID, adminSecret: ADMIN_SECRET, userSecret: USER_SECRET } },
    ...(clock && { clock }),
    ...(limits && { limits }),
    ...(pullAllow !== undefined && { pullAllow }),
    ...(webhookAllow !== undefined && { webhookAllow }),
  })
  const value = async (action: string, parameters: Json = {}): Promise<unknown> => {
    const [service, name] = action.split('.')
    const response = await fetch(`${app.url}/api_v3/service/${service}/action/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...parameters, format: 1 }),
    })
    return response.json()
  }
  const call = async (action: string, parameters: Json = {}): Promise<Json> => (await value(action, parameters)) as Json
  const form = async (path: string, parts: readonly FormPart[]): Promise<Json> => {
    const response = await fetch(`${app.url}${path}`, { method: 'POST', body: formData(parts) })
    return (await response.json()) as Json
  }
  const newToken = async (ks: string, uploadToken?: Json): Promise<string> =>
    String((await call('uploadToken.add', { ks, uploadToken }))['id'])
  const chunk = (ks: string, uploadTokenId: string, content: string | Buffer, words: Json = {}): Promise<Json> =>
    form('/api_v3/service/uploadtoken/action/upload', [
      ...Object.entries({ ks, uploadTokenId, format: 1, ...words }).map(([name, own]) => [name, String(own)] as const),
      ['fileData', Buffer.from(content), 'holiday.mp4'],
    ])
  const upload = async (tokenId: string): Promise<Upload> => {
    const id = uploadIdOf(tokenId)
    const found = id && (await app.infrastructure.work.read.uploads.get(id))
    if (!found) throw new Error(`there is no upload ${tokenId}`)
    return found
  }
  const content = async (tokenId: string): Promise<Buffer> => {
    const { id, staging, sizeBytes = 0 } = await upload(tokenId)
    const receipts = await app.infrastructure.work.read.uploads.receipts(id)
    const signal = new AbortController().signal
    return buffer(await app.infrastructure.staging.read(staging, { start: 0, end: sizeBytes }, { receipts, signal }))
  }
  const start = async (type: number, userId: string): Promise<string> =>
    String(await value('session.start', { secret: ADMIN_SECRET, partnerId: PARTNER_ID, type, userId }))
  const admin = await start(2, 'boss')
  const user = await start(0, 'ann')
  return { ...app, call, value, form, admin, user, newToken, chunk, upload, content }
}

export function formData(parts: readonly FormPart[]): FormData {
  const data = new FormData()
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') data.append(name, value)
    else data.append(name, new Blob([new Uint8Array(value)]), fileName)
  }
  return data
}

/** An entry without content. */
export function newEntryOf(app: KalturaApp, ks: string, own: Json = {}): Promise<Json> {
  return app.call('media.add', { ks, entry: { mediaType: 1, name: 'Holiday', ...own } })
}
