import { KalturaError } from '../errors.ts'
import { assertMayEdit } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { findCategory } from './category.ts'
import { findFiled } from './category-entry-add.ts'

/** Takes an entry out of a category; it stays in the library. */
export const categoryEntryDelete: Operation = {
  service: 'categoryEntry',
  action: 'delete',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'categoryId', type: 'int' },
  ],
  async run(call) {
    const { services, session } = call
    const entry = await findFiled(call, call.text('entryId'))
    assertMayEdit(session, entry)
    const id = await findCategory(call, call.number('categoryId'))
    const wasThere = await services.categories.removeAsset(session.projectId, id, entry.view.asset.id)
    if (!wasThere) throw new KalturaError('ENTRY_IS_NOT_ASSIGNED_TO_CATEGORY')
    return null
  },
}
