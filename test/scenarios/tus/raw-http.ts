import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One response as it came over the wire; names of headers in lower case. */
export type RawResponse = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string }>

/** One request. `body` undefined sends none; `chunks` sends it in chunks, with `trailers` behind. */
export type RawRequest = Readonly<{
  method: string
  path: string
  headers?: Readonly<Record<string, string>>
  body?: Buffer | string | undefined
  chunks?: readonly (Buffer | string)[]
  trailers?: Readonly<Record<string, string>>
}>

/** A connection whose bytes the test writes itself, and whose interim responses it sees. */
export class RawConnection {
  readonly #socket: Socket
  readonly #ended: Promise<void>
  #received = Buffer.alloc(0)
  #isEnded = false
  #wake: () => void = () => undefined

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#isEnded = true
        this.#wake()
        resolve()
      }
      socket.on('end', end)
      socket.on('close', end)
      // What a reset cut off shows in what was received.
      socket.on('error', () => undefined)
    })
  }

  /** Writes as it is; resolves once the kernel has taken it. */
  async write(bytes: Buffer | string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.write(bytes, () => resolve())
    })
  }

  /** The next response, interim or final. `toHead` when it answers HEAD, and so has no body. */
  async response({ toHead = false } = {}): Promise<RawResponse> {
    for (;;) {
      const parsed = parseResponse(this.#received, toHead, this.#isEnded)
      if (parsed !== undefined) {
        this.#received = this.#received.subarray(parsed.endByte)
        return parsed.response
      }
      if (this.#isEnded) throw new Error(`the connection ended after ${JSON.stringify(this.#received.toString())}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The interim responses that come before the final one, and that. */
  async responses(): Promise<{ interim: RawResponse[]; final: RawResponse }> {
    const interim: RawResponse[] = []
    for (;;) {
      const next = await this.response()
      if (next.status >= 200) return { interim, final: next }
      interim.push(next)
    }
  }

  /** Resolves when the server has ended the connection. */
  ended(): Promise<void> {
    return this.#ended
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#socket.destroy()
  }
}

/** A request's first lines. A body's length is stated unless the headers say otherwise. */
export function requestHead({ method, path, headers = {}, body, chunks }: RawRequest): string {
  const all: Record<string, string> = { host: 'test', ...headers }
  if (chunks !== undefined) all['transfer-encoding'] ??= 'chunked'
  else if (body !== undefined) all['content-length'] ??= String(Buffer.byteLength(body))
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** Sends one request over a connection of its own and reads all of its responses. */
export async function rawExchange(
  url: string,
  request: RawRequest,
): Promise<{ interim: RawResponse[]; final: RawResponse }> {
  const connection = await RawConnection.open(url)
  try {
    await connection.write(requestHead(request))
    if (request.body !== undefined) await connection.write(request.body)
    for (const chunk of request.chunks ?? []) await connection.write(asChunk(chunk))
    if (request.chunks !== undefined) {
      const trailers = Object.entries(request.trailers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
      await connection.write(`0\r\n${trailers.join('')}\r\n`)
    }
    if (request.method === 'HEAD') return { interim: [], final: await connection.response({ toHead: true }) }
    return await connection.responses()
  } finally {
    connection.destroy()
  }
}

function asChunk(bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes)
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')])
}

function parseResponse(
  received: Buffer,
  toHead: boolean,
  isEnded: boolean,
): { response: RawResponse; endByte: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const bodyStart = headEnd + 4
  if (toHead || status < 200 || status === 204) return { response: { status, headers, body: '' }, endByte: bodyStart }
  const length = headers['content-length']
  const endByte = length === undefined ? received.length : bodyStart + Number(length)
  if (length === undefined ? !isEnded : received.length < endByte) return undefined
  return { response: { status, headers, body: received.subarray(bodyStart, endByte).toString() }, endByte }
}
