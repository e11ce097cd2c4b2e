import { expect, it } from 'vitest'
import { numericId } from './numeric-id.ts'

it('is the same positive whole number of 31 bits each time, and another for another id', () => {
  const ids = Array.from({ length: 1_000 }, (_, i) => `cat_${i}`)
  const numbers = ids.map(numericId)
  expect(ids.map(numericId)).toEqual(numbers)
  expect(new Set(numbers).size).toBe(1_000)
  for (const number of numbers) {
    expect(Number.isInteger(number)).toBe(true)
    expect(number).toBeGreaterThan(0)
    expect(number).toBeLessThan(2 ** 31)
  }
})
