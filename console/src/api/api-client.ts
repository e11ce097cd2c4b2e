import { errorFromBody, unreachable } from './api-error.ts'
import { ownOrigin } from './own-origin.ts'
import type {
  Asset,
  AssetPage,
  AssetVersion,
  NewUpload,
  PlaybackInfo,
  Profiles,
  Reprocessing,
  Session,
  UploadStatus,
  UploadTicket,
  Workflows,
} from './schema.ts'

/** The part of the v1 API that the console uses. Every method throws ApiError and nothing else, except when aborted. */
export interface ApiClient {
  /** The signed-in session; throws ApiError 401 when there is none. */
  session(): Promise<Session>
  signIn(login: string, password: string): Promise<Session>
  signOut(): Promise<void>
  createUpload(upload: NewUpload, signal?: AbortSignal): Promise<UploadTicket>
  /** `url` is a ticket's `urls.status`. */
  uploadStatus(url: string, signal?: AbortSignal): Promise<UploadStatus>
  asset(id: string, signal?: AbortSignal): Promise<Asset>
  /** One page of the library, newest first; `cursor` is the previous page's `nextCursor`. */
  assets(options: { limit: number; cursor: string | null; signal?: AbortSignal }): Promise<AssetPage>
  deleteAsset(id: string): Promise<void>
  /** Makes a new version of the same file; members that are absent: as the last time. */
  reprocess(id: string, wish: Reprocessing): Promise<AssetVersion>
  addRenditions(id: string, profile: string): Promise<Asset>
  workflows(signal?: AbortSignal): Promise<Workflows>
  profiles(signal?: AbortSignal): Promise<Profiles>
  playbackInfo(token: string, assetId: string, signal?: AbortSignal): Promise<PlaybackInfo>
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** A client over `fetch`; the session is a cookie that only the browser sees. */
export function createApiClient(fetch: Fetch): ApiClient {
  async function request(
    method: string,
    path: string,
    options: { json?: unknown; signal?: AbortSignal | undefined } = {},
  ) {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (options.json !== undefined) headers['content-type'] = 'application/json'
    const body = options.json === undefined ? null : JSON.stringify(options.json)
    const answer = await exchange(path, { method, headers, body, signal: options.signal ?? null })
    if (!answer.ok) throw errorFromBody(answer.status, answer.text)
    return answer.text
  }

  async function exchange(path: string, init: RequestInit) {
    try {
      const response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' })
      return { ok: response.ok, status: response.status, text: await response.text() }
    } catch (error) {
      if (init.signal?.aborted) throw error
      throw unreachable()
    }
  }

  async function json<T>(method: string, path: string, options?: { json?: unknown; signal?: AbortSignal | undefined }) {
    const body = await request(method, path, options)
    try {
      return JSON.parse(body) as T
    } catch {
      throw errorFromBody(200, '')
    }
  }

  return {
    session: () => json<Session>('GET', '/v1/session'),
    signIn: (login, password) => json<Session>('POST', '/v1/session', { json: { login, password } }),
    signOut: async () => void (await request('DELETE', '/v1/session')),
    createUpload: (upload, signal) => json<UploadTicket>('POST', '/v1/uploads', { json: upload, signal }),
    uploadStatus: (url, signal) => json<UploadStatus>('GET', ownOrigin(url), { signal }),
    asset: (id, signal) => json<Asset>('GET', `/v1/assets/${encodeURIComponent(id)}`, { signal }),
    assets: ({ limit, cursor, signal }) => {
      const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) })
      return json<AssetPage>('GET', `/v1/assets?${query}`, { signal })
    },
    deleteAsset: async (id) => void (await request('DELETE', `/v1/assets/${encodeURIComponent(id)}`)),
    reprocess: (id, wish) =>
      json<AssetVersion>('POST', `/v1/assets/${encodeURIComponent(id)}/reprocess`, { json: wish }),
    addRenditions: (id, profile) =>
      json<Asset>('POST', `/v1/assets/${encodeURIComponent(id)}/renditions`, { json: { profile } }),
    workflows: (signal) => json<Workflows>('GET', '/v1/workflows', { signal }),
    profiles: (signal) => json<Profiles>('GET', '/v1/profiles', { signal }),
    playbackInfo: (token, assetId, signal) => {
      const path = `/play/${encodeURIComponent(token)}/${encodeURIComponent(assetId)}/info`
      return json<PlaybackInfo>('GET', path, { signal })
    },
  }
}
