import { createHmac } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { KEYS } from '../support/start-server.ts'

/** An answer of any generation, as far as a CMS reads it. */
type Answer = Readonly<{
  error: number
  message: string
  // biome-ignore lint/suspicious/noExplicitAny: each operation has a shape of its own, and the tests compare it.
  result: any
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  data: any
}>

/** The back end of a CMS, as far as it speaks with the server: its access token in the query, its values as a form. */
export class Cms {
  readonly #url: string

  constructor(serverUrl: string) {
    this.#url = serverUrl
  }

  async call(method: string, path: string, values: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const query = new URLSearchParams({ access_token: KEYS.kollus.accessToken, ...(method === 'GET' && values) })
    const body = method === 'GET' ? undefined : new URLSearchParams(values)
    const response = await fetch(`${this.#url}${path}?${query}`, { method, ...(body && { body }) })
    const answer = (await response.json()) as Answer
    if (answer.error !== 0) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`)
    return answer
  }

  get(path: string, values?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.call('GET', path, values)
  }

  post(path: string, values?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.call('POST', path, values)
  }

  /** Sends a file; resolves with its upload_file_key. */
  async upload(file: string, fileName: string, options: Readonly<Record<string, string>>): Promise<string> {
    const { upload_url, upload_file_key } = (await this.post('/0/media_auth/upload/create_url.json', options)).result
    const form = new FormData()
    form.append('upload-file', await openAsBlob(file), fileName)
    form.append('accept', 'application/json')
    const answer = (await (await fetch(upload_url, { method: 'POST', body: form })).json()) as Answer
    if (answer.error !== 0) throw new Error(answer.message)
    return upload_file_key
  }

  /** The address that its page plays a content by, signed by itself. */
  playUrl(mediaContentKey: string): string {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const expt = Math.floor(Date.now() / 1000) + 6 * 60 * 60
    const payload = { cuid: 'student-7', expt, mc: [{ mckey: mediaContentKey }] }
    const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(payload)}`
    const signature = createHmac('sha256', KEYS.kollus.securityKey).update(signed).digest('base64url')
    return `${this.#url}/sr?jwt=${signed}.${signature}&custom_key=${KEYS.kollus.customKey}&cdn=hd-hls2`
  }
}
