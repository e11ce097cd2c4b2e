import { DomainError } from '../errors.ts'
import type { CategoryId } from '../ids.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Asset } from './asset.ts'

/**
 * Files an asset in exactly these categories, in this order, within the caller's transaction. Throws not_found for one
 * that is not the project's.
 * @returns whether that changed anything
 */
export async function setCategories(
  tx: Repositories,
  asset: Pick<Asset, 'id' | 'projectId'>,
  categoryIds: readonly CategoryId[],
  nowMs: number,
): Promise<boolean> {
  const wanted = [...new Set(categoryIds)]
  const current = (await tx.categories.ofAssets([asset.id])).get(asset.id) ?? []
  if (wanted.length === current.length && wanted.every((id, index) => id === current[index])) return false
  for (const id of wanted) {
    if ((await tx.categories.get(asset.projectId, id)) === undefined) {
      throw new DomainError('not_found', 'No such category.', { details: { categoryId: id } })
    }
  }
  for (const id of current) await tx.categories.removeAsset(id, asset.id)
  // Their times keep the order that was asked for.
  for (const [index, id] of wanted.entries()) await tx.categories.addAsset(id, asset.id, nowMs + index)
  return true
}
