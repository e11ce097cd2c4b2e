import type { SourceId } from '../ids.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import { CANCELLED } from './job.ts'

/**
 * A film is encoded in pieces or not at all: when one of these jobs is stopped, the others are, and when one is to run
 * again, so is the encode job, which sees to the rest.
 */

/** Ends all pieces of a film that wait or run. */
export async function cancelPieces(tx: Repositories, sourceId: SourceId, nowMs: number): Promise<void> {
  for (const { id, kind } of await tx.jobs.listForSources([sourceId])) {
    if (kind === 'piece') await tx.jobs.cancel(id, CANCELLED, nowMs)
  }
}

/** Lets all pieces of a film that had ended badly run again. */
export async function requeuePieces(tx: Repositories, sourceId: SourceId, nowMs: number): Promise<void> {
  for (const { id, kind, state } of await tx.jobs.listForSources([sourceId])) {
    if (kind === 'piece' && (state === 'failed' || state === 'cancelled')) await tx.jobs.requeue(id, nowMs)
  }
}
