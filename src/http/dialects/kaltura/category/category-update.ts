import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { assertMayOrganise } from './assert-may-organise.ts'
import { findCategory, statedMetadata, toCategory } from './category.ts'
import { assertNewName } from './category-add.ts'

/** Changes what a category says of itself; what is not named stays as it is, what is null is cleared; `move` puts it elsewhere. */
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
    const { name, description, partnerSortValue } = sent?.values ?? {}
    const newName = typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined
    if (newName !== undefined) {
      const { parentId } = await services.categories.get(session.projectId, id)
      await assertNewName(call, parentId, newName, id)
    }
    await services.categories.update(session.projectId, id, {
      ...(newName !== undefined && { name: newName }),
      ...(description !== undefined && { description: String(description ?? '') }),
      ...(typeof partnerSortValue === 'number' && { position: partnerSortValue }),
      metadata: statedMetadata(sent?.values ?? {}),
    })
    return toCategory(call, id)
  },
}
