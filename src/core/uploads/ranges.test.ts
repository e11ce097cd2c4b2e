import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ByteRange } from '../ports/blob-store.ts'
import {
  addRange,
  contiguousBytes,
  EMPTY_RANGES,
  highestEnd,
  isCovered,
  missingRanges,
  overlaps,
  type RangeSet,
  receivedBytes,
  touching,
} from './ranges.ts'

const LIMIT = 64
const range = fc
  .tuple(fc.nat(LIMIT), fc.nat(LIMIT))
  .map(([a, b]): ByteRange => ({ start: Math.min(a, b), end: Math.max(a, b) }))
const ranges = fc.array(range, { maxLength: 20 })

/** The slow, obvious model: one flag per byte. */
function flags(list: readonly ByteRange[]): boolean[] {
  const bytes = new Array<boolean>(LIMIT + 1).fill(false)
  for (const { start, end } of list) bytes.fill(true, start, end)
  return bytes
}

const merged = (list: readonly ByteRange[]): RangeSet => list.reduce(addRange, EMPTY_RANGES)

describe('range algebra', () => {
  it('holds exactly the bytes that were added, in any order', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        expect(flags(merged(list))).toEqual(flags(list))
      }),
    )
  })

  it('stays sorted, disjoint, non-empty and never adjacent', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const set = merged(list)
        for (const [index, own] of set.entries()) {
          expect(own.end).toBeGreaterThan(own.start)
          const next = set[index + 1]
          if (next !== undefined) expect(next.start).toBeGreaterThan(own.end)
        }
      }),
    )
  })

  it('is the same set whatever the order and however often a range is repeated', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        expect(merged([...list].reverse().concat(list))).toEqual(merged(list))
      }),
    )
  })

  it('names what is missing so that filling it completes the file', () => {
    fc.assert(
      fc.property(ranges, fc.nat(LIMIT), (list, size) => {
        const set = merged(list)
        const missing = missingRanges(set, size)
        expect(isCovered(set, size)).toBe(missing.length === 0)
        expect(isCovered(missing.reduce(addRange, set), size)).toBe(true)
        for (const gap of missing) expect(overlaps(set, gap)).toBe(false)
      }),
    )
  })

  it('agrees with the model on counts, the unbroken prefix and the highest byte', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const set = merged(list)
        const bytes = flags(list)
        expect(receivedBytes(set)).toBe(bytes.filter(Boolean).length)
        expect(contiguousBytes(set)).toBe(bytes.indexOf(false))
        expect(highestEnd(set)).toBe(bytes.lastIndexOf(true) + 1)
      }),
    )
  })

  it('never shrinks the unbroken prefix when a range is added', () => {
    fc.assert(
      fc.property(ranges, range, (list, added) => {
        const set = merged(list)
        expect(contiguousBytes(addRange(set, added))).toBeGreaterThanOrEqual(contiguousBytes(set))
      }),
    )
  })

  it('finds the rows that an added range replaces', () => {
    fc.assert(
      fc.property(ranges, range, (list, added) => {
        fc.pre(added.end > added.start)
        const set = merged(list)
        const replaced = touching(set, added)
        expect(addRange(set, added)).toHaveLength(set.length - replaced.length + 1)
      }),
    )
  })
})
