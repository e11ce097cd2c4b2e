import type { Random } from '../ports/random.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Asset, Source } from './asset.ts'
import { placeWherePromised } from './placing.ts'

/**
 * A version is ready: it is what its asset plays from now on, unless a newer one is already or it waits for somebody to
 * say so; told in either case. The caller's transaction holds the asset's lock and has noted when it became ready.
 */
export async function becomeReady(
  tx: Repositories,
  asset: Asset,
  source: Source,
  { nowMs, random }: Readonly<{ nowMs: number; random: Random }>,
): Promise<void> {
  const current = asset.currentSourceId && (await tx.sources.get(asset.currentSourceId))
  const { id: sourceId, assetId, projectId } = source
  if (source.activation === 'manual' && current) {
    await tx.outbox.append(projectId, { type: 'source.ready', assetId, sourceId }, nowMs)
    return
  }
  if (!current || current.version < source.version) {
    await tx.assets.update(assetId, { currentSourceId: sourceId }, nowMs)
  }
  await tx.outbox.append(projectId, { type: 'asset.ready', assetId, sourceId }, nowMs)
  const upload = await tx.uploads.get(source.uploadId)
  await placeWherePromised(tx, asset, upload?.target, { nowMs, random })
}
