import type { AssetId, SourceId } from '../core/ids.ts'
import { sourceFolder } from '../core/library/asset.ts'
import { isNeeded } from '../core/library/stored-files.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'

/**
 * Removes what lies in the folder of a source that is gone and no other source needs. Whoever may come to need something
 * of it copies one that needs it now, so that this can be repeated and done while copies are made.
 */
export async function purgeFolder(
  { work, blobs }: Readonly<{ work: UnitOfWork; blobs: BlobStore }>,
  { sourceId, assetId }: Readonly<{ sourceId: SourceId; assetId: AssetId }>,
): Promise<void> {
  const { sources } = work.read
  const folder = sourceFolder(sourceId)
  // Versions of an asset that an earlier release makes use each other's originals without noting it.
  const users = [...(await sources.usersOf(sourceId)), ...(await sources.listForAsset(assetId))]
  if (users.length === 0) return blobs.deletePrefix(folder)
  for await (const key of blobs.list(folder)) if (!isNeeded(key, users)) await blobs.delete(key)
}
