import type { ChannelId } from '../ids.ts'
import type { Asset } from '../library/asset.ts'
import { CategoryTree } from '../library/category.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { UploadTarget } from '../uploads/upload.ts'
import type { TreatmentWish } from './treatment.ts'

/**
 * What the categories of an asset and the channels it is going to say about the treatment of its files, the most specific
 * one first: each category before those above it, the first category before the second, all categories before the
 * channels.
 */
export async function promisedWishes(
  tx: Pick<Repositories, 'categories' | 'channels'>,
  asset: Pick<Asset, 'id' | 'projectId'>,
  target: Pick<UploadTarget, 'channelIds'> | undefined,
): Promise<readonly TreatmentWish[]> {
  const categoryIds = (await tx.categories.ofAssets([asset.id])).get(asset.id) ?? []
  const tree = new CategoryTree(categoryIds.length === 0 ? [] : await tx.categories.all(asset.projectId))
  const categories = categoryIds.flatMap((id) => tree.path(id).toReversed())
  const mapped = [...(await tx.categories.channelsOf(categoryIds)).values()].flat()
  const channelIds: ReadonlySet<ChannelId> = new Set([...(target?.channelIds ?? []), ...mapped])
  const channels = await Promise.all([...channelIds].map((id) => tx.channels.get(asset.projectId, id)))
  const known = channels.filter((channel) => channel !== undefined)
  return [
    ...categories.map(({ workflowKey, profileKey }) => ({ workflowKey, profileKey })),
    ...known.map(({ workflowKey, profileKey, policy }) => ({
      workflowKey,
      profileKey,
      encrypt: policy.requiresEncryption,
    })),
  ]
}
