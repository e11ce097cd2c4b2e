import { expect, it } from 'vitest'
import { SystemRandom } from './system-random.ts'

it('gives as many bytes as asked for, and never the same ones twice', () => {
  const random = new SystemRandom()
  expect(random.bytes(0)).toHaveLength(0)
  expect(random.bytes(33)).toHaveLength(33)
  const seen = new Set(Array.from({ length: 1_000 }, () => random.bytes(16).join()))
  expect(seen.size).toBe(1_000)
})

it('reaches every value of a byte', () => {
  expect(new Set(new SystemRandom().bytes(65_536)).size).toBe(256)
})
