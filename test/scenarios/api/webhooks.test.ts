import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryDocument, IssuedEndpointDocument } from '../../../src/http/api/webhooks/webhook-schema.ts'
import { deliverAll } from '../../support/deliver-all.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type RemoteServer, startRemoteServer } from '../../support/remote-server.ts'
import { type ApiApp, someBytes, startApiApp } from './api-app.ts'

let app: ApiApp
const clock = new ManualClock()
beforeAll(async () => {
  app = await startApiApp({ clock, webhookAllow: '127.0.0.1' })
})
afterAll(() => app.close())
afterEach(async () => {
  for (const { id } of (await list('/v1/webhooks/endpoints')).items) {
    await app.call('DELETE', `/v1/webhooks/endpoints/${id}`, { key: app.keys.apiKey })
  }
})

const call = (method: string, path: string, json?: unknown, key = app.keys.apiKey) =>
  app.call(method, path, { key, ...(json === undefined ? {} : { json }) })

async function list<Item = { id: string }>(path: string) {
  const answer = await call('GET', path)
  expect(answer.status).toBe(200)
  return answer.json as { items: Item[]; nextCursor: string | null }
}

const log = async (query = '') => (await list<DeliveryDocument>(`/v1/webhooks/deliveries${query}`)).items

async function create(wanted: object): Promise<IssuedEndpointDocument> {
  const answer = await call('POST', '/v1/webhooks/endpoints', wanted)
  expect(answer.text).toContain('whsec_')
  expect(answer.status).toBe(201)
  return answer.json as IssuedEndpointDocument
}

async function startReceiver(status: () => number = () => 200) {
  const bodies: string[] = []
  const server: RemoteServer = await startRemoteServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      bodies.push(body)
      response.writeHead(status()).end('seen')
    })
  })
  return { ...server, bodies, documents: () => bodies.map((body) => JSON.parse(body) as Record<string, unknown>) }
}

describe('a receiver', () => {
  it('is told of an upload from beginning to end, signed', async () => {
    const receiver = await startReceiver()
    await create({ url: `${receiver.url}/hook` })
    const issued = await app.issue({ fileName: 'clip.mp4', title: 'Holiday', metadata: { cms: '42' } })
    await app.call('PUT', issued.urls.put, { body: someBytes(10) })
    await deliverAll(app)
    expect(receiver.documents()).toEqual([
      {
        type: 'upload.created',
        timestamp: new Date(clock.now()).toISOString(),
        data: {
          uploadId: issued.id,
          assetId: issued.asset.id,
          upload: expect.objectContaining({ id: issued.id, fileName: 'clip.mp4', metadata: { cms: '42' } }),
          asset: expect.objectContaining({ id: issued.asset.id, title: 'Holiday', isPlayable: false }),
        },
      },
      expect.objectContaining({
        type: 'upload.completed',
        data: expect.objectContaining({ uploadId: issued.id, assetId: issued.asset.id, sizeBytes: 10 }),
      }),
    ])
    for (const { headers, url, method } of receiver.requests) {
      expect([method, url, headers['content-type']]).toEqual(['POST', '/hook', 'application/json'])
      expect(headers['webhook-id']).toMatch(/^evt_/)
      expect(headers['webhook-signature']).toMatch(/^v1,\S{44}$/)
    }
  })

  it('that fails at first is tried again at the times of the policy, and the log tells everything', async () => {
    let status = 500
    const receiver = await startReceiver(() => status)
    const endpoint = await create({ url: receiver.url, eventTypes: ['upload.created'] })
    await app.issue()
    await deliverAll(app)
    const [pending] = await log(`?endpointId=${endpoint.id}`)
    expect(pending).toMatchObject({
      endpointId: endpoint.id,
      eventType: 'upload.created',
      state: 'pending',
      finishedAt: null,
      attempts: [{ number: 1, status: 500, error: { reason: 'status' }, answer: 'seen' }],
    })
    const waitMs = Date.parse(pending?.nextAttemptAt ?? '') - clock.now()
    expect(waitMs).toBeGreaterThanOrEqual(5_000)
    expect(waitMs).toBeLessThanOrEqual(5_500)
    status = 204
    await clock.advance(waitMs)
    await deliverAll(app)
    const answer = await call('GET', `/v1/webhooks/deliveries/${pending?.id}`)
    expect(answer.json).toMatchObject({
      state: 'delivered',
      nextAttemptAt: null,
      request: { method: 'POST', url: `${receiver.url}`, body: receiver.bodies[0] },
      attempts: [{ number: 1 }, { number: 2, status: 204, error: null, answer: '' }],
    })
    expect(receiver.bodies[1]).toBe(receiver.bodies[0])
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id'])
    expect(ids).toEqual([pending?.eventId, pending?.eventId])
    expect(await log(`?eventId=${pending?.eventId}`)).toHaveLength(1)
    expect(await log(`?endpointId=${endpoint.id}&state=dead`)).toEqual([])
  })

  it('is not told of another project', async () => {
    const receiver = await startReceiver()
    await create({ url: receiver.url })
    await app.issue({}, app.foreignKey)
    await deliverAll(app)
    expect(receiver.requests).toEqual([])
  })

  it('may be tested, and gets again what it lost', async () => {
    let status = 410
    const receiver = await startReceiver(() => status)
    const { id } = await create({ url: receiver.url, eventTypes: ['asset.ready'] })
    const tested = await call('POST', `/v1/webhooks/endpoints/${id}/test`)
    expect([tested.status, tested.json?.['eventType']]).toEqual([202, 'endpoint.tested'])
    await deliverAll(app)
    expect((await call('GET', `/v1/webhooks/endpoints/${id}`)).json).toMatchObject({
      state: 'disabled',
      disabledReason: 'gone',
      failingSince: new Date(clock.now()).toISOString(),
    })
    const refused = await call('POST', `/v1/webhooks/endpoints/${id}/test`)
    expect([refused.status, refused.json?.['code']]).toEqual([409, 'state_conflict'])

    status = 200
    const resumed = await call('PATCH', `/v1/webhooks/endpoints/${id}`, { isActive: true })
    expect(resumed.json).toMatchObject({ state: 'active', disabledReason: null, failingSince: null })
    const since = new Date(clock.now()).toISOString()
    const replayed = await call('POST', `/v1/webhooks/endpoints/${id}/replay`, { since })
    expect([replayed.status, replayed.json]).toEqual([202, { replayed: 1 }])
    await deliverAll(app)
    expect(receiver.documents()[1]).toMatchObject({ type: 'endpoint.tested', data: { endpointId: id } })
    const [delivery] = await log(`?endpointId=${id}`)
    expect(delivery).toMatchObject({ state: 'delivered' })
    const again = await call('POST', `/v1/webhooks/deliveries/${delivery?.id}/replay`)
    expect([again.status, again.json?.['state']]).toEqual([202, 'pending'])
    await deliverAll(app)
    expect(receiver.bodies).toHaveLength(3)
  })
})

