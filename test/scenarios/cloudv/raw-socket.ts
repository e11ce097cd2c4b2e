import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type RawAnswer = Readonly<{
  status: number
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  body: string
  /** Statuses of the 1xx answers that came before. */
  interim: readonly number[]
}>

const HEAD_END = '\r\n\r\n'

/** A connection that is written byte by byte, as a recorded client wrote it. The caller calls `close`. */
export class RawConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #wake: () => void = () => undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('close', () => this.#wake())
    // Whoever waits for bytes sees that none come any more.
    socket.on('error', () => undefined)
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(bytes)
  }

  /** The next answer. Answers 100 to 199 are collected on the way; with `interim`, the first of them is the answer. */
  async read(options: Readonly<{ interim?: boolean }> = {}): Promise<RawAnswer> {
    const interim: number[] = []
    for (;;) {
      const head = (await this.#take(await this.#until((bytes) => indexAfter(bytes, HEAD_END)))).toString('latin1')
      const [statusLine = '', ...lines] = head.trimEnd().split('\r\n')
      const status = Number(statusLine.split(' ')[1])
      const headers = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      )
      if (status >= 200) return { status, headers, body: await this.#body(status, headers), interim }
      interim.push(status)
      if (options.interim === true) return { status, headers, body: '', interim }
    }
  }

  close(): void {
    this.#socket.destroy()
  }

  async #body(status: number, headers: Readonly<Record<string, string>>): Promise<string> {
    if (status === 204 || status === 304) return ''
    if (headers['transfer-encoding'] !== 'chunked') {
      return (await this.#take(Number(headers['content-length'] ?? 0))).toString('utf8')
    }
    const pieces: Buffer[] = []
    for (;;) {
      const line = (await this.#take(await this.#until((bytes) => indexAfter(bytes, '\r\n')))).toString('latin1')
      const piece = await this.#take(Number.parseInt(line, 16) + 2)
      if (piece.length === 2) return Buffer.concat(pieces).toString('utf8')
      pieces.push(piece.subarray(0, -2))
    }
  }

  async #take(length: number): Promise<Buffer> {
    await this.#until((bytes) => (bytes.length >= length ? length : undefined))
    const taken = this.#received.subarray(0, length)
    this.#received = this.#received.subarray(length)
    return taken
  }

  async #until(find: (bytes: Buffer) => number | undefined): Promise<number> {
    for (;;) {
      const found = find(this.#received)
      if (found !== undefined) return found
      if (this.#socket.destroyed) throw new Error(`the connection ended after ${this.#received.toString('latin1')}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

function indexAfter(bytes: Buffer, mark: string): number | undefined {
  const at = bytes.indexOf(mark)
  return at < 0 ? undefined : at + mark.length
}
