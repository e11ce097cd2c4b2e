import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { assertMayEdit, ENTRY_STATUS, entryStatus, findEntry } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'
import { attachResource } from './resource.ts'

/** Gives an entry that has none its content, before the file is uploaded or after. */
function addContent(service: string): Operation {
  return {
    service,
    action: 'addContent',
    admits: 'user',
    parameters: [
      { name: 'entryId', type: 'string' },
      { name: 'resource', type: 'object:KalturaResource' },
    ],
    async run(call) {
      const { services, session } = call
      const entry = await findEntry(services, session, call.text('entryId'))
      assertMayEdit(session, entry)
      if (entryStatus(entry.view) !== ENTRY_STATUS.noContent) throw new KalturaError('ENTRY_ALREADY_WITH_CONTENT')
      const resource = call.object('resource')
      if (resource === undefined) throw new KalturaError('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: 'resource' })
      await attachResource(call, entry, resource)
      return toMediaEntry(call, await findEntry(services, session, entry.id))
    },
  }
}

export const mediaAddContent = addContent('media')
export const baseEntryAddContent = addContent('baseEntry')
