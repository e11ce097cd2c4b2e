import type { CategoryId, ProjectId } from '../../../core/ids.ts'
import type { CategoryTree } from '../../../core/library/category.ts'
import type { Services } from '../../services.ts'
import { readJsonList } from './json-list.ts'

/** Names of a parent category and of one below it; one of them may be absent. */
export type CategoryName = Readonly<{ childName?: string | undefined; parentName?: string | undefined }>

const MAX_NAME = 256

/** `categoryNames` as clients send it; undefined for what is no such list. */
export function readCategoryNames(text: string): readonly CategoryName[] | undefined {
  const list = readJsonList(text)
  return list?.every(isCategoryName) === true ? list : undefined
}

function isCategoryName({ childName, parentName }: Readonly<Record<string, unknown>>): boolean {
  return [childName, parentName].every(
    (name) => name === undefined || (typeof name === 'string' && name.length <= MAX_NAME),
  )
}

/** The categories of these names; those that are not there yet are made. */
export async function categoriesCalled(
  { categories }: Services,
  projectId: ProjectId,
  names: readonly CategoryName[],
): Promise<readonly CategoryId[]> {
  const found: CategoryId[] = []
  for (const { childName, parentName } of names) {
    let parentId: CategoryId | undefined
    for (const name of [parentName, childName].map((text) => text?.trim()).filter((text) => text)) {
      const tree = await categories.tree(projectId)
      const existing = tree.childrenOf(parentId).find((category) => category.name === name)
      parentId = (existing ?? (await categories.create({ projectId, name: name ?? '', parentId }))).id
    }
    if (parentId !== undefined) found.push(parentId)
  }
  return found
}

/** All categories with one of these names, wherever they stand in the tree. */
export function categoriesNamed(tree: CategoryTree, names: readonly string[]): readonly CategoryId[] {
  const wanted = new Set(names)
  return tree
    .all()
    .filter(({ name }) => wanted.has(name))
    .map(({ id }) => id)
}
