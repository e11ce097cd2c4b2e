import { describe, expect, it } from 'vitest'
import { aMediaInfo } from '../../../test/support/rows.ts'
import type { EncodePlan } from './encode-plan.ts'
import { planEncode } from './ladder.ts'
import { isSplittable, type PicturePiece, planOfPiece, planPieces } from './piece.ts'

const MINUTE = 60_000

function planOf(durationMs: number): EncodePlan {
  return { ...planEncode(aMediaInfo()), durationMs }
}

function picturesOf(plan: EncodePlan, pieceMs: number): readonly PicturePiece[] {
  return planPieces(plan, pieceMs).filter((piece) => piece.kind === 'pictures')
}

describe('the pieces of a film', () => {
  it.each([
    [20 * MINUTE, 5 * MINUTE],
    [20 * MINUTE + 1, 5 * MINUTE],
    [61 * MINUTE, 5 * MINUTE],
    [24 * 60 * MINUTE, 5 * MINUTE],
    [13_000, 4_000],
    [4_001, 4_000],
    [100, 4_000],
  ])('cover %d ms without gap or overlap, up to an open end, none much shorter than the others', (ms, pieceMs) => {
    const pieces = picturesOf(planOf(ms), pieceMs)
    expect(pieces[0]).toMatchObject({ firstSegment: 0, firstFrame: 0 })
    for (const [i, { end }] of pieces.entries()) {
      const next = pieces[i + 1]
      expect(end).toEqual(next && { segment: next.firstSegment, frame: next.firstFrame })
    }
    const ends = pieces.map(({ end }) => end?.segment ?? Math.ceil(ms / 4_000))
    const lengths = pieces.map(({ firstSegment }, i) => (ends[i] ?? 0) - firstSegment)
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(Math.max(...lengths) / 3)
  })

  it('leave no rest that no picture begins in', () => {
    // By the clock there is a fifth segment; 480 pictures of a broken rate end just where it would begin.
    const plan = planOf(16_016)
    const video = plan.video.map((step) => ({ ...step, frameRate: 30_000 / 1001 }))
    expect(picturesOf({ ...plan, video }, 4_000).at(-1)).toMatchObject({ firstSegment: 2, firstFrame: 240 })
  })

  it('are about as long as asked for, and of a whole day not more than a worker could count', () => {
    expect(picturesOf(planOf(60 * MINUTE), 5 * MINUTE)).toHaveLength(12)
    expect(picturesOf(planOf(24 * 60 * MINUTE), 5 * MINUTE).length).toBeLessThanOrEqual(120)
  })

  it('are one more for all of its sound, if it has any', () => {
    const plan = planOf(20 * MINUTE)
    expect(planPieces(plan, 5 * MINUTE)[0]).toEqual({ kind: 'sound' })
    expect(planPieces({ ...plan, audio: [] }, 5 * MINUTE)[0]).toMatchObject({ kind: 'pictures' })
  })

  it('have a plan each: sound without pictures, pictures without sound, a held last picture at the end only', () => {
    const plan = planOf(8_000)
    const held = { ...plan, videoInput: plan.videoInput && { ...plan.videoInput, holdLastFrameMs: 500 } }
    const [sound, first, last] = planPieces(held, 4_000).map((piece) => planOfPiece(held, piece))
    expect(sound).toMatchObject({ video: [], videoInput: undefined, audio: plan.audio, durationMs: 8_000 })
    expect(first).toMatchObject({ video: plan.video, audio: [], videoInput: { holdLastFrameMs: 0 } })
    expect(last).toMatchObject({ video: plan.video, audio: [], videoInput: { holdLastFrameMs: 500 } })
  })
})

it.each([
  ['mov,mp4,m4a,3gp,3g2,mj2', true],
  ['matroska,webm', true],
  ['mpegts', false],
  ['flv', false],
])('a film in %s may be split: %s', (container, isSo) => {
  expect(isSplittable({ ...aMediaInfo(), container })).toBe(isSo)
})

it('sound alone is not split', () => {
  expect(isSplittable({ ...aMediaInfo(), video: undefined })).toBe(false)
})
