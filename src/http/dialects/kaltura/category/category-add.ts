import type { CategoryId } from '../../../../core/ids.ts'
import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import { assertMayOrganise } from './assert-may-organise.ts'
import { findCategory, statedMetadata, toCategory } from './category.ts'

/** Makes a category at the top (`parentId` 0) or below another one. Siblings have different names. */
export const categoryAdd: Operation = {
  service: 'category',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'category', type: 'object:KalturaCategory', purpose: 'add' }],
  async run(call) {
    assertMayOrganise(call, 'add')
    const { services, session } = call
    const sent = call.object('category')?.values ?? {}
    const { parentId: parentNumber, partnerSortValue } = sent
    const name = String(sent['name'] ?? '').trim()
    if (name === '')
      throw new KalturaError('PROPERTY_VALIDATION_CANNOT_BE_NULL', { PROP_NAME: 'KalturaCategory::name' })
    const parentId = await parentOf(call, parentNumber)
    await assertNewName(call, parentId, name)
    const position = typeof partnerSortValue === 'number' ? partnerSortValue : undefined
    const { id } = await services.categories.create({
      ...{ projectId: session.projectId, name, parentId, position },
      description: String(sent['description'] ?? ''),
      metadata: statedMetadata(sent),
    })
    return toCategory(call, id)
  },
}

/** Undefined for the top. Throws PARENT_CATEGORY_NOT_FOUND. */
export async function parentOf(call: Call, number: unknown): Promise<CategoryId | undefined> {
  if (typeof number !== 'number' || number === 0) return undefined
  try {
    return await findCategory(call, number)
  } catch (error) {
    if (!(error instanceof KalturaError)) throw error
    throw new KalturaError('PARENT_CATEGORY_NOT_FOUND', { ID: String(number) })
  }
}

/** Throws DUPLICATE_CATEGORY for a name that another child of this parent has. */
export async function assertNewName(
  call: Call,
  parentId: CategoryId | undefined,
  name: string,
  own?: CategoryId,
): Promise<void> {
  const tree = await call.services.categories.tree(call.session.projectId)
  const rival = tree.childrenOf(parentId).find((child) => child.name.toLowerCase() === name.toLowerCase())
  if (rival !== undefined && rival.id !== own) throw new KalturaError('DUPLICATE_CATEGORY', { CATEGORY: name })
}
