import { buffer } from 'node:stream/consumers'
import type { Clock } from '../../../src/core/ports/clock.ts'
import type { Upload } from '../../../src/core/uploads/upload.ts'
import type { UploadLimits } from '../../../src/core/uploads/upload-limits.ts'
import type { NewUpload } from '../../../src/core/uploads/upload-plan.ts'
import { rufhRoutes } from '../../../src/http/rufh/index.ts'
import { tusRoutes } from '../../../src/http/tus/index.ts'
import { aProject } from '../../support/rows.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'
import { RawConnection, type RawRequest, type RawResponse, rawExchange, requestHead } from './raw-http.ts'

export const OFFSET_STREAM = 'application/offset+octet-stream'

export type Issued = Readonly<{ token: string; path: string; upload: Upload }>

export type TusApp = TestApp &
  Readonly<{
    /** An API key of another project. */
    foreignKey: string
    /** A tus request with the version in it; the API key goes with a POST to /tus unless `headers` say otherwise. */
    tus(request: RawRequest): Promise<RawResponse>
    head(path: string): Promise<RawResponse>
    patch(path: string, offset: number, body: Buffer | string, headers?: Record<string, string>): Promise<RawResponse>
    /** Creates with the API key and answers the new upload's path. */
    create(headers: Record<string, string>): Promise<string>
    /** An upload as the API issues it, with its token. */
    issue(wanted?: Partial<NewUpload>): Promise<Issued>
    /** Begins a PATCH that announces `lengthBytes` and sends the first of them. */
    begin(path: string, offset: number, lengthBytes: number, first: Buffer | string): Promise<RawConnection>
    upload(path: string): Promise<Upload>
    /** What the server has stored for a finished upload. */
    content(path: string): Promise<Buffer>
  }>

/** The real server with the open protocols alone. The caller awaits `close`. */
export async function startTusApp(
  options: Readonly<{ clock?: Clock; limits?: Partial<UploadLimits> }> = {},
): Promise<TusApp> {
  const app = await startTestApp({
    ...options,
    register: async (server, services) => {
      await server.register(tusRoutes, { services })
      await server.register(rufhRoutes, { services })
    },
  })
  const { work, staging } = app.infrastructure
  const project = await work.read.projects.first()
  if (project === undefined) throw new Error('the first project is missing')
  const foreign = aProject({ name: 'somebody else' })
  await work.read.projects.insert(foreign)
  const { secret: foreignKey } = await app.services.access.createApiKey(foreign.id, 'theirs')

  const tus: TusApp['tus'] = async (request) => {
    const isCreation = request.method === 'POST' && /^\/tus\/?$/.test(request.path)
    const credential: Record<string, string> = isCreation ? { authorization: `Bearer ${app.keys.apiKey}` } : {}
    const headers = { 'tus-resumable': '1.0.0', ...credential, ...request.headers }
    return (await rawExchange(app.url, { ...request, headers })).final
  }
  const patch: TusApp['patch'] = (path, offset, body, headers = {}) =>
    tus({
      method: 'PATCH',
      path,
      body,
      headers: { 'content-type': OFFSET_STREAM, 'upload-offset': String(offset), ...headers },
    })
  const upload: TusApp['upload'] = (path) =>
    app.services.uploads.authorize(path.slice(path.lastIndexOf('rdu_') + 4), { admitParts: true })
  return {
    ...app,
    foreignKey,
    tus,
    patch,
    upload,
    head: (path) => tus({ method: 'HEAD', path }),
    create: async (headers) => {
      const answer = await tus({ method: 'POST', path: '/tus', headers, body: '' })
      if (answer.status !== 201) throw new Error(`creation answered ${answer.status}: ${answer.body}`)
      return new URL(answer.headers['location'] ?? '').pathname
    },
    issue: async (wanted = {}) => {
      const request = { projectId: project.id, fileName: 'film.mp4', ...wanted }
      const issued = await app.services.uploads.create(request)
      return { upload: issued.upload, token: `rdu_${issued.token}`, path: `/tus/rdu_${issued.token}` }
    },
    begin: async (path, offset, lengthBytes, first) => {
      const connection = await RawConnection.open(app.url)
      const headers = {
        'tus-resumable': '1.0.0',
        'content-type': OFFSET_STREAM,
        'upload-offset': String(offset),
        'content-length': String(lengthBytes),
      }
      await connection.write(requestHead({ method: 'PATCH', path, headers }))
      await connection.write(first)
      return connection
    },
    content: async (path) => {
      const { id, staging: place, sizeBytes = 0 } = await upload(path)
      const receipts = await work.read.uploads.receipts(id)
      const options = { receipts, signal: new AbortController().signal }
      const { startByte = 0 } = place
      const range = { start: startByte, end: startByte + sizeBytes }
      return sizeBytes === 0 ? Buffer.alloc(0) : buffer(await staging.read(place, range, options))
    },
  }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
