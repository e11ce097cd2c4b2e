import { describe, expect, it } from 'vitest'
import { frameRateText, settleFrameRates } from './frame-rate.ts'

describe('settleFrameRates', () => {
  it.each([
    ['a constant rate', 30_000 / 1001, 30_000 / 1001, 30.3, 30_000 / 1001],
    ['a phone with a little jitter', 30, 29.83, 32, 30],
    ['a container with millisecond time stamps', 30, 30, 1 / 0.033, 30],
    ['a rate that varies, with a nominal one', 30, 9.76, 30, 30],
    ['a rate that varies, with no nominal one', 9.76, 9.76, 1 / 0.033, 30],
    ['a recording in a clock of a thousand', 1000, 17.2, 1 / 0.017, 60_000 / 1001],
    ['pictures of two fields', 50, 25, 25, 25],
    ['nothing but what was seen', undefined, undefined, 1 / 0.04, 25],
    ['nothing at all', undefined, undefined, undefined, 25],
  ])('finds the peak of %s', (_, nominal, average, typical, peak) => {
    expect(settleFrameRates({ nominal, average, typical }).peak).toBeCloseTo(peak, 6)
  })
})

describe('frameRateText', () => {
  it.each([
    [25, '25'],
    [30_000 / 1001, '30000/1001'],
    [24_000 / 1001, '24000/1001'],
    [60_000 / 1001, '60000/1001'],
    [12.5, '12500/1000'],
    [29.83, '29830/1000'],
  ])('writes %d as %s', (rate, text) => {
    expect(frameRateText(rate)).toBe(text)
  })
})
