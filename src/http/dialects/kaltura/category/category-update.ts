import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { assertMayOrganise } from './assert-may-organise.ts'
import { findCategory, toCategory } from './category.ts'
import { assertNewName } from './category-add.ts'

/** Renames or reorders a category; `move` puts it elsewhere. */
export const categoryUpdate: Operation = {
  service: 'category',
  action: 'update',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'int' },
    { name: 'category', type: 'object:KalturaCategory', purpose: 'update' },
  ],
  async run(call) {
    assertMayOrganise(call, 'update')
    const { services, session } = call
    const id = await findCategory(call, call.number('id'))
    const sent = call.object('category')
    if (sent !== undefined) assertUnchanged(sent, (await toCategory(call, id)).values)
    const { name, partnerSortValue } = sent?.values ?? {}
    if (typeof name === 'string' && name.trim() !== '') {
      const { parentId } = await services.categories.get(session.projectId, id)
      await assertNewName(call, parentId, name.trim(), id)
      await services.categories.update(session.projectId, id, { name: name.trim() })
    }
    if (typeof partnerSortValue === 'number') {
      await services.categories.update(session.projectId, id, { position: partnerSortValue })
    }
    return toCategory(call, id)
  },
}
