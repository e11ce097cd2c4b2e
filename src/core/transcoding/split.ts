import type { JobId, SourceId } from '../ids.ts'
import type { EncodePlan } from './encode-plan.ts'
import type { Piece } from './piece.ts'

/** A source that is being encoded in pieces. Decided once, so that no attempt, nowhere, cuts it otherwise. */
export type Split = Readonly<{
  sourceId: SourceId
  /** Waits until all pieces are made, and joins them then. */
  encodeJobId: JobId
  /** Where the segments go at once and the package comes to lie; ends in '/'. */
  packagePrefix: string
  /** Of the whole film. */
  plan: EncodePlan
  pieces: readonly Piece[]
}>
