import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export type Reply = Readonly<{ head: string; body: string }>

/** Sends these very bytes over a plain socket, with the headers that every client sends, and reads to the end. */
export async function sendRaw(
  url: string,
  requestLine: string,
  headers: readonly string[],
  body: string | Buffer = '',
): Promise<Reply> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  const content = Buffer.from(body)
  const lines = [
    requestLine,
    `Host: ${hostname}:${port}`,
    'Connection: close',
    ...headers,
    `Content-Length: ${content.length}`,
  ]
  socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content]))
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n')
  return { head, body: rest.join('\r\n\r\n') }
}
