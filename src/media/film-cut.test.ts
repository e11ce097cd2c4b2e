import { describe, expect, it } from 'vitest'
import { aMediaInfo } from '../../test/support/rows.ts'
import type { EncodePlan } from '../core/transcoding/encode-plan.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import { type Piece, planOfPiece, planPieces } from '../core/transcoding/piece.ts'
import { filmCut } from './film-cut.ts'

const NTSC = 30_000 / 1001
/** Seven segments of a broken rate; they begin with the pictures 0, 120, 240, 360, 480, 600, 720. */
const WHOLE = planEncode(aMediaInfo())
const PLAN: EncodePlan = {
  ...WHOLE,
  video: WHOLE.video.map((step) => ({ ...step, frameRate: NTSC })),
  audio: [],
  durationMs: 28_000,
}
const [FIRST, MIDDLE, LAST] = planPieces(PLAN, 8_000).map((piece: Piece) => planOfPiece(PLAN, piece)) as [
  EncodePlan,
  EncodePlan,
  EncodePlan,
]

describe('the whole of a film', () => {
  it('is not cut', () => {
    expect(filmCut(PLAN)).toEqual({
      input: [],
      grid: ['fps=fps=30000/1001:start_time=0'],
      select: [],
      restart: [],
      keyFrames: 'expr:gte(t,n_forced*4)',
      segmentSeconds: 4,
      startNumber: 1,
      startSeconds: 0,
    })
  })

  it('of its sound is one piece, not cut either', () => {
    const sound = { ...PLAN, video: [], piece: { kind: 'sound' } as const }
    expect(filmCut(sound)).toMatchObject({ input: [], select: [], restart: [], startNumber: 1, startSeconds: 0 })
  })
})

describe('a piece of a film', () => {
  it('that is the first begins at zero by itself, and ends where the next one begins, filled up to there', () => {
    const cut = filmCut(FIRST)
    expect(cut).toMatchObject({ input: [], grid: ['fps=fps=30000/1001:start_time=0.000000'], startNumber: 1 })
    expect(cut.select).toEqual(['tpad=stop_mode=clone:stop=-1', 'trim=start_pts=0:end_pts=240'])
    expect(cut.keyFrames).toBe('0.000000,4.003000')
  })

  it('that is in the middle is read from a second before, in the film’s own time, and then begins at zero', () => {
    const cut = filmCut(MIDDLE)
    // Picture 240 of 30000/1001 is shown after 8.008 seconds.
    expect(cut.input).toEqual(['-copyts', '-start_at_zero', '-noaccurate_seek', '-ss', '7.008'])
    expect(cut.grid).toEqual(['fps=fps=30000/1001'])
    expect(cut.select).toEqual(['tpad=stop_mode=clone:stop=-1', 'trim=start_pts=240:end_pts=480'])
    expect(cut.restart).toEqual(['setpts=PTS-STARTPTS', 'fps=fps=30000/1001:start_time=0'])
    expect([cut.startNumber, cut.startSeconds]).toEqual([3, 240 / NTSC])
    expect(cut.keyFrames).toBe('0.000000,4.003000')
  })

  it('that is the last goes on to the end, and has key frames to spare', () => {
    const cut = filmCut(LAST)
    expect(cut.select).toEqual(['trim=start_pts=480'])
    expect(cut.keyFrames).toMatch(/^0\.000000,4\.003000,8\.007000,12\.011000/)
  })

  it('whose first picture is missing has the first one there is in its place', () => {
    expect(filmCut(MIDDLE, { fillStart: true }).grid).toEqual(['fps=fps=30000/1001:start_time=8.008000'])
    expect(filmCut(LAST, { fillStart: true }).grid).toEqual(['fps=fps=30000/1001:start_time=16.016000'])
  })
})
