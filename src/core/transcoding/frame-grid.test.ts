import { expect, it } from 'vitest'
import { firstFrameOf, frameRateFraction, frameSeconds } from './frame-grid.ts'

const NTSC = 30_000 / 1001

it.each([
  [25, 25, 1],
  [NTSC, 30_000, 1001],
  [24_000 / 1001, 24_000, 1001],
  [12.5, 12_500, 1000],
])('takes %d pictures a second for %d / %d', (rate, numerator, denominator) => {
  expect(frameRateFraction(rate)).toEqual({ numerator, denominator })
})

it('begins each segment with the first picture at or after its place, for hours', () => {
  for (const rate of [24_000 / 1001, 25, NTSC, 60_000 / 1001, 60, 12.5]) {
    const wrong = Array.from({ length: 6_000 }, (_, segment) => segment).filter((segment) => {
      const frame = firstFrameOf(segment, 4_000, rate)
      return frameSeconds(frame, rate) < segment * 4 || (frame > 0 && frameSeconds(frame - 1, rate) >= segment * 4)
    })
    expect(wrong).toEqual([])
  }
})

it('counts from the film’s beginning: segments of a broken rate are a picture longer or shorter', () => {
  const lengths = Array.from({ length: 10 }, (_, i) => firstFrameOf(i + 1, 4_000, NTSC) - firstFrameOf(i, 4_000, NTSC))
  expect(new Set(lengths)).toEqual(new Set([119, 120]))
})
