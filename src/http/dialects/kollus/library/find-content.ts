import { DomainError, isDomainError } from '../../../../core/errors.ts'
import type { ProjectId } from '../../../../core/ids.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Services } from '../../../services.ts'
import { assetIdOf } from '../keys.ts'
import { UPLOAD_FILE_KEY } from '../upload-file-key.ts'

/**
 * The media content of an upload_file_key. Throws not_found, in words that clients wait for: right after an upload they
 * ask again as long as they read them. Before its file is there, nothing is in the library.
 */
export async function findContent(
  { library }: Services,
  projectId: ProjectId,
  uploadFileKey: string,
): Promise<AssetView> {
  const view = await library.getByKey(projectId, UPLOAD_FILE_KEY, uploadFileKey).catch(async (error: unknown) => {
    const id = assetIdOf(uploadFileKey)
    if (!isDomainError(error, 'not_found') || id === undefined) throw named(error)
    return library.get(projectId, id).catch((again: unknown) => {
      throw named(again)
    })
  })
  if (view.source === undefined) throw unknownContent()
  return view
}

function named(error: unknown): unknown {
  return isDomainError(error, 'not_found') ? unknownContent() : error
}

function unknownContent(): DomainError {
  return new DomainError('not_found', 'media content not found: nothing here has this upload_file_key.')
}
