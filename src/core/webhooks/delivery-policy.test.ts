import { describe, expect, it } from 'vitest'
import { judge, readRetryAfter } from './delivery-policy.ts'
import { STANDARD_POLICY } from './standard-format.ts'

const DAY_MS = 24 * 60 * 60_000
const FIRST = { tries: 0, failingForMs: 0, chance: 0 }
const answered = (status: number, retryAfterMs?: number) => ({ status, retryAfterMs })
const silent = { status: undefined, retryAfterMs: undefined }

describe('the standard policy', () => {
  it.each([200, 201, 204, 299])('takes %i for success', (status) => {
    expect(judge(STANDARD_POLICY, answered(status), FIRST)).toEqual({ state: 'delivered' })
  })

  it.each([199, 301, 307, 400, 404, 429, 500, 503])('tries again after %i', (status) => {
    expect(judge(STANDARD_POLICY, answered(status), FIRST)).toEqual({ state: 'pending', waitMs: 5_000 })
  })

  it('tries ten times within a little more than three days, and then no more', () => {
    const waits: number[] = []
    for (let tries = 0; ; tries++) {
      const verdict = judge(STANDARD_POLICY, silent, { ...FIRST, tries })
      if (verdict.state !== 'pending') break
      waits.push(verdict.waitMs)
    }
    expect(waits).toHaveLength(9)
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    const totalMs = waits.reduce((sum, wait) => sum + wait, 0)
    expect(totalMs / DAY_MS).toBeGreaterThan(3)
    expect(totalMs / DAY_MS).toBeLessThan(3.5)
  })

  it('spreads retries by a tenth', () => {
    expect(judge(STANDARD_POLICY, silent, { ...FIRST, chance: 1 })).toEqual({ state: 'pending', waitMs: 5_500 })
  })

  it('waits as long as the receiver asks for, if that is longer, but a day at most', () => {
    expect(judge(STANDARD_POLICY, answered(503, 60_000), FIRST)).toEqual({ state: 'pending', waitMs: 60_000 })
    expect(judge(STANDARD_POLICY, answered(503, 1), FIRST)).toEqual({ state: 'pending', waitMs: 5_000 })
    expect(judge(STANDARD_POLICY, answered(503, 9 * DAY_MS), FIRST)).toEqual({ state: 'pending', waitMs: DAY_MS })
  })

  it('ends with 410 at once', () => {
    expect(judge(STANDARD_POLICY, answered(410), FIRST)).toEqual({ state: 'dead', disables: 'gone' })
  })

  it('gives an endpoint up when a delivery dies after five days without any success', () => {
    const last = { ...FIRST, tries: 9 }
    const dying = (failingForMs: number) => judge(STANDARD_POLICY, silent, { ...last, failingForMs })
    expect(dying(5 * DAY_MS - 1)).toEqual({ state: 'dead', disables: undefined })
    expect(dying(5 * DAY_MS)).toEqual({ state: 'dead', disables: 'failing' })
    expect(judge(STANDARD_POLICY, silent, { ...FIRST, failingForMs: 50 * DAY_MS })).toMatchObject({ state: 'pending' })
  })
})

describe('Retry-After', () => {
  const nowMs = Date.UTC(2030, 0, 1)

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Tue, 01 Jan 2030 00:01:00 GMT', 60_000],
    ['Mon, 31 Dec 2029 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['99999999999999999999', undefined],
    [undefined, undefined],
  ])('"%s" means %s ms', (text, expected) => {
    expect(readRetryAfter(text, nowMs)).toBe(expected)
  })
})
