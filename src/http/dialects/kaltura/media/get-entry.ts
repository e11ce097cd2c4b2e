import type { Operation } from '../operation.ts'
import { findEntry } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'

/** One entry; its status says how far processing is. */
function getEntry(service: string): Operation {
  return {
    service,
    action: 'get',
    admits: 'session',
    parameters: [
      { name: 'entryId', type: 'string' },
      { name: 'version', type: 'int', default: -1 },
    ],
    async run(call) {
      const { services, session } = call
      return toMediaEntry(call, await findEntry(services, session, call.text('entryId')))
    },
  }
}

export const mediaGet = getEntry('media')
export const baseEntryGet = getEntry('baseEntry')
