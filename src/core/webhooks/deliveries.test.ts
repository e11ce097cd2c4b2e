import { describe, expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { FakeRequestSender } from '../../../test/support/fake-request-sender.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { anAsset, aProject } from '../../../test/support/rows.ts'
import { SystemRandom } from '../../system/system-random.ts'
import type { DomainEvent, RecordedEvent } from '../events.ts'
import { type AssetId, newId, type ProjectId, type SourceId } from '../ids.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import type { ClaimedDelivery } from './delivery.ts'
import type { DeliveryPolicy } from './delivery-policy.ts'
import { type AttemptReport, DeliveryService } from './delivery-service.ts'
import type { Endpoint } from './endpoint.ts'
import { EventFanOut } from './event-fan-out.ts'
import { type WebhookFormat, WebhookFormats } from './format.ts'
import { STANDARD_POLICY, standardFormat } from './standard-format.ts'
import { type NewEndpoint, WebhookService } from './webhook-service.ts'

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

  const anEvent = (): DomainEvent & { type: 'asset.ready' } => ({
    type: 'asset.ready',
    assetId: newId('asset', Date.now(), random),
    sourceId: newId('source', Date.now(), random),
  })

  describe('an event', () => {
    it('reaches every endpoint that wants it, and no other', async () => {
      const { create, happens, deliver, sender } = await setUp()
      await create({ url: `${URL}/all` })
      await create({ url: `${URL}/ready`, eventTypes: ['asset.ready'] })
      await create({ url: `${URL}/failed`, eventTypes: ['asset.failed'] })
      await create({ url: `${URL}/paused`, isActive: false })
      await happens(anEvent())
      expect(await deliver()).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }])
      expect(sender.sent.map(({ url }) => url).toSorted()).toEqual([`${URL}/all`, `${URL}/ready`])
      expect(await deliver()).toEqual([])
    })
  })
})
