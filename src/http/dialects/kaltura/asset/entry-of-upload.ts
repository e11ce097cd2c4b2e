import { isDomainError } from '../../../../core/errors.ts'
import type { UploadId } from '../../../../core/ids.ts'
import { type Entry, entriesOf } from '../media/entry.ts'
import type { Call } from '../operation.ts'

/** The entry that this upload is or will be the file of; undefined when there is none that the session may see. */
export async function entryOfUpload({ services, session }: Call, uploadId: UploadId): Promise<Entry | undefined> {
  try {
    const { upload } = await services.uploads.get(session.projectId, uploadId)
    if (upload.assetId === undefined) return undefined
    const view = await services.library.get(session.projectId, upload.assetId)
    const [entry] = await entriesOf(services, session.projectId, [view])
    return entry === undefined || session.onlyEntries?.includes(entry.id) === false ? undefined : entry
  } catch (error) {
    if (isDomainError(error, 'not_found')) return undefined
    throw error
  }
}
