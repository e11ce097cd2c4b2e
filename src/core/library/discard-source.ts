import type { Repositories } from '../ports/unit-of-work.ts'
import type { Source } from './asset.ts'
import { foreignFolders } from './stored-files.ts'

/** A worker that does not know yet that it lost its job may still store files; by then it does. */
const PURGE_DELAY_MS = 30_000

/**
 * Ends what is under way for a source and has its files deleted in the background; the caller deletes the row. What other
 * sources need of them stays, wherever it lies: the last one takes it along.
 */
export async function discardSource(tx: Repositories, source: Source, nowMs: number): Promise<void> {
  const { id: sourceId, assetId, projectId, uploadId } = source
  await tx.jobs.deleteForSource(sourceId)
  // An earlier release that still runs makes versions of other ones' originals without noting it.
  const folders = new Set([sourceId, ...(await tx.sources.foldersOf(sourceId)), ...foreignFolders(source)])
  for (const folder of folders) {
    const purge = { kind: 'purge', projectId, assetId, sourceId: folder, runAtMs: nowMs + PURGE_DELAY_MS } as const
    await tx.jobs.enqueue(purge, { key: `purge:${folder}:${uploadId}`, nowMs })
  }
}
