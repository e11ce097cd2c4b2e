import type { CategoryId } from '../../../../core/ids.ts'
import type { Call, Operation } from '../operation.ts'
import { assertMayOrganise } from './assert-may-organise.ts'
import { findCategory } from './category.ts'

const PAGE = 200

/** Deletes a category and all below it. Their entries go to its parent, unless told otherwise; none is deleted. */
export const categoryDelete: Operation = {
  service: 'category',
  action: 'delete',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'int' },
    { name: 'moveEntriesToParentCategory', type: 'int', default: 1 },
  ],
  async run(call) {
    assertMayOrganise(call, 'delete')
    const { services, session } = call
    const id = await findCategory(call, call.number('id'))
    const tree = await services.categories.tree(session.projectId)
    const parentId = tree.get(id)?.parentId
    const movesEntries = call.number('moveEntriesToParentCategory') !== 0
    if (movesEntries && parentId !== undefined) await addAllTo(call, parentId, tree.withDescendants(id))
    await services.categories.delete(session.projectId, id)
    return null
  },
}

async function addAllTo({ services, session }: Call, parentId: CategoryId, from: readonly CategoryId[]): Promise<void> {
  const { projectId } = session
  const states = ['waiting', 'processing', 'ready', 'failed'] as const
  for (let offset = 0; ; offset += PAGE) {
    const order = 'created_asc' as const
    const page = await services.library.search(projectId, { categoryIds: from, states }, { offset, limit: PAGE, order })
    for (const { asset } of page.items) await services.categories.addAsset(projectId, parentId, asset.id)
    if (page.items.length < PAGE) return
  }
}
