import { describe, expect, it } from 'vitest'
import { type RateEstimate, sampleRate, startRate } from './rate-estimator.ts'

const TOTAL = 100_000_000

/** Feeds `bytesPerSecond` in steps of 500 ms and returns every estimate on the way. */
function feed(from: RateEstimate, forMs: number, bytesPerSecond: number): RateEstimate[] {
  const estimates: RateEstimate[] = []
  let estimate = from
  for (let passed = 500; passed <= forMs; passed += 500) {
    estimate = sampleRate(estimate, from.atMs + passed, from.value + (bytesPerSecond * passed) / 1000, TOTAL)
    estimates.push(estimate)
  }
  return estimates
}

function last<T>(items: readonly T[]): T {
  const item = items.at(-1)
  if (item === undefined) throw new Error('no estimates')
  return item
}

describe('the damped rate', () => {
  it('says nothing during the first second and a half', () => {
    const [first, second, third] = feed(startRate(0, 0), 1_500, 1_000_000)
    expect(first).toMatchObject({ perSecond: null, etaMs: null })
    expect(second).toMatchObject({ perSecond: null, etaMs: null })
    expect(third?.perSecond).toBeCloseTo(1_000_000)
    expect(third?.etaMs).toBeCloseTo(98_500)
  })

  it('measures a steady transfer exactly', () => {
    const estimate = last(feed(startRate(0, 0), 20_000, 2_000_000))
    expect(estimate.perSecond).toBeCloseTo(2_000_000)
    expect(estimate.etaMs).toBeCloseTo(30_000)
  })

  it('counts only what was gained since the start when a transfer resumes', () => {
    const estimate = last(feed(startRate(0, 60_000_000), 10_000, 1_000_000))
    expect(estimate.perSecond).toBeCloseTo(1_000_000)
    expect(estimate.etaMs).toBeCloseTo(30_000)
  })

  it('does not let the remaining time jump when the speed halves at once', () => {
    const steady = last(feed(startRate(0, 0), 10_000, 2_000_000))
    const slowed = feed(steady, 10_000, 1_000_000)
    let before = steady
    for (const estimate of slowed) {
      const changeMs = (estimate.etaMs ?? 0) - (before.etaMs ?? 0)
      expect(Math.abs(changeMs)).toBeLessThan(1_500)
      before = estimate
    }
    expect(last(slowed).etaMs).toBeGreaterThan(55_000)
  })

  it('averages bursts instead of following them', () => {
    let estimate = startRate(0, 0)
    let value = 0
    const rates: number[] = []
    for (let step = 1; step <= 60; step += 1) {
      if (step % 2 === 0) value += 1_000_000
      estimate = sampleRate(estimate, step * 500, value, TOTAL)
      if (step > 10 && estimate.perSecond !== null) rates.push(estimate.perSecond)
    }
    expect(Math.min(...rates)).toBeGreaterThan(800_000)
    expect(Math.max(...rates)).toBeLessThan(1_200_000)
  })

  it('calls a transfer stalled after five seconds without a byte, and shows no remaining time then', () => {
    const moving = last(feed(startRate(0, 0), 5_000, 1_000_000))
    expect(last(feed(moving, 4_500, 0))).toMatchObject({ stalled: false })
    expect(last(feed(moving, 5_000, 0))).toMatchObject({ stalled: true, etaMs: null })
  })

  it('recovers from a stall', () => {
    const stalled = last(feed(last(feed(startRate(0, 0), 5_000, 1_000_000)), 6_000, 0))
    const again = last(feed(stalled, 1_000, 1_000_000))
    expect(again.stalled).toBe(false)
    expect(again.etaMs).not.toBeNull()
  })

  it('starts over when the value shrinks, because the file is being sent again', () => {
    const before = last(feed(startRate(0, 0), 5_000, 1_000_000))
    expect(sampleRate(before, 6_000, 0, TOTAL)).toEqual(startRate(6_000, 0))
  })

  it('ignores a sample that is not later than the last', () => {
    const before = last(feed(startRate(0, 0), 2_000, 1_000_000))
    expect(sampleRate(before, before.atMs, before.value + 5, TOTAL)).toBe(before)
  })

  it('ends at zero, never below', () => {
    const estimate = last(feed(startRate(0, 90_000_000), 10_000, 1_000_000))
    expect(estimate.etaMs).toBeGreaterThanOrEqual(0)
    expect(estimate.etaMs).toBeLessThan(1_000)
  })
})
