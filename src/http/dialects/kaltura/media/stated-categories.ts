import type { CategoryId } from '../../../../core/ids.ts'
import { categoriesByName, findCategories } from '../category/category.ts'
import type { Call } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { itemsOf } from '../schema/pager.ts'

/** The categories that an entry is said to be in, by number or by full name; undefined when it says nothing. */
export async function statedCategories(
  call: Call,
  values: CastObject['values'],
): Promise<readonly CategoryId[] | undefined> {
  const { categoriesIds, categories } = values
  if (categoriesIds !== undefined) return findCategories(call, itemsOf(categoriesIds) ?? [])
  if (categories !== undefined) return categoriesByName(call, itemsOf(categories) ?? [])
  return undefined
}
