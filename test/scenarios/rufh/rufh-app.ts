import { type RawRequest, type RawResponse, rawExchange } from '../tus/raw-http.ts'
import { startTusApp, type TusApp } from '../tus/tus-app.ts'

export const PARTIAL_UPLOAD = 'application/partial-upload'

/** Iterations of the draft by their interop version; undefined is a client that names none. */
export const VERSIONS = [3, 4, 5, 6, 7, 8] as const
export type Version = (typeof VERSIONS)[number]

export type Exchange = Readonly<{ interim: readonly RawResponse[]; final: RawResponse }>

export type Append = Readonly<{ offset: number; isLast: boolean; headers?: Record<string, string> }>

export type RufhApp = Omit<TusApp, 'begin'> &
  Readonly<{
    /** A request of a client of that iteration. */
    rufh(version: Version | undefined, request: RawRequest): Promise<Exchange>
    /** Creates with the API key. */
    post(
      version: Version | undefined,
      body: Buffer | string,
      isLast: boolean,
      headers?: Record<string, string>,
    ): Promise<Exchange>
    append(version: Version | undefined, path: string, body: Buffer | string, how: Append): Promise<Exchange>
    ask(version: Version | undefined, path: string): Promise<RawResponse>
    /** Creates an empty upload; its path. */
    begin(version: Version | undefined, headers?: Record<string, string>): Promise<string>
  }>

/** The real server with the open protocols alone. The caller awaits `close`. */
export async function startRufhApp(...options: Parameters<typeof startTusApp>): Promise<RufhApp> {
  const app = await startTusApp(...options)
  const rufh: RufhApp['rufh'] = (version, request) =>
    rawExchange(app.url, { ...request, headers: { ...versionField(version), ...request.headers } })
  const post: RufhApp['post'] = (version, body, isLast, headers = {}) => {
    const credential = { authorization: `Bearer ${app.keys.apiKey}` }
    const all = { ...credential, ...completeness(version, isLast), ...headers }
    return rufh(version, { method: 'POST', path: '/rufh', headers: all, body })
  }
  return {
    ...app,
    rufh,
    post,
    append: (version, path, body, { offset, isLast, headers = {} }) => {
      const type: Record<string, string> = (version ?? 8) >= 6 ? { 'content-type': PARTIAL_UPLOAD } : {}
      const all = { ...type, 'upload-offset': String(offset), ...completeness(version, isLast), ...headers }
      return rufh(version, { method: 'PATCH', path, headers: all, body })
    },
    ask: async (version, path) => (await rufh(version, { method: 'HEAD', path })).final,
    begin: async (version: Version | undefined, headers: Record<string, string> = {}) => {
      const { final } = await post(version, '', false, headers)
      if (final.status !== 201) throw new Error(`creation answered ${final.status}: ${final.body}`)
      return pathOf(final)
    },
  }
}

export function pathOf(response: RawResponse): string {
  return new URL(response.headers['location'] ?? '').pathname
}

export function versionField(version: Version | undefined): Record<string, string> {
  return version === undefined ? {} : { 'upload-draft-interop-version': String(version) }
}

/** The field that tells whether a request, or an answer, completes the upload. */
export function completeness(version: Version | undefined, isComplete: boolean): Record<string, string> {
  return version === 3
    ? { 'upload-incomplete': isComplete ? '?0' : '?1' }
    : { 'upload-complete': isComplete ? '?1' : '?0' }
}
