import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { freshPostgresDatabase } from '../support/postgres.ts'
import { createUpload, getJson } from './support/client.ts'
import { KEYS, type RunningServer, startServer } from './support/start-server.ts'

const ENV = { REELDOCK_WEBHOOK_ALLOW: '127.0.0.1' }
/** Leases have to run out, and retries to come; the machine may be busy. */
const PATIENCE = { timeout: 150_000, interval: 250 }
const TEST_LIMIT_MS = 300_000

type Delivery = Readonly<{
  id: string
  endpointId: string
  eventId: string
  eventType: string
  state: string
  attempts: readonly Readonly<{ number: number; status: number | null; error: Readonly<{ reason: string }> | null }>[]
}>

type Behaviour = (nth: number, request: IncomingMessage, response: ServerResponse) => void

const well: Behaviour = (_nth, _request, response) => response.writeHead(204).end()
/** At the first attempt of each event it is broken in its own way, afterwards well. */
const BROKEN_AT_FIRST: Readonly<Record<string, Behaviour>> = {
  failing: (_nth, _request, response) => response.writeHead(500).end('no such table'),
  resetting: (_nth, request) => request.socket.resetAndDestroy(),
  redirecting: (_nth, _request, response) => response.writeHead(302, { location: '/trap' }).end(),
}

let cleanUp: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step()
  cleanUp = []
})

/** Somebody's server with a path for each receiver. It checks every signature. */
async function startReceivers() {
  const secrets = new Map<string, string>()
  /** By path: the ids of the events in the order they came. */
  const seen = new Map<string, string[]>()
  const wrong: string[] = []
  const behaviours = new Map<string, Behaviour>()
  const server = createServer((request, response) => {
    request.on('error', () => undefined)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const name = request.url?.slice(1) ?? ''
      const id = String(request.headers['webhook-id'])
      const signature = createHmac('sha256', Buffer.from((secrets.get(name) ?? '').replace('whsec_', ''), 'base64'))
        .update(`${id}.${request.headers['webhook-timestamp']}.${Buffer.concat(chunks)}`)
        .digest('base64')
      if (request.headers['webhook-signature'] !== `v1,${signature}`) wrong.push(`${name} ${id}`)
      const ids = seen.get(name) ?? []
      seen.set(name, [...ids, id])
      const nth = ids.filter((earlier) => earlier === id).length
      const behave = behaviours.get(name) ?? well
      behave(nth, request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const came = (name: string) => seen.get(name) ?? []
  return { url, secrets, behaviours, came, wrong, end: () => server.closeAllConnections() }
}

async function post<T>(url: string, body: object): Promise<T> {
  const headers = { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

async function deliveriesOf(server: RunningServer): Promise<readonly Delivery[]> {
  return (await getJson<{ items: Delivery[] }>(`${server.url}/v1/webhooks/deliveries?limit=100`)).items
}

/** Endpoints for all kinds of receivers, then uploads; resolves while requests hang. */
async function troubleUnderWay(server: RunningServer) {
  const receivers = await startReceivers()
  const { behaviours, secrets } = receivers
  behaviours.set('hanging', () => undefined)
  for (const [name, behave] of Object.entries(BROKEN_AT_FIRST)) {
    behaviours.set(name, (nth, ...rest) => (nth === 0 ? behave(nth, ...rest) : well(nth, ...rest)))
  }
  const names = ['steady', 'hanging', ...Object.keys(BROKEN_AT_FIRST)]
  for (const name of names) {
    const wanted = { url: `${receivers.url}/${name}`, eventTypes: ['upload.created'] }
    const { secret } = await post<{ secret: string }>(`${server.url}/v1/webhooks/endpoints`, wanted)
    secrets.set(name, secret)
  }
  for (let i = 0; i < 4; i++) await createUpload(server.url, { fileName: `${i}.mp4` })
  // Those who hang hold nobody up.
  await expect.poll(() => new Set(receivers.came('steady')).size, PATIENCE).toBe(4)
  await expect.poll(() => receivers.came('hanging').length, PATIENCE).toBeGreaterThan(0)
  return { receivers, names }
}

async function expectNothingLost(
  server: RunningServer,
  { receivers, names }: Awaited<ReturnType<typeof troubleUnderWay>>,
): Promise<void> {
  await expect
    .poll(async () => (await deliveriesOf(server)).filter(({ state }) => state !== 'delivered'), PATIENCE)
    .toEqual([])
  const deliveries = await deliveriesOf(server)
  const events = new Set(deliveries.map(({ eventId }) => eventId))
  expect(events.size).toBe(6)
  expect(deliveries).toHaveLength(6 * names.length)
  for (const name of names) expect(new Set(receivers.came(name)), name).toEqual(events)
  expect(receivers.came('trap')).toEqual([])
  expect(receivers.wrong).toEqual([])
  for (const { attempts } of deliveries) {
    expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_attempt, i) => i + 1))
    expect(attempts.at(-1)).toMatchObject({ status: 204, error: null })
  }
  const statuses = deliveries.flatMap(({ attempts }) => attempts.map(({ status }) => status))
  expect(new Set(statuses)).toEqual(new Set([204, 302, 500, null]))
}

describe('what receivers are told', () => {
  it(
    'survives kill -9: receivers that fail, hang, reset and redirect get every event in the end',
    async () => {
      let server = await startServer({ env: ENV })
      cleanUp.push(() => server.remove())
      const trouble = await troubleUnderWay(server)
      server = await server.crashAndRestart()
      trouble.receivers.behaviours.delete('hanging')
      for (let i = 4; i < 6; i++) await createUpload(server.url, { fileName: `${i}.mp4` })
      await expectNothingLost(server, trouble)
    },
    TEST_LIMIT_MS,
  )

  it.skipIf(process.env['TEST_POSTGRES_URL'] === undefined)(
    'is told by the other node when one is killed while requests are under way',
    async () => {
      const database = await freshPostgresDatabase()
      if (database === undefined) throw new Error('no PostgreSQL for tests')
      cleanUp.push(() => database.drop())
      const env = { ...ENV, DATABASE_URL: database.url }
      const first = await startServer({ env })
      cleanUp.push(() => first.remove())
      const trouble = await troubleUnderWay(first)
      const second = await startServer({ env, dataDirectory: first.dataDirectory })
      cleanUp.push(() => second.kill())
      await first.kill()
      trouble.receivers.behaviours.delete('hanging')
      for (let i = 4; i < 6; i++) await createUpload(second.url, { fileName: `${i}.mp4` })
      await expectNothingLost(second, trouble)
    },
    TEST_LIMIT_MS,
  )
})
