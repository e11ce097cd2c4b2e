import { KalturaError } from '../errors.ts'
import { assertMayEdit, type Entry, findEntry } from '../media/entry.ts'
import type { Call, Operation } from '../operation.ts'
import { findCategory } from './category.ts'
import { filingsOf, toCategoryEntry } from './category-entry.ts'

/** Puts an entry into a category, besides those it is in. */
export const categoryEntryAdd: Operation = {
  service: 'categoryEntry',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'categoryEntry', type: 'object:KalturaCategoryEntry', purpose: 'add' }],
  async run(call) {
    const { services, session } = call
    const { categoryId, entryId } = call.object('categoryEntry')?.values ?? {}
    const entry = await findFiled(call, String(entryId ?? ''))
    assertMayEdit(session, entry)
    const id = await findCategory(call, Number(categoryId))
    const isNew = await services.categories.addAsset(session.projectId, id, entry.view.asset.id)
    if (!isNew) throw new KalturaError('CATEGORY_ENTRY_ALREADY_EXISTS')
    const filing = (await filingsOf(call, [entry])).find((own) => own.in.category.id === id)
    if (filing === undefined) throw new KalturaError('CATEGORY_NOT_FOUND', { ID: String(categoryId) })
    return toCategoryEntry(filing)
  },
}

/** This service calls an entry that is not there by a code of its own. Throws INVALID_ENTRY_ID. */
export async function findFiled(call: Call, id: string): Promise<Entry> {
  try {
    return await findEntry(call.services, call.session, id)
  } catch (error) {
    if (!(error instanceof KalturaError) || error.code !== 'ENTRY_ID_NOT_FOUND') throw error
    throw new KalturaError('INVALID_ENTRY_ID', { ID: id }, { cause: error })
  }
}
