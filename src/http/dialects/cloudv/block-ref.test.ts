import { describe, expect, it } from 'vitest'
import type { UploadId } from '../../../core/ids.ts'
import { type BlockRef, keyTag, readRef, writeRef } from './block-ref.ts'

const REF: BlockRef = {
  uploadId: 'upl_01j9z3k4m5n6p7q8r9s0t1v2w3' as UploadId,
  isApart: false,
  start: 2 ** 40,
  sizeBytes: 4_194_304,
  receivedBytes: 4_194_304,
  keyTag: keyTag('video/a.mp4'),
  segments: [Buffer.alloc(20, 7)],
}

describe('a block reference', () => {
  it.each([
    ['a whole block', REF],
    ['the beginning of a block', { ...REF, receivedBytes: 1_024, segments: [] }],
    ['a block kept apart, of an object that was not named', { ...REF, isApart: true, start: 0, keyTag: '' }],
    ['a block of 100 MiB', { ...REF, segments: Array.from({ length: 25 }, (_, i) => Buffer.alloc(20, i)) }],
  ])('comes back as it was for %s', (_name, ref) => {
    const text = writeRef(ref, 'sk')
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(readRef(text, 'sk')).toEqual(ref)
  })

  it('is refused in each of a thousand mutations, and with another secret', () => {
    const text = writeRef(REF, 'sk')
    expect(readRef(text, 'other')).toBeUndefined()
    for (let i = 0; i < 1_000; i++) {
      const at = (i * 37) % text.length
      const other = 'Aq0_-z'.charAt(i % 6)
      if (other === text.charAt(at)) continue
      expect(readRef(text.slice(0, at) + other + text.slice(at + 1), 'sk'), `mutation ${i}`).toBeUndefined()
    }
  })

  it.each(['', 'x', 'a,b', 'a='.repeat(60), 'A'.repeat(200), 'A'.repeat(4_000)])('is not one in %s', (text) => {
    expect(readRef(text, 'sk')).toBeUndefined()
  })
})
