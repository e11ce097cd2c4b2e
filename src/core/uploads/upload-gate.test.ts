import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { UploadId } from '../ids.ts'
import { UploadGate } from './upload-gate.ts'

const id = 'upl_1' as UploadId

describe('upload gate', () => {
  it('lets runs over different bytes go side by side', async () => {
    const gate = new UploadGate()
    const first = await gate.enter(id, { start: 0, end: 10 })
    const second = await gate.enter(id, { start: 10, end: 20 })
    expect(first.signal.aborted).toBe(false)
    expect(gate.activeRuns(id)).toEqual([first, second])
  })

  it.each([
    ['the same bytes', { start: 0, end: 10 }],
    ['bytes inside', { start: 5, end: 6 }],
    ['an open end before it', { start: 0, end: undefined }],
  ])('ends an older run when a newer one wants %s, and waits until it has stored what it had', async (_what, newer) => {
    const gate = new UploadGate()
    const old = await gate.enter(id, { start: 0, end: 10 })
    let isIn = false
    const entering = gate.enter(id, newer).then((run) => {
      isIn = true
      return run
    })
    await tick()
    expect(old.signal.reason).toMatchObject({ code: 'superseded' })
    expect(isIn).toBe(false)
    old.leave()
    expect((await entering).signal.aborted).toBe(false)
  })

  it('ends an older run of unknown length when a newer one starts behind its beginning', async () => {
    const gate = new UploadGate()
    const old = await gate.enter(id, { start: 0, end: undefined })
    void gate.enter(id, { start: 1_000, end: 2_000 })
    await tick()
    expect(old.signal.aborted).toBe(true)
  })

  it('admits nobody while an end is decided, and ends everybody else first', async () => {
    const gate = new UploadGate()
    const other = await gate.enter(id, { start: 0, end: 10 })
    const self = await gate.enter(id, { start: 10, end: 20 })
    const order: string[] = []
    const closed = gate.whileClosed(id, self, async () => {
      order.push('decided')
    })
    const entering = gate.enter(id, { start: 20, end: 30 }).then(() => order.push('entered'))
    await tick()
    expect(order).toEqual([])
    expect(other.signal.aborted).toBe(true)
    expect(self.signal.aborted).toBe(false)
    other.leave()
    await Promise.all([closed, entering])
    expect(order).toEqual(['decided', 'entered'])
  })

  it('decides one end after the other', async () => {
    const gate = new UploadGate()
    const order: string[] = []
    const decide = (name: string) => async () => {
      order.push(`${name} begins`)
      await tick()
      order.push(`${name} ends`)
    }
    await Promise.all(['a', 'b', 'c'].map((name) => gate.whileClosed(id, undefined, decide(name))))
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('opens again when the decision failed', async () => {
    const gate = new UploadGate()
    await expect(gate.whileClosed(id, undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(gate.enter(id, { start: 0, end: 1 })).resolves.toBeDefined()
  })

  it('numbers runs upwards from what is stored', () => {
    const gate = new UploadGate()
    expect(gate.sequenceAfter(id, 7)).toBe(8)
    expect(gate.sequenceAfter(id, 0)).toBe(9)
  })

  it('forgets an upload that nobody sends to', async () => {
    const gate = new UploadGate()
    const run = await gate.enter(id, { start: 0, end: 1 })
    expect(gate.size).toBe(1)
    run.leave()
    await tick()
    expect(gate.size).toBe(0)
  })
})
