import { isDomainError } from '../../../../core/errors.ts'
import { KalturaError } from '../errors.ts'
import { type Entry, mediaTypeOf } from '../media/entry.ts'
import type { Call } from '../operation.ts'

/**
 * Has the entry's picture taken from its film, by a worker: at `atMs`, or where it is taken from unless said otherwise.
 * Throws ENTRY_NOT_READY before the film has been looked at, ENTRY_MEDIA_TYPE_NOT_SUPPORTED of sound.
 */
export async function takePicture({ services, session }: Call, { id, view }: Entry, atMs?: number): Promise<void> {
  try {
    await services.posters.takeFromFilm(session.projectId, view.asset.id, atMs)
  } catch (cause) {
    if (!isDomainError(cause, 'state_conflict')) throw cause
    if (cause.details['reason'] === 'no_film') {
      throw new KalturaError('ENTRY_MEDIA_TYPE_NOT_SUPPORTED', { MEDIA_TYPE: String(mediaTypeOf(view)) }, { cause })
    }
    throw new KalturaError('ENTRY_NOT_READY', { ENTRY_NAME: id }, { cause })
  }
}
