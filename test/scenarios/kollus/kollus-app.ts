import { buffer } from 'node:stream/consumers'
import type { ProjectId } from '../../../src/core/ids.ts'
import type { Random } from '../../../src/core/ports/random.ts'
import type { Upload, UploadTarget } from '../../../src/core/uploads/upload.ts'
import type { UploadLimits } from '../../../src/core/uploads/upload-limits.ts'
import { kollusDialect } from '../../../src/http/dialects/kollus/index.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'
import { exchange } from './http-exchange.ts'

export const ACCESS_TOKEN = 'k0llusacc3sst0ken'

/** Of the account in the tests. */
export const KOLLUS_KEYS = { serviceAccountKey: 'acme', securityKey: 'acme-security', customKey: 'ab'.repeat(32) }

/** What "create upload URL" answers, as far as clients of any generation read it. */
export type CreatedUrl = Readonly<{
  upload_url: string
  progress_url: string
  upload_file_key: string
  expired_at: number
}>

/** What the server has of a file once it was sent. */
export type Stored = Readonly<{ title: string; fileName: string; content: Buffer; target: UploadTarget }>

export type KollusApp = TestApp &
  Readonly<{
    projectId(): Promise<ProjectId>
    create(parameters?: Readonly<Record<string, string>>): Promise<CreatedUrl>
    upload(uploadFileKey: string): Promise<Upload | undefined>
    /** Undefined while no complete file has been taken for that key. */
    stored(uploadFileKey: string): Promise<Stored | undefined>
  }>

/** The real server with the Kollus dialect alone, and its access token known. The caller awaits `close`. */
export async function startKollusApp(
  options: Readonly<{
    clock?: ManualClock
    limits?: Partial<UploadLimits>
    random?: Random
    /** As REELDOCK_WEBHOOK_ALLOW. */
    webhookAllow?: string
  }> = {},
): Promise<KollusApp> {
  const { clock, limits, random, webhookAllow } = options
  const app = await startTestApp({
    register: async (server, services) => {
      await server.register(kollusDialect, { services, random })
      await server.register(playbackRoutes, { services })
    },
    bootstrap: { kollus: { ...KOLLUS_KEYS, accessToken: ACCESS_TOKEN } },
    ...(clock && { clock }),
    ...(limits && { limits }),
    ...(webhookAllow && { webhookAllow }),
  })
  const { work, staging, blobs } = app.infrastructure
  const signal = new AbortController().signal

  const create = async (parameters: Readonly<Record<string, string>> = {}): Promise<CreatedUrl> => {
    const answer = await exchange(`${app.url}/api/upload/create-url?access_token=${ACCESS_TOKEN}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    })
    return (JSON.parse(answer.body) as { data: CreatedUrl }).data
  }

  const find = async (uploadFileKey: string) => {
    const key = await work.read.externalKeys.find('kollus.upload_file_key', uploadFileKey)
    if (key === undefined) throw new Error(`no asset is called ${uploadFileKey}`)
    return app.services.library.get(key.projectId, key.subjectId)
  }

  const upload = async (uploadFileKey: string): Promise<Upload | undefined> => {
    const newest = await work.read.uploads.newestForAsset((await find(uploadFileKey)).asset.id)
    return newest && work.read.uploads.get(newest.id)
  }

  const stored = async (uploadFileKey: string): Promise<Stored | undefined> => {
    const { asset, source } = await find(uploadFileKey)
    const sent = await upload(uploadFileKey)
    if (source === undefined || sent === undefined) return undefined
    const { sizeBytes, fileName } = source
    const receipts = await work.read.uploads.receipts(sent.id)
    await staging.publish(sent.staging, source.blobKey, { sizeBytes, receipts })
    const { body } = await blobs.open(source.blobKey, { signal })
    return { title: asset.title, fileName, content: await buffer(body), target: sent.target }
  }

  const projectId = async (): Promise<ProjectId> => {
    const project = await work.read.projects.first()
    if (project === undefined) throw new Error('the first project is missing')
    return project.id
  }

  return { ...app, projectId, create, upload, stored }
}
