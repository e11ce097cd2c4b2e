import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseContentRange, parseUploadOffset } from './content-range.ts'

const size = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 })

describe('Content-Range', () => {
  it('is read as the half-open range it means', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), fc.boolean(), (sizeBytes, a, b, isKnown) => {
        const start = Math.min(a, b) % sizeBytes
        const end = Math.max(start + 1, Math.max(a, b) % sizeBytes)
        const header = `bytes ${start}-${end - 1}/${isKnown ? sizeBytes : '*'}`
        const expected = { kind: 'bytes', start, end, sizeBytes: isKnown ? sizeBytes : undefined }
        expect(parseContentRange(header)).toEqual(expected)
      }),
    )
  })

  it('without bytes is a question', () => {
    expect(parseContentRange('bytes */*')).toEqual({ kind: 'query', sizeBytes: undefined })
    expect(parseContentRange('bytes */0')).toEqual({ kind: 'query', sizeBytes: 0 })
    expect(parseContentRange(undefined)).toBeUndefined()
  })

  it('of any other form is refused as invalid_argument, never anything else', () => {
    const characters = fc.constantFrom('bytes', ' ', '-', '/', '*', '0', '9', ',', '+', '.', 'e', '\t')
    fc.assert(
      fc.property(
        fc.array(characters).map((parts) => parts.join('')),
        (header) => {
          try {
            const range = parseContentRange(header)
            if (range?.kind !== 'bytes') return
            expect(range.start).toBeGreaterThanOrEqual(0)
            expect(range.end).toBeGreaterThan(range.start)
            expect(range.end).toBeLessThanOrEqual(range.sizeBytes ?? Number.MAX_SAFE_INTEGER)
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_argument' })
          }
        },
      ),
    )
  })
})

describe('Upload-Offset', () => {
  it('is one whole number', () => {
    expect(parseUploadOffset('0')).toBe(0)
    expect(parseUploadOffset('5497558138880')).toBe(5_497_558_138_880)
    expect(parseUploadOffset(undefined)).toBeUndefined()
  })

  it.each(['', ' 1', '-1', '1.0', '1, 1', '0x1', '9007199254740993'])('is not "%s"', (header) => {
    expect(() => parseUploadOffset(header)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  })
})
