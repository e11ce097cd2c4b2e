import { isDomainError } from '../../../../core/errors.ts'
import { type AssetId, type CategoryId, parseId } from '../../../../core/ids.ts'
import type { Category, CategoryTree } from '../../../../core/library/category.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { Facts, FilterValues } from '../schema/filter.ts'
import { itemsOf } from '../schema/pager.ts'
import type { KalturaObject } from '../schema/wire-value.ts'

/** Under this namespace the core keeps the numbers that these clients call categories by. */
const CATEGORY_NUMBER = 'kaltura.category'
const SEPARATOR = '>'

/** What clients say about a category and the library has no column for, under names of its metadata. */
const METADATA = {
  tags: 'kaltura.tags',
  referenceId: 'kaltura.referenceId',
  partnerData: 'kaltura.partnerData',
} as const

const ACTIVE = 2

/** A category as it is shown: with its number, and those of all above it. */
export type Numbered = Readonly<{
  category: Category
  id: number
  /** From the top down to the category itself. */
  path: readonly Readonly<{ id: number; name: string }>[]
}>

/** Where an asset is filed. */
export type FiledUnder = Readonly<{ fullNames: readonly string[]; numbers: readonly number[] }>

/** All categories of the project, in the order of the tree, with their numbers. One that has none gets it here. */
export async function numberedCategories(call: Call): Promise<ReadonlyMap<CategoryId, Numbered>> {
  const { services, session, surroundings } = call
  const tree = await services.categories.tree(session.projectId)
  const all = inOrder(tree)
  const newNumber = (): string => String(Buffer.from(surroundings.random.bytes(4)).readUInt32BE() >>> 1 || 1)
  const ids = all.map(({ id }) => id)
  const numbers = await services.names.ensure(session.projectId, CATEGORY_NUMBER, ids, newNumber)
  const numberOf = (id: CategoryId): number => Number(numbers.get(id))
  return new Map(
    all.map((category) => {
      const path = tree.path(category.id).map(({ id, name }) => ({ id: numberOf(id), name }))
      return [category.id, { category, id: numberOf(category.id), path }]
    }),
  )
}

function inOrder(tree: CategoryTree, parentId?: CategoryId): readonly Category[] {
  return tree.childrenOf(parentId).flatMap((category) => [category, ...inOrder(tree, category.id)])
}

/** The metadata that an object of a client's states; undefined clears. */
export function statedMetadata(values: FilterValues): Readonly<Record<string, string | undefined>> {
  const stated = Object.entries(METADATA).filter(([property]) => values[property] !== undefined)
  return Object.fromEntries(
    stated.map(([property, name]) => {
      const text = String(values[property] ?? '')
      return [name, (property === 'tags' ? (itemsOf(text) ?? []).join(',') : text) || undefined]
    }),
  )
}

/** Throws CATEGORY_NOT_FOUND. */
export async function findCategory(call: Call, number: number): Promise<CategoryId> {
  const { services, session } = call
  try {
    const subject = await services.names.subjectOf(session.projectId, CATEGORY_NUMBER, String(number))
    const id = parseId('category', subject)
    if (id !== undefined) return (await services.categories.get(session.projectId, id)).id
  } catch (error) {
    if (!isDomainError(error, 'not_found')) throw error
  }
  throw new KalturaError('CATEGORY_NOT_FOUND', { ID: String(number) })
}

export function findCategories(call: Call, numbers: readonly string[]): Promise<readonly CategoryId[]> {
  return Promise.all(numbers.map((number) => findCategory(call, Number(number))))
}

/** The categories of these full names (`films>sea`); those that are not there are made, as the vendor does. */
export async function categoriesByName(call: Call, fullNames: readonly string[]): Promise<readonly CategoryId[]> {
  const { services, session } = call
  const found: CategoryId[] = []
  for (const fullName of fullNames) {
    const tree = await services.categories.tree(session.projectId)
    let parentId: CategoryId | undefined
    for (const name of fullName.split(SEPARATOR).map((step) => step.trim())) {
      const known = tree.childrenOf(parentId).find((own) => own.name.toLowerCase() === name.toLowerCase())
      parentId = (known ?? (await services.categories.create({ projectId: session.projectId, name, parentId }))).id
    }
    if (parentId !== undefined) found.push(parentId)
  }
  return [...new Set(found)]
}

export async function categoriesOfAssets(
  call: Call,
  assetIds: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, FiledUnder>> {
  const filed = await call.services.categories.ofAssets(assetIds)
  if ([...filed.values()].every((ids) => ids.length === 0)) return new Map()
  const all = await numberedCategories(call)
  const entries = [...filed].map(([assetId, ids]) => {
    const shown = ids.map((id) => all.get(id)).filter((one) => one !== undefined)
    return [assetId, { fullNames: shown.map(fullNameOf), numbers: shown.map(({ id }) => id) }] as const
  })
  return new Map(entries)
}

function fullNameOf({ path }: Numbered): string {
  return path.map(({ name }) => name).join(SEPARATOR)
}

export function fullIdsOf({ path }: Numbered): string {
  return path.map(({ id }) => id).join(SEPARATOR)
}

export function categoryFacts(numbered: Numbered): Facts {
  const { category, id, path } = numbered
  return {
    id,
    parentId: path.at(-2)?.id ?? 0,
    depth: path.length - 1,
    name: category.name,
    fullName: fullNameOf(numbered),
    fullIds: fullIdsOf(numbered),
    ancestorId: path.slice(0, -1).map((above) => String(above.id)),
    tags: itemsOf(category.metadata[METADATA.tags]) ?? [],
    referenceId: category.metadata[METADATA.referenceId],
    nameOrReferenceId: [category.name, category.metadata[METADATA.referenceId] ?? ''],
    freeText: [category.name, category.description, category.metadata[METADATA.tags] ?? ''],
    status: ACTIVE,
    partnerSortValue: category.position,
    createdAt: Math.floor(category.createdAtMs / 1000),
    updatedAt: Math.floor(category.updatedAtMs / 1000),
  }
}

/** The categories as clients see them. */
export async function toCategories(call: Call, shown: readonly Numbered[]): Promise<readonly KalturaObject[]> {
  const { services, session } = call
  const counts = await services.categories.assetCounts(shown.map(({ category }) => category.id))
  const tree = await services.categories.tree(session.projectId)
  return shown.map((numbered) => {
    const { category, id, path } = numbered
    return {
      type: 'KalturaCategory',
      values: {
        id,
        parentId: path.at(-2)?.id ?? 0,
        depth: path.length - 1,
        partnerId: session.content.partnerId,
        name: category.name,
        fullName: fullNameOf(numbered),
        fullIds: fullIdsOf(numbered),
        description: category.description || undefined,
        tags: category.metadata[METADATA.tags],
        referenceId: category.metadata[METADATA.referenceId],
        partnerData: category.metadata[METADATA.partnerData],
        directEntriesCount: counts.get(category.id) ?? 0,
        directSubCategoriesCount: tree.childrenOf(category.id).length,
        partnerSortValue: category.position,
        status: ACTIVE,
        createdAt: Math.floor(category.createdAtMs / 1000),
        updatedAt: Math.floor(category.updatedAtMs / 1000),
      },
    }
  })
}

export async function toCategory(call: Call, id: CategoryId): Promise<KalturaObject> {
  const numbered = (await numberedCategories(call)).get(id)
  const [shown] = numbered === undefined ? [] : await toCategories(call, [numbered])
  if (shown === undefined) throw new KalturaError('CATEGORY_NOT_FOUND', { ID: id })
  return shown
}
