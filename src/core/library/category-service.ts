import { DomainError } from '../errors.ts'
import { type AssetId, type CategoryId, type ChannelId, newId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { CategoryChange } from '../ports/library-repositories.ts'
import type { Random } from '../ports/random.ts'
import type { ExternalName, Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { assertWish } from '../transcoding/assert-wish.ts'
import {
  type Category,
  CategoryTree,
  MAX_CATEGORY_DEPTH,
  MAX_CATEGORY_DESCRIPTION,
  MAX_CATEGORY_NAME,
} from './category.ts'

export type NewCategory = Readonly<{
  projectId: ProjectId
  name: string
  description?: string | undefined
  metadata?: CategoryEdit['metadata']
  parentId?: CategoryId | undefined
  /** After its siblings unless said. */
  position?: number | undefined
  workflowKey?: string | undefined
  profileKey?: string | undefined
  externalKeys?: readonly ExternalName[]
}>

/** As a change of the category; its metadata is added to what is there, and undefined removes a name. */
export type CategoryEdit = Omit<CategoryChange, 'metadata'> &
  Readonly<{ metadata?: Readonly<Record<string, string | undefined>> | undefined }>

const MAX_CATEGORIES = 10_000

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random }>

/** The tree that organises the library. */
export class CategoryService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Throws invalid_argument, not_found for an unknown parent, quota_exceeded, state_conflict for a taken key. */
  async create(request: NewCategory): Promise<Category> {
    const { work, clock, random } = this.#parts
    const { projectId, parentId, workflowKey, profileKey, externalKeys = [] } = request
    const nowMs = clock.now()
    const id = newId('category', nowMs, random)
    return work.transaction(async (tx) => {
      const tree = await treeOf(tx, projectId)
      if (tree.size >= MAX_CATEGORIES) {
        throw new DomainError('quota_exceeded', `A project has at most ${MAX_CATEGORIES} categories.`)
      }
      if (parentId !== undefined) assertPlace(tree, parentId, 1)
      await assertWish(tx, projectId, request)
      const category: Category = {
        id,
        projectId,
        parentId,
        name: checkedName(request.name),
        description: checkedDescription(request.description ?? ''),
        metadata: withoutAbsent(request.metadata ?? {}),
        position: request.position ?? (tree.childrenOf(parentId).at(-1)?.position ?? -1) + 1,
        workflowKey,
        profileKey,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      }
      await tx.categories.insert(category)
      for (const name of externalKeys) await tx.externalKeys.insert({ projectId, ...name, subjectId: id })
      await tx.outbox.append(projectId, { type: 'category.created', categoryId: id, name: category.name }, nowMs)
      return category
    })
  }

  /** Throws not_found. */
  async get(projectId: ProjectId, id: string): Promise<Category> {
    const categoryId = parseId('category', id)
    const category = categoryId && (await this.#parts.work.read.categories.get(projectId, categoryId))
    if (!category) throw noCategory()
    return category
  }

  /** All categories of the project, to be asked about ancestry and order. */
  tree(projectId: ProjectId): Promise<CategoryTree> {
    return treeOf(this.#parts.work.read, projectId)
  }

  /**
   * Renames, describes, reorders or moves a category with everything below it. Throws not_found, invalid_argument, and
   * state_conflict for a move below itself.
   */
  async update(projectId: ProjectId, id: string, change: CategoryEdit): Promise<Category> {
    const { work, clock } = this.#parts
    const categoryId = parseId('category', id)
    if (categoryId === undefined) throw noCategory()
    const nowMs = clock.now()
    return work.transaction(async (tx) => {
      const tree = await treeOf(tx, projectId)
      const category = tree.get(categoryId)
      if (category === undefined) throw noCategory()
      const { parentId } = change
      if (parentId !== undefined) {
        const moved = tree.withDescendants(categoryId)
        if (moved.includes(parentId))
          throw new DomainError('state_conflict', 'A category cannot be moved below itself.')
        const height = Math.max(...moved.map((below) => tree.path(below).length)) - tree.path(categoryId).length + 1
        assertPlace(tree, parentId, height)
      }
      await assertWish(tx, projectId, change)
      const { name, description, metadata, ...rest } = change
      const checked: CategoryChange = {
        ...rest,
        ...(name !== undefined && { name: checkedName(name) }),
        ...(description !== undefined && { description: checkedDescription(description) }),
        ...(metadata !== undefined && { metadata: withoutAbsent({ ...category.metadata, ...metadata }) }),
      }
      await tx.categories.update(categoryId, checked, nowMs)
      const changed: Category = { ...category, ...checked, updatedAtMs: nowMs }
      await tx.outbox.append(projectId, { type: 'category.updated', categoryId, name: changed.name }, nowMs)
      return changed
    })
  }

  /** Deletes a category and all below it. Their assets stay in the library. Throws not_found. */
  async delete(projectId: ProjectId, id: string): Promise<void> {
    const { work, clock } = this.#parts
    const categoryId = parseId('category', id)
    if (categoryId === undefined) throw noCategory()
    const nowMs = clock.now()
    await work.transaction(async (tx) => {
      const tree = await treeOf(tx, projectId)
      if (tree.get(categoryId) === undefined) throw noCategory()
      // From the leaves up, so that each is told of.
      for (const below of tree.withDescendants(categoryId).toReversed()) {
        await tx.externalKeys.deleteOf(below)
        await tx.categories.delete(below)
        const name = tree.get(below)?.name ?? ''
        await tx.outbox.append(projectId, { type: 'category.deleted', categoryId: below, name }, nowMs)
      }
    })
  }

  /** How many listed assets are directly in each. */
  assetCounts(ids: readonly CategoryId[]): Promise<ReadonlyMap<CategoryId, number>> {
    return this.#parts.work.read.categories.assetCounts(ids)
  }

  /** The categories of each asset, the first one first. */
  ofAssets(assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, readonly CategoryId[]>> {
    return this.#parts.work.read.categories.ofAssets(assetIds)
  }

  /** Puts an asset into a category besides others. False: it was there. Throws not_found. */
  addAsset(projectId: ProjectId, id: CategoryId, assetId: AssetId): Promise<boolean> {
    return this.#refile(projectId, id, assetId, (tx, nowMs) => tx.categories.addAsset(id, assetId, nowMs))
  }

  /** False: it was not there. Throws not_found. */
  removeAsset(projectId: ProjectId, id: CategoryId, assetId: AssetId): Promise<boolean> {
    return this.#refile(projectId, id, assetId, (tx) => tx.categories.removeAsset(id, assetId))
  }

  /**
   * From now on, assets of the category are placed in the channel as soon as they play; those that play already are
   * left as they are. False: that was so already. Throws not_found.
   */
  async addChannel(projectId: ProjectId, id: CategoryId, channelId: ChannelId): Promise<boolean> {
    return this.#parts.work.transaction(async (tx) => {
      if ((await tx.categories.get(projectId, id)) === undefined) throw noCategory()
      if ((await tx.channels.get(projectId, channelId)) === undefined) {
        throw new DomainError('not_found', 'No such channel.')
      }
      return tx.categories.addChannel(id, channelId)
    })
  }

  /** False: they had nothing to do with each other. Throws not_found. */
  async removeChannel(projectId: ProjectId, id: CategoryId, channelId: ChannelId): Promise<boolean> {
    return this.#parts.work.transaction(async (tx) => {
      if ((await tx.categories.get(projectId, id)) === undefined) throw noCategory()
      return tx.categories.removeChannel(id, channelId)
    })
  }

  channelsOf(ids: readonly CategoryId[]): Promise<ReadonlyMap<CategoryId, readonly ChannelId[]>> {
    return this.#parts.work.read.categories.channelsOf(ids)
  }

  async #refile(
    projectId: ProjectId,
    id: CategoryId,
    assetId: AssetId,
    change: (tx: Repositories, nowMs: number) => Promise<boolean>,
  ): Promise<boolean> {
    const { work, clock } = this.#parts
    const nowMs = clock.now()
    return work.transaction(async (tx) => {
      const asset = await tx.assets.lock(assetId)
      if (asset?.projectId !== projectId) throw new DomainError('not_found', 'No such asset.')
      if ((await tx.categories.get(projectId, id)) === undefined) throw noCategory()
      if (!(await change(tx, nowMs))) return false
      await tx.outbox.append(projectId, { type: 'asset.updated', assetId, changes: ['categories'] }, nowMs)
      return true
    })
  }
}

async function treeOf(tx: Repositories, projectId: ProjectId): Promise<CategoryTree> {
  return new CategoryTree(await tx.categories.all(projectId))
}

/** `height`: how many levels come to lie below the parent. */
function assertPlace(tree: CategoryTree, parentId: CategoryId, height: number): void {
  if (tree.get(parentId) === undefined) throw new DomainError('not_found', 'No such parent category.')
  if (tree.path(parentId).length + height > MAX_CATEGORY_DEPTH) {
    throw new DomainError('invalid_argument', `Categories nest at most ${MAX_CATEGORY_DEPTH} deep.`)
  }
}

function checkedDescription(description: string): string {
  if (description.length <= MAX_CATEGORY_DESCRIPTION) return description
  const message = `A description has at most ${MAX_CATEGORY_DESCRIPTION} characters.`
  throw new DomainError('invalid_argument', message)
}

function withoutAbsent(metadata: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const kept = Object.entries(metadata).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(kept)
}

function checkedName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > MAX_CATEGORY_NAME) {
    throw new DomainError('invalid_argument', `A category's name has 1 to ${MAX_CATEGORY_NAME} characters.`)
  }
  return trimmed
}

function noCategory(): DomainError {
  return new DomainError('not_found', 'No such category.')
}
