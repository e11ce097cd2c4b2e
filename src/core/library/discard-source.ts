import type { Repositories } from '../ports/unit-of-work.ts'
import { originalOwner, type Source } from './asset.ts'

/** A worker that does not know yet that it lost its job may still store files; by then it does. */
const PURGE_DELAY_MS = 30_000

/**
 * Ends what is under way for a source and has its files deleted in the background; the caller deletes the row. Of several
 * sources with one original, the last one takes that along, wherever it lies.
 */
export async function discardSource(tx: Repositories, source: Source, nowMs: number): Promise<void> {
  const { id: sourceId, assetId, projectId } = source
  await tx.jobs.deleteForSource(sourceId)
  const purge = { kind: 'purge', projectId, assetId, sourceId, runAtMs: nowMs + PURGE_DELAY_MS } as const
  await tx.jobs.enqueue(purge, { key: `purge:${sourceId}:${source.uploadId}`, nowMs })
  const owner = originalOwner(source)
  if (owner === sourceId || (await tx.sources.get(owner)) !== undefined) return
  await tx.jobs.enqueue({ ...purge, sourceId: owner }, { key: `purge:${owner}:${source.uploadId}`, nowMs })
}
