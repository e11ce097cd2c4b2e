import { expect, it } from 'vitest'
import { clockContract } from '../contract/clock.ts'
import { ManualClock } from './manual-clock.ts'

clockContract('manual', () => {
  const clock = new ManualClock()
  return { clock, pass: (durationMs) => clock.advance(durationMs) }
})

it('runs due timers in order, each at its own moment, also those set on the way', async () => {
  const clock = new ManualClock(1_000)
  const seen: string[] = []
  clock.after(30, () => seen.push(`late@${clock.now()}`))
  clock.after(10, () => {
    seen.push(`early@${clock.now()}`)
    clock.after(5, () => seen.push(`added@${clock.now()}`))
  })
  await clock.advance(100)
  expect(seen).toEqual(['early@1010', 'added@1015', 'late@1030'])
  expect(clock.now()).toBe(1_100)
  expect(clock.pendingTimers).toBe(0)
})
