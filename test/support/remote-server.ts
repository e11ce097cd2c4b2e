import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Handle = (request: IncomingMessage, response: ServerResponse) => void

export type RemoteServer = Readonly<{
  /** `http://127.0.0.1:<port>` */
  url: string
  port: number
  /** Every request that came, oldest first. */
  requests: readonly IncomingMessage[]
  /** How many connections are open. */
  connections: () => number
  /** Ends every connection at once. */
  breakOff: () => void
  /** What it does from now on. */
  handle: (handle: Handle) => void
}>

/** Somebody else's web server, on a free port of the loopback. It ends with the test. */
export async function startRemoteServer(handle: Handle): Promise<RemoteServer> {
  const requests: IncomingMessage[] = []
  let current = handle
  const server = createServer((request, response) => {
    requests.push(request)
    current(request, response)
  })
  let open = 0
  server.on('connection', (socket) => {
    open += 1
    socket.on('close', () => {
      open -= 1
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const use = (next: Handle): void => {
    current = next
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => open,
    breakOff: () => server.closeAllConnections(),
    handle: use,
  }
}

/** Serves one file as good servers do: with ranges, and an ETag (unless it is empty) to tell versions apart. */
export function serveFile(bytes: Buffer, etag = '"v1"'): Handle {
  return (request, response) => {
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const start = from === undefined || !isSame ? 0 : Number(from)
    if (etag !== '') response.setHeader('etag', etag)
    if (start > 0 && start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
      return
    }
    if (start > 0) response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`)
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start }).end(bytes.subarray(start))
  }
}

/** As `serveFile`, but of each answer only the first `sentBytes` come; then the connection stands still. */
export function serveBeginning(sentBytes: number, bytes: Buffer, etag = '"v1"'): Handle {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const range = from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}
    const validator = etag === '' ? {} : { etag }
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from, ...validator, ...range })
    response.write(bytes.subarray(from, from + sentBytes))
    if (from + sentBytes >= bytes.length) response.end()
  }
}
