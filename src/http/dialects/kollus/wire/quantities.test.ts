import { expect, it } from 'vitest'
import { humanSize, playTime, unixSeconds } from './quantities.ts'

it.each([
  [0, '00:00:00'],
  [61_440, '00:01:01'],
  [3_599_600, '01:00:00'],
  [360_000_000, '100:00:00'],
])('writes %d ms as %s', (durationMs, text) => {
  expect(playTime(durationMs)).toBe(text)
})

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KB'],
  [1_503_238_554, '1.4 GB'],
  [2 ** 60, '1048576.0 TB'],
])('writes %d bytes as %s', (sizeBytes, text) => {
  expect(humanSize(sizeBytes)).toBe(text)
})

it('tells whole seconds, and null of what has not happened', () => {
  expect(unixSeconds(1_772_359_200_999)).toBe(1_772_359_200)
  expect(unixSeconds(undefined)).toBeNull()
})
