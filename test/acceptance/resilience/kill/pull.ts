import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { getJson } from '../../support/client.ts'
import { KEYS } from '../../support/start-server.ts'
import { type Journey, type KillableUpload, type Transport, WrongAnswer } from './killable-upload.ts'
import type { StoredRange } from './stored-ranges.ts'

const PIECE_BYTES = 256 * 1024
const POLL_MS = 20

type Status = Readonly<{
  state: string
  ranges: readonly StoredRange[]
  failure: unknown
  pull: Readonly<{ state: string; problem: unknown }>
}>

/** A file that the server itself pulls from another one. Its job is taken over after each kill, once its lease is over. */
export const PULL: Transport = {
  name: 'pull from an address',
  env: { REELDOCK_PULL_ALLOW: '127.0.0.1', REELDOCK_JOB_LEASE_SECONDS: '3' },
  // Each kill costs the job an attempt, and it has eight.
  mostKills: 6,
  async begin(journey: Journey): Promise<KillableUpload> {
    const origin = await serveFile(journey)
    const response = await fetch(`${journey.serverUrl}/v1/uploads/pull`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${origin.url}/film.bin` }),
    })
    if (response.status !== 201) throw new WrongAnswer(`pull: ${response.status} ${await response.text()}`)
    const { urls } = (await response.json()) as { urls: { status: string } }
    const status = (): Promise<Status> => getJson<Status>(urls.status)
    return {
      statusUrl: urls.status,
      ask: async () => (await status()).ranges,
      async resume() {
        for (;;) {
          const { state, pull, failure } = await status()
          if (state === 'consumed') return
          if (failure !== null || pull.state === 'failed') {
            throw new WrongAnswer(`the pull ended: ${JSON.stringify({ state, pull, failure })}`)
          }
          await delay(POLL_MS)
        }
      },
      end: origin.close,
    }
  },
}

/** The other server: it has one file, knows ranges, and says which version it gives. */
async function serveFile({ file, sent }: Journey): Promise<{ url: string; close(): Promise<void> }> {
  const give = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const start = Number(from)
    const end = to === '' ? file.length : Number(to) + 1
    const isPart = request.headers.range !== undefined && start < file.length
    response.writeHead(isPart ? 206 : 200, {
      etag: '"the-only-one"',
      'accept-ranges': 'bytes',
      'content-length': isPart ? end - start : file.length,
      ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${file.length}` } : {}),
    })
    const body = isPart ? file.subarray(start, end) : file
    for (let at = 0; at < body.length && !response.destroyed; at += PIECE_BYTES) {
      const piece = body.subarray(at, at + PIECE_BYTES)
      // Whole pieces only, so that a kill comes in the middle of a file and not behind it.
      await new Promise<void>((resolve) => {
        response.once('close', resolve)
        response.write(piece, () => resolve())
      })
      response.removeAllListeners('close')
      sent(piece.length)
    }
    response.end()
  }
  const server = createServer((request, response) => void give(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}`, close }
}
