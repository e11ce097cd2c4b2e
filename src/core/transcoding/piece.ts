import type { EncodePlan } from './encode-plan.ts'
import { firstFrameOf, frameSeconds } from './frame-grid.ts'
import type { MediaInfo } from './media-info.ts'

/**
 * What one worker encodes by itself of a long film: a stretch of its pictures, or all of its sound (a sound encoder
 * needs what was before; cut apart, it would click). Plain data: it is stored as JSON.
 */
export type Piece =
  | Readonly<{ kind: 'sound' }>
  | Readonly<{
      kind: 'pictures'
      /** Segments and pictures are counted from 0 through the whole film. */
      firstSegment: number
      firstFrame: number
      /** Where the next piece begins; undefined for the last one, which goes on to the end. */
      end: Readonly<{ segment: number; frame: number }> | undefined
    }>

export type PicturePiece = Extract<Piece, { kind: 'pictures' }>

/** One finished segment. `file` is relative to the package. */
export type PieceSegment = Readonly<{ file: string; durationMs: number; sizeBytes: number }>

export type PieceRendition = Readonly<{
  name: string
  codecs: string
  initFile: string
  initBytes: number
  /** SHA-256 of the init segment, in hexadecimal: pieces join only where it is the same. */
  initDigest: string
  segments: readonly PieceSegment[]
}>

/** What came of a piece, in the order of the plan. Plain data: it is stored as JSON. */
export type EncodedPiece = Readonly<{ renditions: readonly PieceRendition[] }>

/** No film is cut into more pieces of pictures than this. */
const MOST_PIECES = 120

/**
 * Files whose index leads to any picture at once. Others are read from their beginning, so that cutting them apart would
 * cost more than it brings, or have times that depend on everything before.
 */
const INDEXED = new Set(['mp4', 'matroska'])

export function isSplittable({ container, video }: MediaInfo): boolean {
  return video !== undefined && container.split(',').some((name) => INDEXED.has(name))
}

/**
 * Cuts a plan into pieces of about `pieceDurationMs`, none shorter than half of that, at the segments' borders: sound
 * first, for it takes a single worker longest.
 */
export function planPieces(plan: EncodePlan, pieceDurationMs: number): readonly Piece[] {
  const { segmentDurationMs, durationMs } = plan
  const rate = plan.video[0]?.frameRate
  if (rate === undefined) throw new Error('only films are cut into pieces')
  const segments = Math.ceil(durationMs / segmentDurationMs)
  const wanted = Math.min(MOST_PIECES, Math.max(1, Math.round(durationMs / pieceDurationMs)))
  const each = Math.max(1, Math.ceil(segments / wanted))
  const starts: number[] = []
  for (let segment = 0; segment < segments; segment += each) starts.push(segment)
  const startMs = (segment: number) => frameSeconds(firstFrameOf(segment, segmentDurationMs, rate), rate) * 1000
  if (starts.length > 1 && durationMs - startMs(starts.at(-1) ?? 0) < (each * segmentDurationMs) / 2) starts.pop()
  const cuts = starts.map((segment) => ({ segment, frame: firstFrameOf(segment, segmentDurationMs, rate) }))
  const pictures = cuts.map(({ segment, frame }, i) => {
    return { kind: 'pictures', firstSegment: segment, firstFrame: frame, end: cuts[i + 1] } as const
  })
  return plan.audio.length > 0 ? [{ kind: 'sound' }, ...pictures] : pictures
}

/** The plan for one piece alone. */
export function planOfPiece(plan: EncodePlan, piece: Piece): EncodePlan {
  if (piece.kind === 'sound') return { ...plan, videoInput: undefined, video: [], piece }
  const { videoInput } = plan
  // Only behind the film's last picture is there sound that goes on.
  const input = videoInput && piece.end !== undefined ? { ...videoInput, holdLastFrameMs: 0 } : videoInput
  return { ...plan, videoInput: input, audio: [], piece }
}
