import { isDomainError } from '../../../../core/errors.ts'
import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { itemsOf } from '../schema/pager.ts'
import { assertMayOrganise } from './assert-may-organise.ts'
import { findCategories } from './category.ts'
import { parentOf } from './category-add.ts'

/** Puts categories, with all below them, under another parent; 0 is the top. */
export const categoryMove: Operation = {
  service: 'category',
  action: 'move',
  admits: 'user',
  parameters: [
    { name: 'categoryIds', type: 'string' },
    { name: 'targetCategoryParentId', type: 'int' },
  ],
  async run(call) {
    assertMayOrganise(call, 'move')
    const { services, session } = call
    const parentId = await parentOf(call, call.number('targetCategoryParentId'))
    const numbers = itemsOf(call.text('categoryIds')) ?? []
    const ids = await findCategories(call, numbers)
    for (const [i, id] of ids.entries()) {
      try {
        await services.categories.update(session.projectId, id, { parentId })
      } catch (error) {
        if (!isDomainError(error, 'state_conflict')) throw error
        const args = {
          PARENT_CATEGORY: String(call.number('targetCategoryParentId')),
          OTHER_CATEGORY: numbers[i] ?? '',
        }
        throw new KalturaError('PARENT_CATEGORY_IS_CHILD', args, { cause: error })
      }
    }
    return true
  },
}
