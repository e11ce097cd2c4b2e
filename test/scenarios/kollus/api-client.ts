import { file, formBody } from './form-body.ts'
import { type Answer, exchange } from './http-exchange.ts'
import { ACCESS_TOKEN, type KollusApp } from './kollus-app.ts'

/** An answer of any generation, as far as the tests read it. */
export type ApiAnswer = Readonly<{
  httpStatus: number
  status?: string
  error: number
  message: string
  // biome-ignore lint/suspicious/noExplicitAny: each operation has a shape of its own, and the tests compare it.
  result: any
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  data: any
  pagination?: Readonly<Record<string, number>>
}>

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Calls as a CMS does, with its access token in the query and its values as a form. */
export class ApiClient {
  readonly #app: KollusApp

  constructor(app: KollusApp) {
    this.#app = app
  }

  async call(method: Method, path: string, values: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    const fields = new URLSearchParams(values).toString()
    const query = method === 'GET' && fields !== '' ? `&${fields}` : ''
    const joint = path.includes('?') ? '&' : '?'
    const answer = await exchange(`${this.#app.url}${path}${joint}access_token=${ACCESS_TOKEN}${query}`, {
      method,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: method === 'GET' ? '' : fields,
    })
    return { httpStatus: answer.status, ...(JSON.parse(answer.body) as Omit<ApiAnswer, 'httpStatus'>) }
  }

  get(path: string, values?: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    return this.call('GET', path, values)
  }

  post(path: string, values?: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    return this.call('POST', path, values)
  }

  /** Uploads a file; resolves with its upload_file_key. */
  async upload(content: Buffer, options: Readonly<Record<string, string>> = {}, fileName = 'holiday.mp4') {
    const { upload_url, upload_file_key } = await this.#app.create(options)
    const answer = await exchange(upload_url, {
      headers: { 'content-type': 'multipart/form-data; boundary=x1', accept: 'application/json' },
      body: formBody('x1', [file(content, { fileName })]),
    })
    if (answer.status !== 200) throw new Error(`the upload failed: ${answer.body}`)
    return upload_file_key
  }

  /** Sends a form with one file in a field of that name. */
  sendFile(path: string, name: string, content: Buffer): Promise<Answer> {
    return exchange(`${this.#app.url}${path}?access_token=${ACCESS_TOKEN}`, {
      headers: { 'content-type': 'multipart/form-data; boundary=x1' },
      body: formBody('x1', [file(content, { name, fileName: 'poster.png', type: 'image/png' })]),
    })
  }
}
