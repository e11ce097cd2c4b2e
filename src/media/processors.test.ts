import { describe, expect, it } from 'vitest'
import { lastProcessors } from './processors.ts'

describe('lastProcessors', () => {
  it.each([
    ['0-3', 2, '2,3'],
    ['0-3,8,10-11', 3, '8,10,11'],
    ['5', 1, undefined],
    ['0-1', 2, undefined],
    ['0-1', 8, undefined],
    ['0-3', 0, '3'],
  ])('of %s the last %d are %s', (list, count, expected) => {
    expect(lastProcessors(list, count)).toBe(expected)
  })
})
