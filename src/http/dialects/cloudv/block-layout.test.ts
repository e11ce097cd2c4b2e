import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UploadId } from '../../../core/ids.ts'
import { type BlockSizes, placeBlock, planFile } from './block-layout.ts'
import type { BlockRef } from './block-ref.ts'

const NOTHING: BlockSizes = { blockBytes: undefined, first: undefined }

/** Announces the blocks in turn; says where each was put. */
function place(blocks: readonly { order: number; sizeBytes: number; count?: number }[]) {
  let known = NOTHING
  return blocks.map((block) => {
    const { start, learnt } = placeBlock(known, { count: undefined, ...block })
    known = learnt
    return { ...block, start }
  })
}

describe('the place of a block', () => {
  it('is certain for every block but at most one, in any order and for any block size', () => {
    const files = fc
      .record({ full: fc.integer({ min: 1, max: 20 }), blockBytes: fc.integer({ min: 1, max: 40 }), last: fc.nat(39) })
      .filter(({ blockBytes, last }) => last < blockBytes)
    fc.assert(
      fc.property(files, fc.infiniteStream(fc.nat()), ({ full, blockBytes, last }, keys) => {
        const sizes = [...Array<number>(full).fill(blockBytes), ...(last > 0 ? [last] : [])]
        const blocks = sizes.map((sizeBytes, order) => ({ order, sizeBytes, key: keys.next().value ?? 0 }))
        const placed = place([...blocks].sort((a, b) => a.key - b.key))
        for (const { order, start } of placed) expect([undefined, order * blockBytes]).toContain(start)
        expect(placed.filter(({ start }) => start === undefined).length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is certain at once for the first block, and where the client counts', () => {
    expect(place([{ order: 0, sizeBytes: 8 }])[0]?.start).toBe(0)
    expect(place([{ order: 3, sizeBytes: 8, count: 5 }])[0]?.start).toBe(24)
    expect(place([{ order: 4, sizeBytes: 8, count: 5 }])[0]?.start).toBeUndefined()
  })

  it('is apart without a number, while announced again before another, and where it would not fit', () => {
    expect(placeBlock(NOTHING, { order: undefined, sizeBytes: 8, count: undefined }).start).toBeUndefined()
    const starts = place([
      { order: 2, sizeBytes: 1 },
      { order: 2, sizeBytes: 1 },
      { order: 1, sizeBytes: 4 },
      { order: 2, sizeBytes: 1 },
      { order: 3, sizeBytes: 5 },
    ]).map(({ start }) => start)
    expect(starts).toEqual([undefined, undefined, 4, 8, undefined])
  })
})

describe('the plan of a file', () => {
  const A = 'upl_a' as UploadId
  const B = 'upl_b' as UploadId
  const C = 'upl_c' as UploadId
  const ref = (uploadId: UploadId, start: number, sizeBytes: number, isApart = false): BlockRef => ({
    uploadId,
    isApart,
    start,
    sizeBytes,
    receivedBytes: sizeBytes,
    keyTag: '',
    segments: [],
  })

  it('is the upload itself where all blocks lie in place', () => {
    const plan = planFile([ref(A, 0, 4), ref(A, 4, 4), ref(A, 8, 1)])
    expect(plan).toMatchObject({ sizeBytes: 9, into: A })
    expect(plan.blocks.map(({ at }) => at)).toEqual([0, 4, 8])
  })

  it('completes the upload that has the most with what lies elsewhere', () => {
    expect(planFile([ref(B, 0, 4), ref(A, 4, 4), ref(A, 8, 4), ref(C, 0, 1, true)]).into).toBe(A)
  })

  it('is a new upload where blocks of the old one would have to change places', () => {
    expect(planFile([ref(A, 4, 4), ref(A, 0, 4)]).into).toBeUndefined()
    expect(planFile([ref(A, 0, 4, true)]).into).toBeUndefined()
  })
})
