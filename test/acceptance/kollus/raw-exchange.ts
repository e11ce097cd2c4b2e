import { once } from 'node:events'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** An answer, taken apart as the most frugal client would. */
export type RawAnswer = Readonly<{ status: number; contentType: string; body: string }>

/**
 * Puts a request's bytes on the wire as they are, but for `{host}`, and reads the answer to the end of the connection.
 * The request says `Connection: close`.
 */
export async function rawExchange(url: string, head: readonly string[], body: Buffer): Promise<RawAnswer> {
  const { hostname, port, host, pathname, search } = new URL(url)
  const lines = head.map((line) => line.replace('{path}', pathname + search).replace('{host}', host))
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  socket.write(body)
  const [top = '', ...rest] = (await buffer(socket)).toString('utf8').split('\r\n\r\n')
  const contentType = /^content-type: (.*)$/im.exec(top)?.[1] ?? ''
  const isChunked = /^transfer-encoding: chunked$/im.test(top)
  const text = rest.join('\r\n\r\n')
  return { status: Number(top.split(' ')[1]), contentType, body: isChunked ? unchunked(text) : text }
}

/** As clients send that stream: pieces with their lengths before them, and no length of the whole. */
export function chunked(body: Buffer, pieceBytes: number): Buffer {
  const pieces: Buffer[] = []
  for (let start = 0; start < body.length; start += pieceBytes) {
    const piece = body.subarray(start, start + pieceBytes)
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')])
}

function unchunked(text: string): string {
  let whole = ''
  for (let rest = text; ; ) {
    const end = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.slice(0, end), 16)
    if (!(length > 0)) return whole
    whole += rest.slice(end + 2, end + 2 + length)
    rest = rest.slice(end + 2 + length + 2)
  }
}
