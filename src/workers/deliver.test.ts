import { describe, expect, it, onTestFinished } from 'vitest'
import { freshSqlite, unitOfWorkOn } from '../../test/support/database.ts'
import { FakeRequestSender } from '../../test/support/fake-request-sender.ts'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { aProject } from '../../test/support/rows.ts'
import { MemoryBus } from '../bus/memory-bus.ts'
import { newId } from '../core/ids.ts'
import { DeliveryService } from '../core/webhooks/delivery-service.ts'
import { EventFanOut } from '../core/webhooks/event-fan-out.ts'
import { EventWake } from '../core/webhooks/event-wake.ts'
import { WebhookFormats } from '../core/webhooks/format.ts'
import { STANDARD_POLICY, standardFormat } from '../core/webhooks/standard-format.ts'
import { WebhookService } from '../core/webhooks/webhook-service.ts'
import { MemoryLocker } from '../locks/memory-locker.ts'
import { SystemRandom } from '../system/system-random.ts'
import { Deliverers, type DeliverersParts } from './deliver.ts'

const PATIENCE = { timeout: 20_000 }
const random = new SystemRandom()

async function setUp(own: Partial<DeliverersParts> = {}) {
  const work = unitOfWorkOn((await freshSqlite()).open())
  const clock = new ManualClock()
  const sender = new FakeRequestSender()
  const bus = new MemoryBus({ onHandlerError: () => undefined })
  const wake = new EventWake({ bus, onError: () => undefined })
  const formats = new WebhookFormats([standardFormat({ read: work.read })])
  const parts = { work, clock, random, formats, sender, wake: () => wake.notify() }
  const logged: string[] = []
  const log = (_fields: object, message: string): void => {
    logged.push(message)
  }
  const logger = { info: log, warn: log, error: log } as DeliverersParts['logger']
  const deliverers = new Deliverers({
    fanOut: new EventFanOut({ ...parts, onRenderError: () => undefined }),
    deliveries: new DeliveryService(parts),
    wake,
    locker: new MemoryLocker(),
    clock,
    logger,
    ...own,
  })
  onTestFinished(async () => {
    const stopped = deliverers.stop()
    await clock.advance(60_000)
    await stopped
  })
  const project = aProject()
  await work.read.projects.insert(project)
  const create = (url: string) =>
    new WebhookService(parts).create({ projectId: project.id, format: 'standard', url: `https://${url}` })
  const happens = async () => {
    const event = { type: 'asset.deleted', assetId: newId('asset', clock.now(), random) } as const
    return work.transaction((tx) => tx.outbox.append(project.id, event, clock.now()))
  }
  const states = async () =>
    (await work.read.deliveries.list(project.id, {}, { limit: 100 })).map(({ state }) => state).toSorted()
  /** Time passes until `is` holds: what is polled for needs it to. */
  const passUntil = async (stepMs: number, is: () => Promise<boolean> | boolean): Promise<void> => {
    await expect
      .poll(async () => {
        if (await is()) return true
        await clock.advance(stepMs)
        return is()
      }, PATIENCE)
      .toBe(true)
  }
  return { work, clock, sender, wake, deliverers, create, happens, states, passUntil, logged }
}

