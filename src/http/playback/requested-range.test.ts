import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRange, resolveRange } from './requested-range.ts'

const bytes = fc.nat(200)

/** What a range means, byte by byte. */
function meant(sizeBytes: number, holds: (index: number) => boolean): number[] {
  return Array.from({ length: sizeBytes }, (_, index) => index).filter(holds)
}

function resolved(header: string, sizeBytes: number): number[] {
  const asked = parseRange(header)
  if (asked === undefined) throw new Error(`ignored: ${header}`)
  const range = resolveRange(asked, sizeBytes)
  return range === undefined ? [] : meant(sizeBytes, (index) => index >= range.start && index < range.end)
}

describe('Range', () => {
  it('means the bytes from the first to the last one, as far as there are any', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (sizeBytes, a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)]
        expect(resolved(`bytes=${first}-${last}`, sizeBytes)).toEqual(
          meant(sizeBytes, (index) => index >= first && index <= last),
        )
      }),
    )
  })

  it('without a last byte means the rest, without a first one the end', () => {
    fc.assert(
      fc.property(bytes, bytes, (sizeBytes, count) => {
        expect(resolved(`bytes=${count}-`, sizeBytes)).toEqual(meant(sizeBytes, (index) => index >= count))
        expect(resolved(`bytes=-${count}`, sizeBytes)).toEqual(meant(sizeBytes, (index) => index >= sizeBytes - count))
      }),
    )
  })

  it('that resolves is never empty and never goes past the file', () => {
    fc.assert(
      fc.property(bytes, fc.string(), (sizeBytes, text) => {
        const asked = parseRange(`bytes=${text}`)
        const range = asked && resolveRange(asked, sizeBytes)
        if (range === undefined) return
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeGreaterThan(range.start)
        expect(range.end).toBeLessThanOrEqual(sizeBytes)
      }),
    )
  })
})
