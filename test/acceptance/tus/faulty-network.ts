import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A network between client and server that the test can break. Transparent until told otherwise. */
export type FaultyNetwork = Readonly<{
  /** What clients take for the server. */
  url: string
  /** Lets `bytes` more pass to the server, then nothing; resolves once that is so. Connections stay open. */
  stallAfter(bytes: number): Promise<void>
  /** Lets `bytes` more pass to the server, then breaks every connection, once. */
  cutAfter(bytes: number): Promise<void>
  /** Lets everything pass again on new connections; stalled ones break. */
  heal(): void
  close(): Promise<void>
}>

type Fault = { kind: 'stall' | 'cut'; leftBytes: number; happened: () => void }

/** The caller awaits `close`. `serverPort` may be one that nobody listens on yet. */
export async function startFaultyNetwork(serverPort: () => number): Promise<FaultyNetwork> {
  /** The connections of clients; dead ones let nothing pass any more. */
  const clients = new Map<Socket, { isDead: boolean }>()
  let fault: Fault | undefined
  const breakClients = (which: (state: { isDead: boolean }) => boolean): void => {
    for (const [client, state] of clients) if (which(state)) client.resetAndDestroy()
  }
  const relay = createServer((client) => {
    const server = connect(serverPort(), '127.0.0.1')
    const state = { isDead: false }
    clients.set(client, state)
    client.setNoDelay(true)
    server.setNoDelay(true)
    client.on('error', () => undefined)
    server.on('error', () => undefined)
    // What was passed arrives, whatever becomes of the client.
    client.on('close', () => {
      clients.delete(client)
      server.destroySoon()
    })
    client.on('end', () => server.end())
    server.on('close', () => client.destroy())
    server.pipe(client)
    client.on('data', (chunk) => {
      if (state.isDead) return
      if (fault === undefined) {
        server.write(chunk)
        return
      }
      const passed = chunk.subarray(0, fault.leftBytes)
      fault.leftBytes -= passed.length
      if (passed.length > 0) server.write(passed)
      if (fault.leftBytes > 0) return
      const { kind, happened } = fault
      for (const other of clients.values()) other.isDead = true
      if (kind === 'cut') {
        fault = undefined
        breakClients(() => true)
      }
      happened()
    })
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const address = relay.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const arrange = (kind: Fault['kind'], leftBytes: number): Promise<void> =>
    new Promise((happened) => {
      fault = { kind, leftBytes, happened }
    })
  return {
    url: `http://127.0.0.1:${port}`,
    stallAfter: (bytes) => arrange('stall', bytes),
    cutAfter: (bytes) => arrange('cut', bytes),
    heal() {
      fault = undefined
      breakClients(({ isDead }) => isDead)
    },
    async close() {
      relay.close()
      breakClients(() => true)
      await once(relay, 'close')
    },
  }
}
