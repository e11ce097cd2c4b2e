import type { AssetSnapshot } from '../events.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Asset } from './asset.ts'
import { CategoryTree } from './category.ts'

/** What receivers of an event need to know of an asset, read while it is there. */
export async function assetSnapshot(tx: Repositories, asset: Asset): Promise<AssetSnapshot> {
  const newest = (await tx.sources.newestForAssets([asset.id])).get(asset.id)
  const [first] = (await tx.categories.ofAssets([asset.id])).get(asset.id) ?? []
  const path = first === undefined ? [] : new CategoryTree(await tx.categories.all(asset.projectId)).path(first)
  return {
    title: asset.title,
    fileName: newest?.fileName ?? '',
    categoryPath: path.map((category) => category.name),
    names: await tx.externalKeys.namesOf(asset.id),
  }
}
