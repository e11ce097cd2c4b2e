import { describe, expect, it } from 'vitest'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import { formatDuration, formatTimeLeft } from './format-duration.ts'
import { wholePercent } from './format-percent.ts'

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1536, '1.5 kB'],
    [12_400_000, '12.4 MB'],
    [980_000_000, '980 MB'],
    [999_900_000, '1 GB'],
    [2_147_483_648, '2.1 GB'],
    [-5, '0 B'],
  ])('shows %d as %s', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text)
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [7_400, '0:07'],
    [59_600, '1:00'],
    [725_000, '12:05'],
    [3_723_000, '1:02:03'],
  ])('shows %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })
})

describe('formatTimeLeft', () => {
  it.each([
    [0, 'a few seconds left'],
    [7_000, 'a few seconds left'],
    [33_000, 'about 35 s left'],
    [57_000, 'about 55 s left'],
    [58_000, 'about 1 min left'],
    [131_000, 'about 2 min 10 s left'],
    [594_000, 'about 9 min 50 s left'],
    [596_000, 'about 10 min left'],
    [3_590_000, 'about 1 h left'],
    [11_100_000, 'about 3 h 5 min left'],
  ])('says of %d ms: %s', (etaMs, text) => {
    expect(formatTimeLeft(etaMs)).toBe(text)
  })
})

describe('formatAge', () => {
  const now = Date.UTC(2026, 5, 20, 12)

  it.each([
    [30_000, 'just now'],
    [-5_000, 'just now'],
    [5 * 60_000, '5 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [30 * 3_600_000, 'yesterday'],
    [3 * 86_400_000, '3 days ago'],
  ])('says of something %d ms old: %s', (ageMs, text) => {
    expect(formatAge(now - ageMs, now)).toBe(text)
  })

  it('names the date of anything older than a week', () => {
    expect(formatAge(now - 40 * 86_400_000, now)).toContain('2026')
  })
})

describe('wholePercent', () => {
  it('says 100 only of what is complete', () => {
    expect(wholePercent(0.9999)).toBe(99)
    expect(wholePercent(1)).toBe(100)
  })

  it('is not thrown off by binary fractions and stays within 0..100', () => {
    expect(wholePercent(0.29)).toBe(29)
    expect(wholePercent(-1)).toBe(0)
    expect(wholePercent(1.2)).toBe(100)
  })
})
