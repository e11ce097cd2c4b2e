import { describe, expect, it } from 'vitest'
import { etagOf, SEGMENT_BYTES, SegmentDigests } from './etag.ts'

const MIB = 1024 * 1024

function etag(content: Uint8Array, chunkBytes = content.length): string {
  const digests = new SegmentDigests()
  for (let at = 0; at < content.length; at += chunkBytes) digests.update(content.subarray(at, at + chunkBytes))
  expect(digests.totalBytes).toBe(content.length)
  return etagOf(digests.end())
}

describe('the file hash', () => {
  // Recorded from the vendor's Python tool.
  it.each([
    ['an empty file', Buffer.alloc(0), 'Fto5o-5ea0sNMlW_75VgGJCv2AcJ'],
    ['a short file', Buffer.from('hello'), 'Fqr0xh3cxeii2r7eDztILNmuqUNN'],
    ['exactly one segment', Buffer.alloc(4 * MIB), 'FivMvS848VwT631aif2dhfWV4jvD'],
    ['one byte more than a segment', Buffer.alloc(4 * MIB + 1), 'lhCFgki5yzon0rjN9uJusf6qtsF6'],
    ['three segments', Buffer.alloc(9 * MIB), 'lnGI9p-JfYjCCVFSI-mFSvtJXkyO'],
  ])('of %s is the one clients compute', (_name, content, expected) => {
    expect(etag(content)).toBe(expected)
  })

  it('does not depend on the pieces in which the bytes come', () => {
    const content = Buffer.alloc(2 * SEGMENT_BYTES + 5, 'Cloud VoD')
    const whole = etag(content)
    for (const chunkBytes of [65_537, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1]) {
      expect(etag(content, chunkBytes)).toBe(whole)
    }
  })
})
