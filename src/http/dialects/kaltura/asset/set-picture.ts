import type { Readable } from 'node:stream'
import { isDomainError } from '../../../../core/errors.ts'
import { KalturaError } from '../errors.ts'
import type { Entry } from '../media/entry.ts'
import type { Call } from '../operation.ts'

/** Makes this the entry's picture. Throws ENTRY_NOT_READY before it has a file, UPLOAD_ERROR for what is no picture. */
export async function setPicture({ services, session }: Call, { id, view }: Entry, picture: Readable): Promise<void> {
  try {
    await services.posters.set(session.projectId, view.asset.id, picture, new AbortController().signal)
  } catch (error) {
    if (isDomainError(error, 'state_conflict')) {
      throw new KalturaError('ENTRY_NOT_READY', { ENTRY_NAME: id }, { cause: error })
    }
    if (isDomainError(error, 'type_not_allowed')) throw new KalturaError('UPLOAD_ERROR', {}, { cause: error })
    throw error
  }
}
