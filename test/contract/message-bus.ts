import { describe, expect, it } from 'vitest'
import type { MessageBus } from '../../src/core/ports/message-bus.ts'

export type MessageBusUnderTest = Readonly<{
  bus: MessageBus
  /** The bus as another node of the installation has it; the same one where an installation is one process. */
  another: () => Promise<MessageBus>
  /** What the implementation reported of handlers that threw. */
  reported: () => readonly unknown[]
}>

const DEADLINE = { timeout: 30_000, interval: 5 }

/** Proves the promises of core/ports/message-bus.ts. `open` gives an installation nobody else uses. */
export function messageBusContract(name: string, open: () => Promise<MessageBusUnderTest>): void {
  /** Subscribes and collects. */
  function listen(bus: MessageBus, topic: string): { got: string[]; unsubscribe: () => void } {
    const got: string[] = []
    return { got, unsubscribe: bus.subscribe(topic, (payload) => got.push(payload)) }
  }

  describe(`MessageBus contract: ${name}`, () => {
    it('brings what any node publishes to every subscriber of the topic', async () => {
      const { bus, another } = await open()
      const other = await another()
      const listeners = [listen(bus, 'upload:1'), listen(bus, 'upload:1'), listen(other, 'upload:1')]
      await bus.publish('upload:1', '{"from":"here"}')
      await other.publish('upload:1', '{"from":"there"}')
      for (const { got } of listeners) {
        await expect.poll(() => [...got].sort(), DEADLINE).toEqual(['{"from":"here"}', '{"from":"there"}'])
      }
    })

    it('brings a subscriber nothing of other topics', async () => {
      const { bus, another } = await open()
      const other = await another()
      const watched = listen(bus, 'upload:1')
      const neighbours = ['upload:10', 'upload:', 'upload', 'UPLOAD:1', 'jobs'].map((topic) => listen(bus, topic))
      for (const topic of ['upload:10', 'upload:', 'upload', 'UPLOAD:1', 'jobs']) await other.publish(topic, '1')
      for (const { got } of neighbours) await expect.poll(() => got, DEADLINE).toEqual(['1'])
      expect(watched.got).toEqual([])
    })

    it('brings nothing after unsubscribing, and leaves other subscribers alone', async () => {
      const { bus } = await open()
      const gone = listen(bus, 'jobs')
      const staying = listen(bus, 'jobs')
      await bus.publish('jobs', '1')
      await expect.poll(() => gone.got, DEADLINE).toEqual(['1'])
      gone.unsubscribe()
      gone.unsubscribe()
      await bus.publish('jobs', '2')
      await expect.poll(() => staying.got, DEADLINE).toEqual(['1', '2'])
      expect(gone.got).toEqual(['1'])
    })

    it('brings nothing that was under way when the subscriber left', async () => {
      const { bus } = await open()
      const gone = listen(bus, 'jobs')
      const staying = listen(bus, 'jobs')
      const publishing = bus.publish('jobs', '1')
      gone.unsubscribe()
      await publishing
      await expect.poll(() => staying.got, DEADLINE).toEqual(['1'])
      expect(gone.got).toEqual([])
    })

    it('keeps two subscriptions of one handler apart', async () => {
      const { bus } = await open()
      const got: string[] = []
      const handler = (payload: string): void => {
        got.push(payload)
      }
      const unsubscribe = bus.subscribe('jobs', handler)
      bus.subscribe('jobs', handler)
      unsubscribe()
      await bus.publish('jobs', '1')
      await expect.poll(() => got, DEADLINE).toEqual(['1'])
    })

    it('lets a handler that throws disturb nobody, and reports it', async () => {
      const { bus, reported } = await open()
      const broken = new Error('broken on purpose')
      const first = listen(bus, 'jobs')
      bus.subscribe('jobs', () => {
        throw broken
      })
      const last = listen(bus, 'jobs')
      await bus.publish('jobs', '1')
      await bus.publish('jobs', '2')
      for (const { got } of [first, last]) await expect.poll(() => [...got].sort(), DEADLINE).toEqual(['1', '2'])
      expect(reported()).toEqual([broken, broken])
    })

    it('lets a handler subscribe and unsubscribe', async () => {
      const { bus } = await open()
      const got: string[] = []
      const unsubscribe = bus.subscribe('jobs', (payload) => {
        got.push(`once ${payload}`)
        unsubscribe()
        bus.subscribe('jobs', (later) => got.push(`later ${later}`))
      })
      await bus.publish('jobs', '1')
      await expect.poll(() => got, DEADLINE).toEqual(['once 1'])
      await bus.publish('jobs', '2')
      await expect.poll(() => got, DEADLINE).toEqual(['once 1', 'later 2'])
    })

    it('brings a message at most once', async () => {
      const { bus, another } = await open()
      const other = await another()
      const { got } = listen(bus, 'jobs')
      const sent = Array.from({ length: 50 }, (_, index) => String(index))
      await Promise.all(sent.map((payload, index) => (index % 2 === 0 ? bus : other).publish('jobs', payload)))
      await expect.poll(() => got.length, DEADLINE).toBeGreaterThanOrEqual(50)
      const marker = listen(bus, 'marker')
      await bus.publish('marker', '1')
      await other.publish('marker', '2')
      await expect.poll(() => marker.got.length, DEADLINE).toBe(2)
      expect([...got].sort()).toEqual([...sent].sort())
    })

    it.each([
      ['of quotes', JSON.stringify('"'.repeat(1_999))],
      ['of backslashes', JSON.stringify('\\'.repeat(1_999))],
      ['outside ASCII', JSON.stringify(`${'€'.repeat(1_332)}12`)],
      ['with line breaks and blanks', `{\n  "a": [1,\t2]\r\n}${' '.repeat(3_900)}`],
    ])('carries 4 000 bytes unchanged: a payload %s', async (_, payload) => {
      expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(4_000)
      const { bus } = await open()
      const { got } = listen(bus, 'a'.repeat(200))
      await bus.publish('a'.repeat(200), payload)
      await expect.poll(() => got, DEADLINE).toEqual([payload])
    })

    it.each([
      ['a payload of more than 4 000 bytes', 'jobs', JSON.stringify('€'.repeat(1_333))],
      ['an empty topic', '', '1'],
      ['a topic of more than 200 characters', 'a'.repeat(201), '1'],
      ['a topic with a line break', 'jobs\n2', '1'],
    ])('refuses %s', async (_, topic, payload) => {
      const { bus } = await open()
      await expect(bus.publish(topic, payload)).rejects.toMatchObject({ code: 'invalid_argument' })
    })

    it('refuses to publish and brings nothing once it is closed', async () => {
      const { bus } = await open()
      const { got } = listen(bus, 'jobs')
      await bus.close()
      await bus.close()
      await expect(bus.publish('jobs', '1')).rejects.toMatchObject({ code: 'unavailable' })
      expect(got).toEqual([])
    })
  })
}