describe('an endpoint', () => {
  it('shows its secret once, and a new one when it is rotated', async () => {
    const { secret, ...endpoint } = await create({ url: 'https://cms.example.com/hook', description: 'CMS' })
    expect(endpoint).toMatchObject({ format: 'standard', state: 'active', eventTypes: [], channelId: null })
    const shown = await call('GET', `/v1/webhooks/endpoints/${endpoint.id}`)
    expect(shown.json).toEqual(endpoint)
    expect((await list('/v1/webhooks/endpoints')).items).toEqual([endpoint])
    const rotated = await call('POST', `/v1/webhooks/endpoints/${endpoint.id}/rotate-secret`, { overlapSeconds: 60 })
    expect(rotated.status).toBe(200)
    expect(rotated.json?.['secret']).toMatch(/^whsec_/)
    expect(rotated.json?.['secret']).not.toBe(secret)
    expect((await call('GET', `/v1/webhooks/endpoints/${endpoint.id}`)).text).not.toContain('whsec_')
  })

  it('keeps a secret that was brought along', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    expect(await create({ url: 'https://cms.example.com/hook', secret })).toMatchObject({ secret })
  })

  it('is changed in what is named, and nothing else', async () => {
    const { id } = await create({
      url: 'https://cms.example.com/hook',
      description: 'CMS',
      eventTypes: ['asset.ready'],
    })
    const changed = await call('PATCH', `/v1/webhooks/endpoints/${id}`, { url: 'https://cms.example.com/other' })
    expect(changed.json).toMatchObject({
      url: 'https://cms.example.com/other',
      description: 'CMS',
      eventTypes: ['asset.ready'],
      state: 'active',
    })
    const paused = await call('PATCH', `/v1/webhooks/endpoints/${id}`, { isActive: false, eventTypes: [] })
    expect(paused.json).toMatchObject({ state: 'paused', eventTypes: [] })
  })

  it('is deleted with its log', async () => {
    const { id } = await create({ url: 'https://cms.example.com/hook' })
    await call('POST', `/v1/webhooks/endpoints/${id}/test`)
    expect((await call('DELETE', `/v1/webhooks/endpoints/${id}`)).status).toBe(204)
    expect((await call('DELETE', `/v1/webhooks/endpoints/${id}`)).status).toBe(404)
    expect(await log(`?endpointId=${id}`)).toEqual([])
  })

  it('is listed in pages, newest first', async () => {
    const made: string[] = []
    for (let i = 0; i < 5; i++) {
      await clock.advance(1)
      made.push((await create({ url: `https://cms.example.com/${i}` })).id)
    }
    const first = await list('/v1/webhooks/endpoints?limit=3')
    const second = await list(`/v1/webhooks/endpoints?limit=3&cursor=${first.nextCursor}`)
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toReversed())
    expect(second.nextCursor).toBeNull()
  })

  it.each([
    ['no address', {}],
    ['an address of another kind', { url: 'ftp://cms.example.com/' }],
    ['a private address', { url: 'http://192.168.0.1/hook' }],
    ['a metadata service', { url: 'http://169.254.169.254/latest' }],
    ['a format that nobody registered', { url: 'https://cms.example.com/', format: 'pigeon' }],
    ['an event that never happens', { url: 'https://cms.example.com/', eventTypes: ['asset.exploded'] }],
    ['a secret of another form', { url: 'https://cms.example.com/', secret: 'hunter2' }],
    ['an unknown member', { url: 'https://cms.example.com/', evnetTypes: [] }],
    ['an active that is text', { url: 'https://cms.example.com/', isActive: 'true' }],
  ])('is refused with %s', async (_what, wanted) => {
    const answer = await call('POST', '/v1/webhooks/endpoints', wanted)
    expect([answer.status, answer.json?.['code']]).toEqual([400, 'invalid_argument'])
    expect((await list('/v1/webhooks/endpoints')).items).toEqual([])
  })

  it('of a channel that does not exist is refused', async () => {
    const wanted = { url: 'https://cms.example.com/', channelId: 'chn_nonsense' }
    expect((await call('POST', '/v1/webhooks/endpoints', wanted)).status).toBe(404)
  })

  it.each(['yesterday', '2030-13-45T00:00:00Z', '5'])('is not replayed since "%s"', async (since) => {
    const { id } = await create({ url: 'https://cms.example.com/' })
    expect((await call('POST', `/v1/webhooks/endpoints/${id}/replay`, { since })).status).toBe(400)
  })
})

