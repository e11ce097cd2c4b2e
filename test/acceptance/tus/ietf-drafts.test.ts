import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { UploadOptions } from 'tus-js-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { type FaultyNetwork, startFaultyNetwork } from './faulty-network.ts'
import { send, untilStored } from './tus-client.ts'

const MIB = 1024 * 1024

let server: RunningServer
let network: FaultyNetwork
beforeAll(async () => {
  let port = 0
  network = await startFaultyNetwork(() => port)
  server = await startServer({ env: { REELDOCK_PUBLIC_URL: network.url } })
  port = Number(new URL(server.url).port)
})
afterEach(() => network.heal())
afterAll(async () => {
  await network.close()
  await server.remove()
})

describe.each(['ietf-draft-03', 'ietf-draft-05'])('tus-js-client speaking %s', (protocol) => {
  const options = (): UploadOptions => ({ ...{ protocol }, endpoint: `${server.url}/rufh` })

  it('sends a file in chunks', async () => {
    const file = randomBytes(2 * MIB + 7)
    await send(server, file, { ...options(), chunkSize: 500_000 })
    await untilStored(server, file)
  })

  it('sends a file in one request', async () => {
    const file = randomBytes(2 * MIB)
    await send(server, file, options())
    await untilStored(server, file)
  })

  it('carries on by itself through a network that breaks again and again', async () => {
    const file = randomBytes(8 * MIB)
    const cutting = (async () => {
      for (let cuts = 0; cuts < 4; cuts += 1) await network.cutAfter(MIB)
    })()
    let told = 0
    await send(server, file, {
      ...options(),
      retryDelays: [0, 0, 100, 100],
      onAfterResponse: (asked, response) => {
        if (asked.getMethod() !== 'HEAD') return
        const offset = Number(response.getHeader('Upload-Offset'))
        expect(offset).toBeGreaterThanOrEqual(told)
        told = offset
      },
    })
    await cutting
    expect(told).toBeGreaterThan(0)
    await untilStored(server, file)
  })
})

it('a client that learns the address by a 104 goes on after a cut in its first and only request', async () => {
  const file = randomBytes(6 * MIB)
  const version = { 'upload-draft-interop-version': '8' }
  const headers = { ...version, authorization: `Bearer ${KEYS.apiKey}`, 'upload-complete': '?1' }
  const creation = request(`${network.url}/rufh`, {
    method: 'POST',
    headers: { ...headers, 'content-length': file.length },
    agent: false,
  })
  creation.on('error', () => undefined)
  creation.flushHeaders()
  const [told] = (await once(creation, 'information')) as [{ statusCode: number; headers: Record<string, string> }]
  expect(told.statusCode).toBe(104)
  const location = told.headers['location'] ?? ''
  const cut = network.cutAfter(3 * MIB)
  creation.write(file)
  await cut

  const ask = async (): Promise<number> => {
    const response = await answerOf(request(location, { method: 'HEAD', headers: version, agent: false }).end())
    expect(response.headers).toMatchObject({ 'upload-complete': '?0', 'upload-length': String(file.length) })
    return Number(response.headers['upload-offset'])
  }
  // How much it is depends on how soon this asks, for asking ends what is under way.
  const offset = await ask()
  expect(offset).toBeLessThanOrEqual(3 * MIB)
  const append = request(location, {
    method: 'PATCH',
    headers: {
      ...version,
      'content-type': 'application/partial-upload',
      'upload-offset': offset,
      'upload-complete': '?1',
      'content-length': file.length - offset,
    },
    agent: false,
  })
  append.end(file.subarray(offset))
  const done = await answerOf(append)
  expect(done.statusCode).toBe(200)
  expect(done.headers['upload-complete']).toBe('?1')
  await untilStored(server, file)
})

async function answerOf(asked: ReturnType<typeof request>): Promise<IncomingMessage> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.resume()
  return response
}
