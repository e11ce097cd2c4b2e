import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type RawAnswer = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string }>

/** A connection that speaks HTTP by hand, for what a well-behaved client would not do. */
export class RawConnection {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #error: Error | undefined
  #wake = (): void => undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('error', (error) => {
      this.#error = error
    })
    socket.on('close', () => this.#wake())
    socket.on('end', () => this.#wake())
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url)
    // Not ended by the server's end: a client that is still sending does not look.
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  /** Sends the head of a request; `Host` is added. */
  head(method: string, path: string, headers: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes)
  }

  /** The next answer. Rejects when the connection ends without one. */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const answer = this.#take()
      if (answer !== undefined) return answer
      if (this.socket.readableEnded || this.socket.destroyed) throw this.#error ?? new Error('closed without an answer')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Resolves when the server has closed its half of the connection, or all of it. */
  async ended(): Promise<void> {
    while (!this.socket.readableEnded && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #take(): RawAnswer | undefined {
    const headEnd = this.#received.indexOf('\r\n\r\n')
    if (headEnd < 0) return undefined
    const [first = '', ...lines] = this.#received.subarray(0, headEnd).toString('latin1').split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const bodyStart = headEnd + 4
    const bodyEnd = bodyStart + Number(headers['content-length'] ?? 0)
    if (this.#received.length < bodyEnd) return undefined
    const body = this.#received.subarray(bodyStart, bodyEnd).toString()
    this.#received = this.#received.subarray(bodyEnd)
    return { status: Number(first.split(' ')[1]), headers, body }
  }
}
