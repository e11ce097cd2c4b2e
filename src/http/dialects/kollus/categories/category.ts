import { DomainError } from '../../../../core/errors.ts'
import type { CategoryId, ChannelId, ProjectId } from '../../../../core/ids.ts'
import type { Category, CategoryTree } from '../../../../core/library/category.ts'
import type { Services } from '../../../services.ts'
import { categoryIdOf, categoryKey, channelKey } from '../keys.ts'
import { numericId } from '../wire/numeric-id.ts'
import { unixSeconds } from '../wire/quantities.ts'

/** Categories as every generation shows them: the union of what clients read. */
export async function categoryItems({ categories }: Services, tree: CategoryTree, page: readonly Category[]) {
  const ids = page.map(({ id }) => id)
  const counts = await categories.assetCounts(ids)
  const channels = await categories.channelsOf(ids)
  return page.map((category) => categoryItem(category, tree, counts.get(category.id) ?? 0, channels.get(category.id)))
}

function categoryItem(category: Category, tree: CategoryTree, count: number, channels: readonly ChannelId[] = []) {
  const { id, name, parentId, position } = category
  return {
    id: numericId(id),
    key: categoryKey(id),
    name,
    parent_id: parentId === undefined ? 0 : numericId(parentId),
    parent_key: parentId === undefined ? null : categoryKey(parentId),
    level: tree.path(id).length,
    children_exist: tree.childrenOf(id).length > 0,
    position,
    count_of_media_contents: count,
    count_of_contents: count,
    channels: channels.map((channelId) => ({ key: channelKey(channelId) })),
    created_at: unixSeconds(category.createdAtMs),
    updated_at: unixSeconds(category.updatedAtMs),
  }
}

/** Throws not_found. */
export function findCategory({ categories }: Services, projectId: ProjectId, key: string): Promise<Category> {
  const id = categoryIdOf(key)
  if (id === undefined) throw new DomainError('not_found', `There is no category ${key}.`)
  return categories.get(projectId, id)
}

/** A parent, by its key or by the number that lists give it; undefined for the top. Throws not_found. */
export function parentOf(tree: CategoryTree, text: string | undefined): CategoryId | undefined {
  if (text === undefined || text === '0') return undefined
  const byKey = categoryIdOf(text)
  if (byKey !== undefined && tree.get(byKey) !== undefined) return byKey
  const byNumber = tree.all().filter(({ id }) => String(numericId(id)) === text)
  const [only] = byNumber
  if (only === undefined || byNumber.length > 1) throw new DomainError('not_found', `There is no category ${text}.`)
  return only.id
}
