import type { CategoryId, ProjectId } from '../ids.ts'

/** A node of the tree that organises the library. An asset may be in any number of them. */
export type Category = Readonly<{
  id: CategoryId
  projectId: ProjectId
  /** Undefined at the top of the tree. */
  parentId: CategoryId | undefined
  name: string
  description: string
  /** Orders siblings; equal ones are ordered by age. */
  position: number
  /** What a dialect's clients say of it, by the dialect's names. */
  metadata: Readonly<Record<string, string>>
  /** How files of its assets are treated, and of those below it, unless something more specific says otherwise. */
  workflowKey?: string | undefined
  profileKey?: string | undefined
  createdAtMs: number
  updatedAtMs: number
}>

export const MAX_CATEGORY_NAME = 256
export const MAX_CATEGORY_DESCRIPTION = 4_096
export const MAX_CATEGORY_DEPTH = 32

/** The tree of all categories of a project, to ask about ancestry without asking the database again. */
export class CategoryTree {
  readonly #byId: ReadonlyMap<CategoryId, Category>
  readonly #children = new Map<CategoryId | undefined, Category[]>()

  /** `categories`: all of one project. */
  constructor(categories: readonly Category[]) {
    this.#byId = new Map(categories.map((category) => [category.id, category]))
    for (const category of categories) {
      const siblings = this.#children.get(category.parentId)
      if (siblings === undefined) this.#children.set(category.parentId, [category])
      else siblings.push(category)
    }
    for (const siblings of this.#children.values()) siblings.sort(bySiblingOrder)
  }

  get size(): number {
    return this.#byId.size
  }

  /** Oldest first. */
  all(): readonly Category[] {
    return [...this.#byId.values()]
  }

  get(id: CategoryId): Category | undefined {
    return this.#byId.get(id)
  }

  /** In sibling order; undefined: the top ones. */
  childrenOf(id: CategoryId | undefined): readonly Category[] {
    return this.#children.get(id) ?? []
  }

  /** From the top down to the category itself; empty for an unknown id. */
  path(id: CategoryId): readonly Category[] {
    const path: Category[] = []
    let category = this.#byId.get(id)
    while (category !== undefined && path.length < MAX_CATEGORY_DEPTH) {
      path.unshift(category)
      category = category.parentId === undefined ? undefined : this.#byId.get(category.parentId)
    }
    return path
  }

  /** The category and everything below it. */
  withDescendants(id: CategoryId): readonly CategoryId[] {
    const found: CategoryId[] = [id]
    for (let next = 0; next < found.length; next++) {
      found.push(...this.childrenOf(found[next]).map((child) => child.id))
    }
    return found
  }
}

function bySiblingOrder(a: Category, b: Category): number {
  if (a.position !== b.position) return a.position - b.position
  return a.id < b.id ? -1 : 1
}
