import type { ClaimedJob, JobError } from '../jobs/job.ts'
import { cancelPieces, requeuePieces } from '../jobs/pieces-of-film.ts'
import type { Clock } from '../ports/clock.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { EncodedPiece } from '../transcoding/piece.ts'
import type { Split } from '../transcoding/split.ts'
import type { Source } from './asset.ts'

type Parts = Readonly<{ work: UnitOfWork; clock: Clock }>

/** The pieces of a film whose encode job waits for them end that wait; should that fail, it looks by itself. */
const LOOK_AGAIN_MS = 10 * 60_000

/**
 * What becomes of a film that is encoded in pieces. Its encode job cuts it, waits in the queue without a worker, and runs
 * again when all pieces are made. Each method is one transaction, with the job's fence, as those of SourceLifecycle.
 */
export class SplitLifecycle {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * The film is cut: a job for each piece, and the encode job waits. `keys` are for all pieces together. False: the
   * source is gone.
   */
  begun(
    job: ClaimedJob<'encode'>,
    split: Omit<Split, 'sourceId' | 'encodeJobId'>,
    keys: readonly Uint8Array[] = [],
  ): Promise<boolean> {
    return this.#withSource(job, async (tx, source, nowMs) => {
      const { id: sourceId, assetId, projectId } = source
      await tx.jobs.park(job, nowMs + LOOK_AGAIN_MS)
      await tx.splits.insert({ ...split, sourceId, encodeJobId: job.id })
      await tx.sources.setContentKeys(sourceId, keys)
      const { priority } = job
      for (const piece of split.pieces.keys()) {
        const subject = { kind: 'piece', projectId, assetId, sourceId, piece, priority } as const
        await tx.jobs.enqueue(subject, { key: `piece:${sourceId}:${piece}`, nowMs })
      }
    })
  }

  /** A piece is stored; the last one ends the wait of the encode job. False: the source is gone. */
  made(job: ClaimedJob<'piece'>, piece: number, encoded: EncodedPiece): Promise<boolean> {
    return this.#withSource(job, async (tx, source, nowMs) => {
      await tx.jobs.finish(job, nowMs)
      const split = await tx.splits.get(source.id)
      if (split === undefined) return
      await tx.splits.setMade(source.id, piece, encoded)
      if ((await tx.splits.countMade(source.id)) === split.pieces.length)
        await tx.jobs.requeue(split.encodeJobId, nowMs)
    })
  }

  /**
   * All pieces in order, when they are made. Until then the encode job waits on, and pieces that had failed or were
   * cancelled, before somebody had the film encoded once more, are tried again.
   */
  async gathered(job: ClaimedJob<'encode'>): Promise<readonly EncodedPiece[] | undefined> {
    let made: readonly EncodedPiece[] | undefined
    await this.#withSource(job, async (tx, source, nowMs) => {
      const split = await tx.splits.get(source.id)
      made = await tx.splits.made(source.id)
      if (made.length === split?.pieces.length) return
      made = undefined
      await requeuePieces(tx, source.id, nowMs)
      await tx.jobs.park(job, nowMs + LOOK_AGAIN_MS)
    })
    return made
  }

  /** A piece failed for good: without it there is no film, so that the others are not worth their while. */
  async failed(job: ClaimedJob, error: JobError): Promise<void> {
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction(async (tx) => {
      const asset = await tx.assets.lock(job.assetId)
      const source = asset && (await tx.sources.get(job.sourceId))
      await tx.jobs.fail(job, error, nowMs)
      if (source === undefined) return
      const split = await tx.splits.get(source.id)
      if (split !== undefined) await tx.jobs.cancel(split.encodeJobId, error, nowMs, 'failed')
      await cancelPieces(tx, source.id, nowMs)
      const { logTail: _, ...failure } = error
      await tx.sources.update(source.id, { failure })
      const { id: sourceId, assetId, projectId } = source
      await tx.outbox.append(projectId, { type: 'asset.failed', assetId, sourceId, reason: error.reason }, nowMs)
    })
  }

  /** When the source is gone, the job ends and nothing else changes. */
  async #withSource(
    job: ClaimedJob,
    change: (tx: Repositories, source: Source, nowMs: number) => Promise<void>,
  ): Promise<boolean> {
    const nowMs = this.#parts.clock.now()
    return this.#parts.work.transaction(async (tx) => {
      // The asset's lock comes first, as in every transaction about an asset.
      const asset = await tx.assets.lock(job.assetId)
      const source = asset && (await tx.sources.get(job.sourceId))
      if (source === undefined) await tx.jobs.finish(job, nowMs)
      else await change(tx, source, nowMs)
      return source !== undefined
    })
  }
}
