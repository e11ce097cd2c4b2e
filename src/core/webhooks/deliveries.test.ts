import { describe, expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { FakeRequestSender } from '../../../test/support/fake-request-sender.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { aProject } from '../../../test/support/rows.ts'
import { MemoryLocker } from '../../locks/memory-locker.ts'
import { SystemRandom } from '../../system/system-random.ts'
import type { DomainEvent } from '../events.ts'
import { newId, type ProjectId } from '../ids.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import type { ClaimedDelivery } from './delivery.ts'
import type { DeliveryPolicy } from './delivery-policy.ts'
import { type AttemptReport, DeliveryService } from './delivery-service.ts'
import type { Endpoint } from './endpoint.ts'
import { EventFanOut } from './event-fan-out.ts'
import { type WebhookFormat, WebhookFormats } from './format.ts'
import { STANDARD_POLICY, standardFormat } from './standard-format.ts'
import { type NewEndpoint, WebhookService } from './webhook-service.ts'
import { WebhookSweeper } from './webhook-sweeper.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const URL = 'https://receiver.example/hook'

/** As a vendor's rules may be: 200 only, two retries a minute apart, one request at a time. */
const STRICT_POLICY: DeliveryPolicy = {
  ...STANDARD_POLICY,
  isSuccess: (status) => status === 200,
  retryDelaysMs: [MINUTE_MS, MINUTE_MS],
  jitter: 0,
  heedsRetryAfter: false,
  goneStatus: undefined,
  disableAfterMs: undefined,
  maxInFlight: 2,
}

describeOnBothDatabases('deliveries', ({ fresh }) => {
  const random = new SystemRandom()

  async function setUp(own: Partial<WebhookFormat> = {}) {
    const database = await fresh()
    const clock = new ManualClock()
    const sender = new FakeRequestSender()
    const strict: WebhookFormat = {
      name: 'strict',
      policy: STRICT_POLICY,
      render: async ({ event }, { url }) => ({ method: 'POST', url, headers: {}, body: event.type }),
      ...own,
    }
    const renderErrors: unknown[] = []
    const openNode = () => {
      const work = unitOfWorkOn(database.open())
      const formats = new WebhookFormats([standardFormat({ read: work.read }), strict])
      const parts = { work, clock, random, formats, sender }
      return {
        work,
        fanOut: new EventFanOut({ ...parts, onRenderError: (error) => renderErrors.push(error) }),
        deliveries: new DeliveryService(parts),
        webhooks: new WebhookService({ ...parts, wake: () => undefined }),
      }
    }
    const node = openNode()
    const project = aProject()
    await node.work.read.projects.insert(project)
    const projectId = project.id
    const create = (wanted: Partial<NewEndpoint> = {}) =>
      node.webhooks.create({ projectId, format: 'strict', url: URL, ...wanted })
    const happens = (event: DomainEvent, by: UnitOfWork = node.work, at: ProjectId = projectId) =>
      by.transaction((tx) => tx.outbox.append(at, event, clock.now()))
    const fanOutAll = async () => {
      while ((await node.fanOut.run()) > 0);
    }
    const send = (claimed: ClaimedDelivery): Promise<AttemptReport> =>
      node.deliveries.attempt(claimed, new AbortController().signal)
    /** Sends everything that is due now, one after the other. */
    const sendDue = async (): Promise<readonly AttemptReport[]> => {
      const reports: AttemptReport[] = []
      for (let claimed = await node.deliveries.claim(10); claimed; claimed = await node.deliveries.claim(10)) {
        for (const delivery of claimed) reports.push(await send(delivery))
      }
      return reports
    }
    const deliver = async () => {
      await fanOutAll()
      return sendDue()
    }
    const log = async (endpoint?: Endpoint) => {
      const found = await node.webhooks.deliveries(projectId, { endpointId: endpoint?.id }, { limit: 100 })
      return found.toReversed()
    }
    return {
      ...node,
      database,
      openNode,
      clock,
      sender,
      projectId,
      create,
      happens,
      fanOutAll,
      send,
      sendDue,
      deliver,
      log,
      renderErrors,
    }
  }

  const aReady = (assetId = newId('asset', Date.now(), random)): DomainEvent & { type: 'asset.ready' } => ({
    type: 'asset.ready',
    assetId,
    sourceId: newId('source', Date.now(), random),
  })
  const aFailed = (assetId = newId('asset', Date.now(), random)): DomainEvent => ({
    ...aReady(assetId),
    type: 'asset.failed',
    reason: 'not_media',
  })

  describe('an event', () => {
    it('reaches every endpoint that wants it, once, and no other', async () => {
      const { create, happens, deliver, sender } = await setUp()
      await create({ url: `${URL}/all` })
      await create({ url: `${URL}/ready`, eventTypes: ['asset.ready'] })
      await create({ url: `${URL}/failed`, eventTypes: ['asset.failed'] })
      await create({ url: `${URL}/paused`, isActive: false })
      await happens(aReady())
      expect(await deliver()).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }])
      expect(sender.sent.map(({ url }) => url).toSorted()).toEqual([`${URL}/all`, `${URL}/ready`])
      expect(await deliver()).toEqual([])
    })

    it('stays in its project', async () => {
      const { work, create, happens, deliver } = await setUp()
      const other = aProject()
      await work.read.projects.insert(other)
      await create()
      await happens(aReady(), work, other.id)
      expect(await deliver()).toEqual([])
      expect(await work.read.outbox.undispatched(10)).toEqual([])
    })

    it('is not for endpoints made after it, but clocks may differ by ten seconds', async () => {
      const { clock, create, happens, deliver, sender } = await setUp()
      await happens(aReady())
      await clock.advance(10 * SECOND_MS)
      await create({ url: `${URL}/soon` })
      await clock.advance(1)
      await create({ url: `${URL}/later` })
      await deliver()
      expect(sender.sent.map(({ url }) => url)).toEqual([`${URL}/soon`])
    })

    it('reaches an endpoint for one upload or asset only when it names that', async () => {
      const { create, happens, deliver, sender } = await setUp()
      const uploadId = newId('upload', Date.now(), random)
      const event = aReady()
      await create({ url: `${URL}/upload`, subjectId: uploadId })
      await create({ url: `${URL}/asset`, subjectId: event.assetId })
      await happens(aReady())
      await happens({ type: 'upload.completed', uploadId, assetId: event.assetId, sizeBytes: 1 })
      await happens(event)
      await deliver()
      const seen = sender.sent.map(({ url, body }) => `${url.split('/').at(-1)} ${body}`)
      expect(seen.toSorted()).toEqual(['asset asset.ready', 'asset upload.completed', 'upload upload.completed'])
    })

    it('reaches an endpoint of a channel only when it happened there', async () => {
      const { create, happens, deliver, sender } = await setUp()
      const [here, there] = [newId('channel', 1, random), newId('channel', 2, random)]
      await create({ channelId: here })
      await happens({ type: 'channel.updated', channelId: there, name: 'there' })
      await happens({ type: 'channel.deleted', channelId: here, name: 'here' })
      await happens(aReady())
      await deliver()
      expect(sender.sent.map(({ body }) => body)).toEqual(['channel.deleted'])
    })

    it('that a format has nothing to say about makes no delivery, and does not use a one-shot endpoint up', async () => {
      const { create, happens, deliver, log, work } = await setUp({
        render: async ({ event }, { url }) =>
          event.type === 'asset.failed' ? { method: 'POST', url, headers: {}, body: 'sorry' } : undefined,
      })
      const { assetId } = aReady()
      const endpoint = await create({ subjectId: assetId, isOneShot: true })
      await happens(aReady(assetId))
      await deliver()
      expect(await log()).toEqual([])
      for (let i = 0; i < 3; i++) await happens(aFailed(assetId))
      expect(await deliver()).toMatchObject([{ state: 'delivered' }])
      await happens(aFailed(assetId))
      expect(await deliver()).toEqual([])
      expect(await work.read.endpoints.find(endpoint.id)).toMatchObject({ state: 'spent' })
    })

    it('of a one-shot endpoint is retried although the endpoint is spent', async () => {
      const { clock, create, happens, deliver, sendDue, sender } = await setUp()
      const event = aReady()
      await create({ subjectId: event.assetId, isOneShot: true })
      await happens(event)
      sender.behave = () => 500
      expect(await deliver()).toMatchObject([{ state: 'pending' }])
      sender.behave = () => 200
      await clock.advance(MINUTE_MS)
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
    })

    it('whose request cannot be made is kept, and made with a later attempt', async () => {
      let isBroken = true
      const { clock, create, happens, deliver, sendDue, log, renderErrors } = await setUp({
        render: async ({ event }, { url }) => {
          if (isBroken) throw new Error('a service is away')
          return { method: 'POST', url, headers: {}, body: event.type }
        },
      })
      await create()
      await happens(aReady())
      expect(await deliver()).toMatchObject([{ state: 'pending', reason: 'internal' }])
      expect(renderErrors).toHaveLength(1)
      isBroken = false
      await clock.advance(MINUTE_MS)
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
      expect(await log()).toMatchObject([{ delivery: { request: { body: 'asset.ready' } } }])
    })

    it('is neither lost nor doubled when the process dies while deliveries are made of it', async () => {
      const { openNode, create, happens, deliver, log } = await setUp()
      await create({ url: `${URL}/1` })
      await create({ url: `${URL}/2` })
      await happens(aReady())
      const dying = openNode()
      const failing: UnitOfWork = {
        read: dying.work.read,
        transaction: (work) =>
          dying.work.transaction(async (tx) => {
            await work(tx)
            throw new Error('killed before the commit')
          }),
      }
      const formats = new WebhookFormats([standardFormat({ read: dying.work.read })])
      const parts = { work: failing, clock: new ManualClock(), random, formats, onRenderError: () => undefined }
      await expect(new EventFanOut(parts).run()).rejects.toThrow('killed')
      expect(await log()).toEqual([])
      expect(await deliver()).toHaveLength(2)
      expect(await log()).toHaveLength(2)
    })

    it('becomes one delivery for each endpoint when several nodes look at once', async () => {
      const { openNode, create, happens, log } = await setUp()
      await create({ url: `${URL}/1` })
      await create({ url: `${URL}/2` })
      for (let i = 0; i < 10; i++) await happens(aReady())
      await Promise.all([openNode(), openNode(), openNode()].map(({ fanOut }) => fanOut.run()))
      expect(await log()).toHaveLength(20)
    })
  })

  describe('an attempt', () => {
    it('that fails is followed by others exactly as the policy says, with the same request, until the delivery is dead', async () => {
      const { clock, create, happens, deliver, sendDue, sender, log } = await setUp()
      await create()
      const startMs = clock.now()
      await happens(aReady())
      sender.behave = () => 503
      expect(await deliver()).toMatchObject([{ state: 'pending', status: 503 }])
      await clock.advance(MINUTE_MS - 1)
      expect(await sendDue()).toEqual([])
      await clock.advance(1)
      expect(await sendDue()).toMatchObject([{ state: 'pending' }])
      await clock.advance(MINUTE_MS)
      expect(await sendDue()).toMatchObject([{ state: 'dead' }])
      await clock.advance(DAY_MS)
      expect(await sendDue()).toEqual([])
      expect(sender.sent).toHaveLength(3)
      expect(new Set(sender.sent.map((request) => JSON.stringify(request))).size).toBe(1)
      const [logged] = await log()
      expect(logged?.delivery).toMatchObject({ state: 'dead', attempts: 3, dueAtMs: undefined })
      expect(
        logged?.attempts.map(({ number, startedAtMs, status }) => [number, startedAtMs - startMs, status]),
      ).toEqual([
        [1, 0, 503],
        [2, MINUTE_MS, 503],
        [3, 2 * MINUTE_MS, 503],
      ])
      expect(logged?.attempts[0]?.error).toEqual({
        reason: 'status',
        message: 'The receiver answered with status 503.',
      })
    })

    it.each([
      [201, 'status'],
      [302, 'status'],
      ['timeout_response', 'timeout_response'],
      ['connection_broken', 'connection_broken'],
    ] as const)('that ends with %s is a failure for a receiver that has to answer 200', async (behaviour, reason) => {
      const { create, happens, deliver, sender, log } = await setUp()
      await create()
      await happens(aReady())
      sender.behave = () => behaviour
      expect(await deliver()).toMatchObject([{ state: 'pending', reason }])
      expect(await log()).toMatchObject([{ attempts: [{ error: { reason }, answer: '' }] }])
    })

    it('keeps what the receiver said', async () => {
      const { create, happens, deliver, sender, log } = await setUp()
      await create()
      await happens(aReady())
      sender.behave = () => ({ status: 500, text: 'no such table: videos' })
      await deliver()
      expect(await log()).toMatchObject([{ attempts: [{ status: 500, answer: 'no such table: videos' }] }])
    })

    it('waits longer when a receiver of standard webhooks asks for it', async () => {
      const { clock, create, happens, deliver, sendDue, sender } = await setUp()
      await create({ format: 'standard' })
      await happens(aReady())
      sender.behave = () => ({ status: 429, retryAfter: '90' })
      await deliver()
      sender.behave = () => 200
      await clock.advance(89 * SECOND_MS)
      expect(await sendDue()).toEqual([])
      await clock.advance(SECOND_MS)
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
    })

    it('carries the id of its event and a signature of its own time at each retry', async () => {
      const { clock, create, happens, deliver, sendDue, sender } = await setUp()
      await create({ format: 'standard' })
      const eventId = await happens(aReady())
      sender.behave = () => 500
      await deliver()
      await clock.advance(MINUTE_MS)
      await sendDue()
      const [first, second] = sender.sent.map(({ headers }) => headers)
      expect([first?.['webhook-id'], second?.['webhook-id']]).toEqual([eventId, eventId])
      const seconds = (headers = first) => Number(headers?.['webhook-timestamp'])
      expect(seconds(second) - seconds(first)).toBe(60)
      expect(first?.['webhook-signature']).not.toBe(second?.['webhook-signature'])
      expect(sender.sent[0]?.body).toBe(sender.sent[1]?.body)
    })

    it('of a worker that died is made by another once its lease is over, and counts once', async () => {
      const { clock, openNode, create, happens, fanOutAll, deliveries, sendDue, log, send } = await setUp()
      await create()
      await happens(aReady())
      await fanOutAll()
      const other = openNode()
      const [lost] = (await other.deliveries.claim(10)) ?? []
      expect(await deliveries.claim(10)).toBeUndefined()
      await clock.advance(MINUTE_MS)
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
      expect(await send(lost as ClaimedDelivery)).toMatchObject({ state: 'lease_lost' })
      expect(await log()).toMatchObject([{ delivery: { state: 'delivered', attempts: 1 }, attempts: [{ number: 1 }] }])
    })

    it('that is interrupted by a stop is given back and counts for nothing', async () => {
      const { create, happens, fanOutAll, deliveries, sendDue, sender, log } = await setUp()
      await create()
      await happens(aReady())
      await fanOutAll()
      const [claimed] = (await deliveries.claim(10)) ?? []
      const stop = new AbortController()
      sender.behave = () => {
        stop.abort()
        return 200
      }
      expect(await deliveries.attempt(claimed as ClaimedDelivery, stop.signal)).toMatchObject({ state: 'released' })
      expect(await log()).toMatchObject([{ delivery: { state: 'pending', attempts: 0 }, attempts: [] }])
      sender.behave = () => 200
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
    })

    it('that succeeded claims the next one for the same endpoint in its own transaction, if it is asked to', async () => {
      const { create, happens, fanOutAll, deliveries, sender, sendDue } = await setUp()
      await create()
      for (let i = 0; i < 4; i++) await happens(aReady())
      await fanOutAll()
      const [first, second] = (await deliveries.claim(10)) ?? []
      const attempt = (claimed = first) =>
        deliveries.attempt(claimed as ClaimedDelivery, new AbortController().signal, () => true)
      const { next } = await attempt()
      expect(next).toHaveLength(1)
      expect(await deliveries.claim(10)).toBeUndefined()
      sender.behave = () => 500
      expect(await attempt(second)).toMatchObject({ state: 'pending', next: [] })
      sender.behave = () => 200
      expect(await attempt(next[0])).toMatchObject({ state: 'delivered', next: [{ state: 'sending' }] })
      expect(await sendDue()).toEqual([])
    })

    it('is made by one of several nodes that claim at once', async () => {
      const { openNode, create, happens, fanOutAll } = await setUp()
      for (let i = 0; i < 5; i++) await create({ url: `${URL}/${i}` })
      for (let i = 0; i < 4; i++) await happens(aReady())
      await fanOutAll()
      const nodes = [openNode(), openNode(), openNode()]
      const claimed: ClaimedDelivery[] = []
      for (let round = 0; round < 20; round++) {
        const some = await Promise.all(nodes.map(({ deliveries }) => deliveries.claim(1)))
        claimed.push(...some.flatMap((one) => one ?? []))
        if (claimed.length >= 10) break
      }
      // Two at a time for each endpoint is what this format allows.
      expect(claimed).toHaveLength(10)
      expect(new Set(claimed.map(({ id }) => id)).size).toBe(10)
    })
  })

  describe('a receiver', () => {
    it('is told of one asset in the order things happened', async () => {
      const { create, happens, fanOutAll, deliveries, send } = await setUp()
      await create()
      const { assetId } = aReady()
      const ids = [
        await happens({ type: 'asset.probed', assetId, sourceId: newId('source', 1, random) }),
        await happens(aReady(assetId)),
        await happens({ type: 'asset.deleted', assetId }),
      ]
      await fanOutAll()
      const seen: string[] = []
      for (let claimed = await deliveries.claim(10); claimed; claimed = await deliveries.claim(10)) {
        expect(claimed.length).toBeLessThanOrEqual(1)
        for (const delivery of claimed) {
          seen.push(delivery.eventId)
          expect((await deliveries.claim(10)) ?? []).toEqual([])
          await send(delivery)
        }
      }
      expect(seen).toEqual(ids)
    })

    it('hears of later events although an earlier one is still being retried', async () => {
      const { create, happens, deliver, sender } = await setUp()
      await create()
      const { assetId } = aReady()
      await happens(aReady(assetId))
      await happens({ type: 'asset.deleted', assetId })
      sender.behave = ({ body }) => (body === 'asset.ready' ? 500 : 200)
      expect(await deliver()).toMatchObject([{ state: 'pending' }, { state: 'delivered' }])
    })

    it('that hangs holds up nobody else, and has no more requests under way than its format allows', async () => {
      const { create, happens, fanOutAll, deliveries, send, sender } = await setUp()
      await create({ url: `${URL}/hanging` })
      for (let i = 0; i < 20; i++) await happens(aReady())
      const answer = Promise.withResolvers<void>()
      sender.behave = async ({ url }) => {
        if (url.endsWith('hanging')) await answer.promise
        return 200
      }
      await fanOutAll()
      const hanging = ((await deliveries.claim(64)) ?? []).map((delivery) => send(delivery))
      expect(hanging).toHaveLength(2)
      expect(await deliveries.claim(64)).toBeUndefined()
      await create({ url: `${URL}/quick`, eventTypes: ['asset.failed'] })
      await happens(aFailed())
      await fanOutAll()
      const quick: string[] = []
      for (let claimed = await deliveries.claim(64); claimed; claimed = await deliveries.claim(64)) {
        for (const delivery of claimed) quick.push((await send(delivery)).state)
      }
      expect(quick).toEqual(['delivered'])
      answer.resolve()
      expect(await Promise.all(hanging)).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }])
    })

    it('that fails gets one request at a time until one succeeds', async () => {
      const { clock, create, happens, fanOutAll, deliver, deliveries, send, sender } = await setUp()
      await create()
      await happens(aReady())
      sender.behave = () => 500
      await deliver()
      for (let i = 0; i < 5; i++) await happens(aReady())
      await clock.advance(1)
      await fanOutAll()
      const one = (await deliveries.claim(10)) ?? []
      expect(one).toHaveLength(1)
      sender.behave = () => 200
      for (const delivery of one) await send(delivery)
      expect(await deliveries.claim(10)).toHaveLength(2)
    })

    it('that nothing has reached for days is disabled with a reason, tells so, and misses nothing that is replayed', async () => {
      const { clock, work, webhooks, projectId, create, happens, deliver, sendDue, sender, log } = await setUp({
        policy: { ...STRICT_POLICY, disableAfterMs: 3 * DAY_MS },
      })
      const endpoint = await create()
      const watcher = await create({ url: `${URL}/watcher`, eventTypes: ['endpoint.disabled'] })
      sender.behave = ({ url }) => (url === URL ? 'connection_refused' : 200)
      await happens(aReady())
      await deliver()
      for (let i = 0; i < 2; i++) {
        await clock.advance(MINUTE_MS)
        await sendDue()
      }
      expect(await work.read.endpoints.find(endpoint.id)).toMatchObject({ state: 'active' })
      await clock.advance(3 * DAY_MS)
      await happens(aReady())
      await deliver()
      for (let i = 0; i < 2; i++) {
        await clock.advance(MINUTE_MS)
        await sendDue()
      }
      expect(await work.read.endpoints.find(endpoint.id)).toMatchObject({
        state: 'disabled',
        disabledReason: 'failing',
      })
      await happens(aReady())
      expect(await deliver()).toMatchObject([{ state: 'delivered' }])
      expect((await log(watcher)).map(({ delivery }) => delivery.eventType)).toEqual(['endpoint.disabled'])
      expect((await log(endpoint)).map(({ delivery }) => delivery.state)).toEqual(['dead', 'dead', 'dead'])

      sender.behave = () => 200
      await webhooks.update(projectId, endpoint.id, { isActive: true })
      expect(await webhooks.replayDead(projectId, endpoint.id, { sinceMs: 0 })).toBe(3)
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }, { state: 'delivered' }])
      const after = await work.read.endpoints.find(endpoint.id)
      expect(after).toMatchObject({ state: 'active', disabledReason: undefined, failingSinceMs: undefined })
    })

    it('that failed for days, but not the last time, stays', async () => {
      const { clock, work, create, happens, deliver, sendDue, sender } = await setUp({
        policy: { ...STRICT_POLICY, disableAfterMs: 3 * DAY_MS },
      })
      const endpoint = await create()
      sender.behave = () => 500
      await happens(aReady())
      await deliver()
      sender.behave = () => 200
      await clock.advance(3 * DAY_MS)
      await sendDue()
      sender.behave = () => 500
      await happens(aReady())
      await deliver()
      for (let i = 0; i < 2; i++) {
        await clock.advance(MINUTE_MS)
        await sendDue()
      }
      expect(await work.read.endpoints.find(endpoint.id)).toMatchObject({ state: 'active' })
    })

    it('that says it is gone is disabled at once', async () => {
      const { work, create, happens, deliver, sender } = await setUp()
      const endpoint = await create({ format: 'standard' })
      sender.behave = () => 410
      await happens(aReady())
      await happens(aReady())
      expect(await deliver()).toMatchObject([{ state: 'dead', disabled: 'gone' }, { state: 'dead' }])
      expect(await work.read.endpoints.find(endpoint.id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' })
    })

    it('that is paused keeps what waits for it, and gets it when it goes on', async () => {
      const { clock, webhooks, projectId, create, happens, fanOutAll, sendDue } = await setUp()
      const endpoint = await create()
      await happens(aReady())
      await fanOutAll()
      await webhooks.update(projectId, endpoint.id, { isActive: false })
      await clock.advance(DAY_MS)
      expect(await sendDue()).toEqual([])
      await webhooks.update(projectId, endpoint.id, { isActive: true })
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
    })

    it('whose format this node does not know is left to others', async () => {
      const { work, clock, create, happens, fanOutAll, deliveries, sender, sendDue } = await setUp()
      await create()
      await happens(aReady())
      await fanOutAll()
      const formats = new WebhookFormats([standardFormat({ read: work.read })])
      const older = new DeliveryService({ work, clock, random, formats, sender })
      expect(await older.claim(10)).toEqual([])
      expect(await deliveries.claim(10)).toBeUndefined()
      await clock.advance(MINUTE_MS)
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
    })
  })

  describe('a replay', () => {
    it('sends a delivered or dead one again with a new series of attempts, and the log goes on', async () => {
      const { clock, webhooks, projectId, create, happens, deliver, sendDue, sender, log } = await setUp()
      await create()
      const eventId = await happens(aReady())
      await deliver()
      const [{ delivery } = { delivery: undefined }] = await log()
      const id = delivery?.id as NonNullable<typeof delivery>['id']
      sender.behave = () => 500
      expect(await webhooks.replay(projectId, id)).toMatchObject({ delivery: { state: 'pending', eventId } })
      await expect(webhooks.replay(projectId, id)).rejects.toMatchObject({ code: 'state_conflict' })
      for (const state of ['pending', 'pending', 'dead']) {
        expect(await sendDue()).toMatchObject([{ state }])
        await clock.advance(MINUTE_MS)
      }
      sender.behave = () => 200
      await webhooks.replay(projectId, id)
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
      const [logged] = await log()
      expect(logged?.attempts.map(({ number, status }) => [number, status])).toEqual([
        [1, 200],
        [2, 500],
        [3, 500],
        [4, 500],
        [5, 200],
      ])
    })

    it('of all that failed takes those of the endpoint and of the time only', async () => {
      const { clock, webhooks, projectId, create, happens, deliver, sendDue, sender } = await setUp({
        policy: { ...STRICT_POLICY, retryDelaysMs: [] },
      })
      const endpoint = await create()
      await create({ url: `${URL}/other` })
      sender.behave = () => 500
      for (let i = 0; i < 4; i++) {
        await happens(aReady())
        await deliver()
        await clock.advance(HOUR_MS)
      }
      const startMs = clock.now() - 4 * HOUR_MS
      const range = { sinceMs: startMs + HOUR_MS, untilMs: startMs + 3 * HOUR_MS }
      expect(await webhooks.replayDead(projectId, endpoint.id, range)).toBe(2)
      sender.behave = () => 200
      expect(await sendDue()).toHaveLength(2)
      expect(await webhooks.replayDead(projectId, endpoint.id, range)).toBe(0)
    })
  })

  describe('an endpoint', () => {
    it('gets a test event although it has not chosen any, and nobody else does', async () => {
      const { webhooks, projectId, create, sendDue, fanOutAll, sender, log } = await setUp()
      const endpoint = await create({ eventTypes: ['asset.failed'] })
      await create({ url: `${URL}/other` })
      const { id } = await webhooks.test(projectId, endpoint.id)
      await fanOutAll()
      expect(await sendDue()).toMatchObject([{ state: 'delivered' }])
      expect(sender.sent).toMatchObject([{ url: URL, body: 'endpoint.tested' }])
      expect(await log()).toMatchObject([{ delivery: { id, state: 'delivered' } }])
      await webhooks.update(projectId, endpoint.id, { isActive: false })
      await expect(webhooks.test(projectId, endpoint.id)).rejects.toMatchObject({ code: 'state_conflict' })
    })

    it('with a new secret signs with the old one too, until its time is over', async () => {
      const { clock, webhooks, projectId, create, happens, deliver, sender } = await setUp()
      const endpoint = await create({ format: 'standard' })
      const rotated = await webhooks.rotateSecret(projectId, endpoint.id, { overlapMs: HOUR_MS })
      expect(rotated.secrets.map(({ secret }) => secret)[1]).toBe(endpoint.secrets[0]?.secret)
      const signatures = async () => {
        await happens(aReady())
        await deliver()
        return sender.sent.at(-1)?.headers['webhook-signature']?.split(' ').length
      }
      expect(await signatures()).toBe(2)
      await clock.advance(HOUR_MS)
      expect(await signatures()).toBe(1)
      const again = await webhooks.rotateSecret(projectId, endpoint.id, { overlapMs: 0 })
      expect(again.secrets).toHaveLength(1)
      expect(again.secrets[0]?.secret).not.toBe(rotated.secrets[0]?.secret)
    })

    it.each([
      ['an unknown format', { format: 'pigeon' }],
      ['an address that is none', { url: 'receiver' }],
      ['a secret that is none', { format: 'standard', secret: 'whsec_short' }],
    ])('is refused with %s', async (_what, wanted) => {
      const { create } = await setUp()
      await expect(create(wanted)).rejects.toMatchObject({ code: 'invalid_argument' })
    })

    it('gives nothing secret away to somebody who has a copy of the database', async () => {
      const { database, create, happens, deliver, sender, work } = await setUp({
        render: async (_event, { url }) => ({
          method: 'POST',
          url,
          headers: { 'x-key': 'kept in a header' },
          body: 'body of it',
        }),
      })
      const settings = { password: 'kept in a setting' }
      const endpoint = await create({
        url: 'https://user:password@receiver.example/',
        secret: 'kept as a secret',
        settings,
      })
      expect(await work.read.endpoints.find(endpoint.id)).toEqual(endpoint)
      await happens(aReady())
      await deliver()
      expect(sender.sent).toMatchObject([
        { url: endpoint.url, headers: { 'x-key': 'kept in a header' }, body: 'body of it' },
      ])
      const { db } = database.open()
      const rows = await Promise.all(
        (['endpoints', 'deliveries', 'delivery_attempts'] as const).map((table) =>
          db.selectFrom(table).selectAll().execute(),
        ),
      )
      expect(rows.map((some) => some.length)).toEqual([1, 1, 1])
      for (const secret of [
        'user:password',
        'kept in a header',
        'kept as a secret',
        'kept in a setting',
        'body of it',
      ]) {
        expect(JSON.stringify(rows)).not.toContain(secret)
      }
    })

    it('takes its deliveries along when it goes, even one that is under way', async () => {
      const { webhooks, projectId, create, happens, fanOutAll, deliveries, send, log } = await setUp()
      const endpoint = await create()
      await happens(aReady())
      await fanOutAll()
      const [claimed] = (await deliveries.claim(10)) ?? []
      await webhooks.delete(projectId, endpoint.id)
      expect(await send(claimed as ClaimedDelivery)).toMatchObject({ state: 'released' })
      expect(await log()).toEqual([])
      await expect(webhooks.get(projectId, endpoint.id)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('of another project does not exist', async () => {
      const { work, webhooks, create, happens, deliver, log } = await setUp()
      const other = aProject()
      await work.read.projects.insert(other)
      const endpoint = await create()
      await happens(aReady())
      await deliver()
      const [logged] = await log()
      const deliveryId = logged?.delivery.id as ClaimedDelivery['id']
      for (const call of [
        () => webhooks.get(other.id, endpoint.id),
        () => webhooks.update(other.id, endpoint.id, { isActive: false }),
        () => webhooks.delete(other.id, endpoint.id),
        () => webhooks.rotateSecret(other.id, endpoint.id),
        () => webhooks.test(other.id, endpoint.id),
        () => webhooks.replayDead(other.id, endpoint.id, { sinceMs: 0 }),
        () => webhooks.delivery(other.id, deliveryId),
        () => webhooks.replay(other.id, deliveryId),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: 'not_found' })
      }
      expect(await webhooks.list(other.id, {}, { limit: 10 })).toEqual([])
      expect(await webhooks.deliveries(other.id, { endpointId: endpoint.id }, { limit: 10 })).toEqual([])
    })
  })

  describe('sweeping', () => {
    it('removes what was told long ago, and leaves what still waits', async () => {
      const { work, clock, create, happens, deliver, sender, log } = await setUp({
        policy: { ...STRICT_POLICY, retryDelaysMs: [90 * DAY_MS] },
      })
      await create({ eventTypes: ['asset.ready'] })
      const failed = aFailed()
      await create({ subjectId: 'assetId' in failed ? failed.assetId : '', isOneShot: true })
      const forgotten = await create({ subjectId: newId('asset', 1, random) })
      await happens(aReady())
      await happens(failed)
      await deliver()
      sender.behave = () => 500
      const waiting = await happens(aReady())
      await deliver()
      await clock.advance(31 * DAY_MS)
      const young = await happens(aReady())
      await deliver()
      const parts = { work, clock, locker: new MemoryLocker(), retentionMs: 30 * DAY_MS }
      expect(await new WebhookSweeper(parts).sweep()).toEqual({ sweptEvents: 3, sweptDeliveries: 2, sweptEndpoints: 2 })
      expect((await log()).map(({ delivery }) => delivery.eventId)).toEqual([waiting, young])
      expect(await work.read.endpoints.find(forgotten.id)).toBeUndefined()
    })
  })
})
