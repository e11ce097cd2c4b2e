import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type SlowCrowd = Readonly<{
  /** Those that the server has not hung up on. */
  connected(): number
  disperse(): Promise<void>
}>

const DRIBBLE_MS = 1_000
const CONNECTING_AT_ONCE = 100

/**
 * One connection to each of `urls` that announces a large body and sends one byte of it a second; one more for every
 * third of them never gets to the end of its headers. Resolves once all are connected and have sent their first byte.
 * The caller calls `disperse`.
 */
export async function gatherSlowCrowd(urls: readonly string[]): Promise<SlowCrowd> {
  const sockets: Socket[] = []
  const open = async (url: string, head: readonly string[]): Promise<void> => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    sockets.push(socket)
    await once(socket, 'connect')
    socket.write(head.join('\r\n'))
    socket.resume()
  }
  const heads = urls.flatMap((url, i) => {
    const { pathname, search, host } = new URL(url)
    const head = [`PUT ${pathname}${search} HTTP/1.1`, `host: ${host}`]
    const withBody = { url, head: [...head, 'content-length: 1000000', '', 'x'] }
    return i % 3 === 0 ? [withBody, { url, head: [...head, 'x-slow: '] }] : [withBody]
  })
  for (let at = 0; at < heads.length; at += CONNECTING_AT_ONCE) {
    await Promise.all(heads.slice(at, at + CONNECTING_AT_ONCE).map(({ url, head }) => open(url, head)))
  }
  // Spread over the second, as many independent clients would be.
  let next = 0
  const share = Math.ceil(sockets.length / 20)
  const dribble = setInterval(() => {
    for (let i = 0; i < share; i++) {
      const socket = sockets[next++ % sockets.length]
      if (socket?.writable) socket.write('x')
    }
  }, DRIBBLE_MS / 20)
  return {
    connected: () => sockets.filter(({ readyState }) => readyState === 'open').length,
    async disperse() {
      clearInterval(dribble)
      const closed = sockets.filter(({ closed: isClosed }) => !isClosed).map((socket) => once(socket, 'close'))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}
