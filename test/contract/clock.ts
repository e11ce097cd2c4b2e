import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src/core/ports/clock.ts'

export type ClockUnderTest = Readonly<{
  clock: Clock
  /** Lets about `durationMs` pass: by waiting where time is real, by moving the hands where it is not. */
  pass: (durationMs: number) => Promise<void>
}>

const PATIENCE_STEPS = 2_000

/** Proves the promises of core/ports/clock.ts. `open` gives a clock nobody else uses. */
export function clockContract(name: string, open: () => ClockUnderTest): void {
  const passUntil = async ({ pass }: ClockUnderTest, condition: () => boolean): Promise<void> => {
    for (let step = 0; step < PATIENCE_STEPS && !condition(); step++) await pass(5)
    expect(condition()).toBe(true)
  }

  describe(`Clock contract: ${name}`, () => {
    it('does not run backwards', async () => {
      const { clock, pass } = open()
      let last = clock.now()
      for (let sample = 0; sample < 2_000; sample++) {
        if (sample % 500 === 0) await pass(2)
        const now = clock.now()
        expect(now).toBeGreaterThanOrEqual(last)
        last = now
      }
    })

    it('counts whole milliseconds and moves on', async () => {
      const { clock, pass } = open()
      const before = clock.now()
      expect(Number.isInteger(before)).toBe(true)
      await pass(20)
      expect(clock.now() - before).toBeGreaterThanOrEqual(20)
    })

    it('fires a timer once and not early', async () => {
      const subject = open()
      const firedAt: number[] = []
      const dueAt = subject.clock.now() + 25
      subject.clock.after(25, () => firedAt.push(subject.clock.now()))
      let later = false
      subject.clock.after(80, () => {
        later = true
      })
      await passUntil(subject, () => later)
      expect(firedAt).toHaveLength(1)
      expect(firedAt[0]).toBeGreaterThanOrEqual(dueAt)
    })

    it('never calls back before after() has returned, even without delay', async () => {
      const subject = open()
      let fired = false
      subject.clock.after(0, () => {
        fired = true
      })
      expect(fired).toBe(false)
      await passUntil(subject, () => fired)
    })

    it('never fires a cancelled timer, and cancelling again or too late does no harm', async () => {
      const subject = open()
      let cancelledFired = false
      let otherFired = 0
      const cancel = subject.clock.after(10, () => {
        cancelledFired = true
      })
      const cancelOther = subject.clock.after(40, () => {
        otherFired++
      })
      cancel()
      cancel()
      await passUntil(subject, () => otherFired > 0)
      cancelOther()
      await subject.pass(20)
      expect(cancelledFired).toBe(false)
      expect(otherFired).toBe(1)
    })

    it('keeps a timer of many weeks waiting', async () => {
      const subject = open()
      let longFired = false
      let shortFired = false
      const cancel = subject.clock.after(90 * 24 * 3_600_000, () => {
        longFired = true
      })
      subject.clock.after(20, () => {
        shortFired = true
      })
      await passUntil(subject, () => shortFired)
      await subject.pass(20)
      expect(longFired).toBe(false)
      cancel()
    })
  })
}
