import type { Repositories } from '../ports/unit-of-work.ts'
import type { Asset, Source } from './asset.ts'

/**
 * The version that an asset plays: the one that has taken its place, and while none has, the newest of which there is
 * something to play already.
 */
export async function playingSource(
  read: Pick<Repositories, 'sources'>,
  { id, currentSourceId }: Pick<Asset, 'id' | 'currentSourceId'>,
): Promise<Source | undefined> {
  if (currentSourceId !== undefined) return read.sources.get(currentSourceId)
  return (await read.sources.listForAsset(id)).find(({ packagePrefix }) => packagePrefix !== undefined)
}
