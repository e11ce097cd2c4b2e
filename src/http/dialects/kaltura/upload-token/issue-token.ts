import type { Upload } from '../../../../core/uploads/upload.ts'
import { KalturaError, MAX_RESUME_TIME_S } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastValue } from '../schema/cast.ts'
import { NOTES } from './upload-token.ts'

/**
 * Issues a token of the caller's. The size that is declared is repeated and enforced only when the token finalises
 * itself. Throws UPLOAD_TOKEN_MISSING_FILE_SIZE.
 */
export async function issueToken(call: Call, sent: Readonly<Record<string, CastValue>>): Promise<Upload> {
  const { content, projectId } = call.session
  const { fileName, fileSize, minimumChunkSize } = sent
  const autoFinalize = sent['autoFinalize'] === true
  const hasSize = typeof fileSize === 'number' && fileSize > 0
  if (autoFinalize && !hasSize) throw new KalturaError('UPLOAD_TOKEN_MISSING_FILE_SIZE')
  const { upload } = await call.services.uploads.create({
    projectId,
    asset: 'none',
    fileName: typeof fileName === 'string' ? fileName : '',
    sizeBytes: autoFinalize && hasSize ? Math.trunc(fileSize) : undefined,
    leaseMs: MAX_RESUME_TIME_S * 1000,
    policy: {
      completion: autoFinalize ? 'automatic' : 'explicit',
      ownerId: content.userId,
      allowedTypes: call.surroundings.fileTypes,
    },
    echo: {
      [NOTES.partnerId]: String(content.partnerId),
      [NOTES.autoFinalize]: autoFinalize ? '1' : '0',
      ...(hasSize ? { [NOTES.fileSize]: String(fileSize) } : {}),
      ...(typeof minimumChunkSize === 'number' ? { [NOTES.minimumChunkSize]: String(minimumChunkSize) } : {}),
    },
  })
  return upload
}
