import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { SeededRandom } from './kill/seeded-random.ts'

/** What the network does to one request. */
export type Fault =
  /** The connection breaks in the middle of the body. */
  | 'cut'
  /** The server has it all, but its answer never gets back. */
  | 'lose answer'
  /** Nothing moves for a while in the middle of the body, then the connection breaks. */
  | 'stall'
  /** The body comes in small pieces with pauses. */
  | 'slow'
  /** The whole request arrives twice at the same time; the answer to the first gets back. */
  | 'duplicate'
  /** The request is held back while others that came later go first. */
  | 'reorder'

export type FaultyProxy = Readonly<{
  url: string
  /** How often each fault has happened. */
  faults: ReadonlyMap<Fault, number>
  close(): Promise<void>
}>

const STALL_MS = 400
const HOLD_MS = 150
const SLOW_PIECE_BYTES = 32 * 1024
const SLOW_PAUSE_MS = 5

/**
 * A network between a client and the server at `serverUrl` that harms every second request that carries bytes, each fault
 * in turn, `budget` times in all. The server names its own address in its answers, so those are rewritten to the
 * proxy's. The caller calls `close`.
 */
export async function startFaultyProxy(
  serverUrl: string,
  { random, faults: wanted, budget }: Readonly<{ random: SeededRandom; faults: readonly Fault[]; budget: number }>,
): Promise<FaultyProxy> {
  const faults = new Map<Fault, number>()
  const turns = random.shuffled(wanted)
  let harmed = 0
  let seen = 0
  const nextFault = (hasBytes: boolean): Fault | undefined => {
    if (!hasBytes || harmed >= budget || seen++ % 2 === 1) return undefined
    const fault = turns[harmed++ % turns.length] as Fault
    faults.set(fault, (faults.get(fault) ?? 0) + 1)
    return fault
  }
  const proxy = createServer((incoming, outgoing) => {
    const fault = nextFault(Number(incoming.headers['content-length'] ?? 0) > 0 && incoming.url !== '/v1/uploads')
    pass(incoming, outgoing, fault).catch(() => incoming.socket.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): Promise<void> {
    incoming.on('error', () => undefined)
    const body = await bodyOf(incoming)
    switch (fault) {
      case undefined:
        return answer(outgoing, forward(incoming, body))
      case 'cut':
      case 'stall': {
        const sending = forward(incoming)
        sending.on('error', () => undefined)
        sending.write(body.subarray(0, random.between(1, body.length)))
        await delay(fault === 'stall' ? STALL_MS : random.between(0, 20))
        sending.destroy()
        incoming.socket.destroy()
        return
      }
      case 'lose answer': {
        const [response] = (await once(forward(incoming, body), 'response')) as [IncomingMessage]
        response.resume()
        incoming.socket.destroy()
        return
      }
      case 'slow': {
        const sending = forward(incoming)
        const answered = answer(outgoing, sending)
        for (let at = 0; at < body.length; at += SLOW_PIECE_BYTES) {
          sending.write(body.subarray(at, at + SLOW_PIECE_BYTES))
          await delay(SLOW_PAUSE_MS)
        }
        sending.end()
        return answered
      }
      case 'duplicate': {
        const first = answer(outgoing, forward(incoming, body))
        forward(incoming, body)
          .on('error', () => undefined)
          .on('response', (response) => response.resume())
        return first
      }
      case 'reorder':
        await delay(HOLD_MS)
        return answer(outgoing, forward(incoming, body))
    }
  }

  /** Sends the request on, with `body` if it is given; else the caller writes the bytes. */
  function forward(incoming: IncomingMessage, body?: Buffer) {
    const { method, headers } = incoming
    const target = new URL(incoming.url ?? '/', serverUrl)
    const sending = request(target, { method, headers: { ...headers, connection: 'close' }, agent: false })
    if (body !== undefined) sending.end(body)
    return sending
  }

  async function answer(outgoing: ServerResponse, sending: ReturnType<typeof request>): Promise<void> {
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    const text = (await bodyOf(response)).toString().replaceAll(serverUrl, url)
    const { 'content-length': _length, connection: _connection, ...headers } = response.headers
    const { location } = headers
    if (location !== undefined) headers.location = location.replace(serverUrl, url)
    outgoing.writeHead(response.statusCode ?? 502, headers)
    outgoing.end(text)
  }

  return {
    url,
    faults,
    async close() {
      proxy.closeAllConnections()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