describe('strangers', () => {
  it('find nothing: not without a key, and not with that of another project', async () => {
    const { id } = await create({ url: 'https://cms.example.com/hook' })
    const delivery = (await call('POST', `/v1/webhooks/endpoints/${id}/test`)).json?.['id']
    const calls: [string, string, object?][] = [
      ['GET', `/v1/webhooks/endpoints/${id}`],
      ['PATCH', `/v1/webhooks/endpoints/${id}`, { isActive: false }],
      ['DELETE', `/v1/webhooks/endpoints/${id}`],
      ['POST', `/v1/webhooks/endpoints/${id}/rotate-secret`, {}],
      ['POST', `/v1/webhooks/endpoints/${id}/test`],
      ['POST', `/v1/webhooks/endpoints/${id}/replay`, { since: '2030-01-01T00:00:00Z' }],
      ['GET', `/v1/webhooks/deliveries/${delivery}`],
      ['POST', `/v1/webhooks/deliveries/${delivery}/replay`],
    ]
    for (const [method, path, json] of calls) {
      const body = json === undefined ? {} : { json }
      expect((await app.call(method, path, body)).status).toBe(401)
      expect((await app.call(method, path, { key: app.foreignKey, ...body })).status).toBe(404)
    }
    for (const path of [
      '/v1/webhooks/endpoints',
      '/v1/webhooks/deliveries',
      `/v1/webhooks/deliveries?endpointId=${id}`,
    ]) {
      expect((await app.call('GET', path)).status).toBe(401)
      expect((await app.call('GET', path, { key: app.foreignKey })).json).toEqual({ items: [], nextCursor: null })
    }
  })

  it.each(['endpoints/end_x', 'endpoints/ast_01k0example000000000000000', 'deliveries/dlv_x'])(
    'who ask for %s get 404',
    async (path) => {
      expect((await call('GET', `/v1/webhooks/${path}`)).status).toBe(404)
    },
  )
})