describe('the deliverers', () => {
  it('send what happened as soon as they are woken, without any time passing', async () => {
    const { deliverers, create, happens, states, sender, wake } = await setUp()
    await create('a.example')
    deliverers.start()
    await happens()
    wake.notify()
    await expect.poll(states, PATIENCE).toEqual(['delivered'])
    expect(sender.sent).toHaveLength(1)
  })

  it('find by polling what no wake told of', async () => {
    const { deliverers, create, happens, states, passUntil } = await setUp()
    await create('a.example')
    deliverers.start()
    await happens()
    await passUntil(1_000, async () => (await states()).includes('delivered'))
  })

  it('send what lay there before they started', async () => {
    const { deliverers, create, happens, states } = await setUp()
    await create('a.example')
    await happens()
    deliverers.start()
    await expect.poll(states, PATIENCE).toEqual(['delivered'])
  })

  it('try again when it is time to', async () => {
    const { deliverers, create, happens, states, sender, passUntil } = await setUp()
    await create('a.example')
    sender.behave = () => (sender.sent.length === 1 ? 500 : 200)
    await happens()
    deliverers.start()
    await expect.poll(() => sender.sent.length, PATIENCE).toBe(1)
    await passUntil(1_000, async () => (await states()).includes('delivered'))
    expect(sender.sent).toHaveLength(2)
  })

  it('have a limited number of requests under way, and serve the quick receivers beside hanging ones', async () => {
    const { clock, deliverers, wake, create, happens, sender, states } = await setUp({
      concurrency: STANDARD_POLICY.maxInFlight + 1,
    })
    await create('hanging.example')
    const end = Promise.withResolvers<void>()
    let hanging = 0
    let most = 0
    let underWay = 0
    sender.behave = async ({ url }) => {
      underWay += 1
      most = Math.max(most, underWay)
      if (url.includes('hanging')) {
        hanging += 1
        await end.promise
      }
      underWay -= 1
      return 200
    }
    for (let i = 0; i < 30; i++) await happens()
    deliverers.start()
    await expect.poll(() => hanging, PATIENCE).toBe(STANDARD_POLICY.maxInFlight)
    await create('quick.example')
    for (let i = 0; i < 5; i++) await happens()
    wake.notify()
    // Events that follow each other closely are read together.
    await clock.advance(100)
    const quick = () => sender.sent.filter(({ url }) => url.includes('quick')).length
    // It is new enough to be told of what happened just before it was made.
    await expect.poll(quick, PATIENCE).toBeGreaterThanOrEqual(5)
    expect(hanging).toBe(STANDARD_POLICY.maxInFlight)
    end.resolve()
    await expect.poll(async () => (await states()).filter((state) => state !== 'delivered'), PATIENCE).toEqual([])
    expect(most).toBeLessThanOrEqual(STANDARD_POLICY.maxInFlight + 1)
  })

  it('send a backlog in order of waiting, one after the other without looking for it again', async () => {
    const { deliverers, create, happens, states, sender } = await setUp()
    await create('a.example')
    const ids: string[] = []
    for (let i = 0; i < 40; i++) ids.push(await happens())
    deliverers.start()
    await expect.poll(async () => (await states()).filter((state) => state === 'delivered').length, PATIENCE).toBe(40)
    expect(sender.sent.map(({ headers }) => headers['webhook-id']).toSorted()).toEqual(ids.toSorted())
  })

  it('stop without losing what is under way: it is given back for others', async () => {
    const { deliverers, clock, create, happens, sender, states } = await setUp({ drainMs: 5_000 })
    await create('hanging.example')
    sender.behave = (_request, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('connection_broken')))
    await happens()
    deliverers.start()
    await expect.poll(() => sender.sent.length, PATIENCE).toBe(1)
    const stopped = deliverers.stop()
    let isStopped = false
    void stopped.then(() => {
      isStopped = true
    })
    await expect
      .poll(async () => {
        await clock.advance(1_000)
        return isStopped
      }, PATIENCE)
      .toBe(true)
    expect(await states()).toEqual(['pending'])
  })

  it('wait for an answer that comes in time before they stop', async () => {
    const { deliverers, create, happens, sender, states } = await setUp()
    await create('slow.example')
    const answer = Promise.withResolvers<number>()
    sender.behave = () => answer.promise
    await happens()
    deliverers.start()
    await expect.poll(() => sender.sent.length, PATIENCE).toBe(1)
    const stopped = deliverers.stop()
    answer.resolve(200)
    await stopped
    expect(await states()).toEqual(['delivered'])
  })

  it('go on when the database was away, and say so once', async () => {
    const { deliverers, work, create, happens, states, passUntil, logged } = await setUp()
    await create('a.example')
    await happens()
    const { undispatched } = work.read.outbox
    let failures = 0
    Object.assign(work.read.outbox, {
      undispatched: async () => {
        failures += 1
        throw new Error('away')
      },
    })
    deliverers.start()
    await passUntil(1_000, () => failures >= 3)
    Object.assign(work.read.outbox, { undispatched })
    await passUntil(1_000, async () => (await states()).includes('delivered'))
    expect(logged.filter((message) => message.startsWith('reading events failed'))).toHaveLength(1)
  })
})
