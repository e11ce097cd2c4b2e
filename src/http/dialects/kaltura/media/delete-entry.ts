import type { Operation } from '../operation.ts'
import { assertMayEdit, findEntry } from './entry.ts'

/** Deletes an entry and all that is stored for it; afterwards it is unknown. */
function deleteEntry(service: string): Operation {
  return {
    service,
    action: 'delete',
    admits: 'user',
    parameters: [{ name: 'entryId', type: 'string' }],
    async run(call) {
      const { services, session } = call
      const entry = await findEntry(services, session, call.text('entryId'))
      assertMayEdit(session, entry)
      await services.library.delete(session.projectId, entry.view.asset.id)
      return null
    },
  }
}

export const mediaDelete = deleteEntry('media')
export const baseEntryDelete = deleteEntry('baseEntry')
