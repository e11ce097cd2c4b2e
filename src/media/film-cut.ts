import type { EncodePlan } from '../core/transcoding/encode-plan.ts'
import { firstFrameOf, frameSeconds } from '../core/transcoding/frame-grid.ts'
import type { PicturePiece } from '../core/transcoding/piece.ts'
import { frameRateText } from './frame-rate.ts'

/** What the command for a piece of a film has instead of that for the whole. */
export type FilmCut = Readonly<{
  /** Options before the input. */
  input: readonly string[]
  /** The filter that makes the frame rate constant; pictures keep their time in the film up to `restart`. */
  grid: readonly string[]
  /** The filters that leave only the pictures of the piece. */
  select: readonly string[]
  /** The last filter of all: time begins at zero. */
  restart: readonly string[]
  /** Value of -force_key_frames. */
  keyFrames: string
  /** Value of -hls_time. */
  segmentSeconds: number
  /** Number of the first segment's file. */
  startNumber: number
  /** Where in the film it begins. */
  startSeconds: number
}>

/** Read before a piece begins: whoever fills gaps or looks for movement needs the pictures before the first one. */
const LEAD_SECONDS = 1
/** No picture is shown for so short a time; key frames are asked for this much early, to be met whatever is rounded. */
const HAIR_SECONDS = 0.001

/**
 * How the encoder is told which part of the film to make. `fillStart`: nothing at the beginning of the piece can be
 * decoded, and the first picture that can stands there instead.
 */
export function filmCut(plan: EncodePlan, options: Readonly<{ fillStart: boolean }> = { fillStart: false }): FilmCut {
  const { piece, segmentDurationMs } = plan
  const rate = plan.video[0]?.frameRate ?? 0
  if (piece?.kind !== 'pictures') {
    return {
      input: [],
      grid: [`fps=fps=${frameRateText(rate)}:start_time=0`],
      select: [],
      restart: [],
      keyFrames: `expr:gte(t,n_forced*${segmentDurationMs / 1000})`,
      segmentSeconds: segmentDurationMs / 1000,
      startNumber: 1,
      startSeconds: 0,
    }
  }
  const startSeconds = frameSeconds(piece.firstFrame, rate)
  const isFirst = piece.firstFrame === 0
  const start = options.fillStart || isFirst ? `:start_time=${startSeconds.toFixed(6)}` : ''
  const from = Math.max(0, startSeconds - LEAD_SECONDS).toFixed(3)
  const { end } = piece
  return {
    // From the key frame before, with all that follows it, in the film's own time.
    input: isFirst ? [] : ['-copyts', '-start_at_zero', '-noaccurate_seek', '-ss', from],
    grid: [`fps=fps=${frameRateText(rate)}${start}`],
    select: [
      // What cannot be decoded before the end is filled with the last picture that can.
      ...(end === undefined ? [] : ['tpad=stop_mode=clone:stop=-1']),
      `trim=start_pts=${piece.firstFrame}${end === undefined ? '' : `:end_pts=${end.frame}`}`,
    ],
    // Behind setpts the frame rate is unknown again (ffmpeg 7).
    restart: ['setpts=PTS-STARTPTS', `fps=fps=${frameRateText(rate)}:start_time=0`],
    keyFrames: keyFrameTimes(piece, plan, rate).join(','),
    // Any key frame begins a segment: whole segments may be a picture longer or shorter than the grid's step.
    segmentSeconds: segmentDurationMs / 2000,
    startNumber: piece.firstSegment + 1,
    startSeconds,
  }
}

/** From the beginning of the piece, in seconds. */
function keyFrameTimes(piece: PicturePiece, plan: EncodePlan, rate: number): string[] {
  // A few more than planned, for a last piece that turns out longer.
  const end = piece.end?.segment ?? Math.ceil((plan.durationMs * 1.1 + 10_000) / plan.segmentDurationMs)
  return Array.from({ length: end - piece.firstSegment }, (_, i) => {
    const frame = firstFrameOf(piece.firstSegment + i, plan.segmentDurationMs, rate) - piece.firstFrame
    return Math.max(0, frameSeconds(frame, rate) - HAIR_SECONDS).toFixed(6)
  })
}
