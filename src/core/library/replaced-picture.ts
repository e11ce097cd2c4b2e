import type { BlobKey } from '../ports/blob-store.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import { type Source, sourceFolder } from './asset.ts'
import { isNeeded } from './stored-files.ts'

/**
 * The picture of a source that another one takes the place of, for the caller to delete after its transaction, which holds
 * the asset's lock; undefined where there is none, or copies show it too.
 */
export async function replacedPicture(
  tx: Pick<Repositories, 'sources'>,
  { id, posterKey }: Pick<Source, 'id' | 'posterKey'>,
): Promise<BlobKey | undefined> {
  // What lies elsewhere is of the source that this one was copied from.
  if (posterKey?.startsWith(sourceFolder(id)) !== true) return undefined
  return isNeeded(posterKey, await tx.sources.usersOf(id)) ? undefined : posterKey
}
