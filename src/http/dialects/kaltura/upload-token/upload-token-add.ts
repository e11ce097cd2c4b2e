import { KalturaError, MAX_RESUME_TIME_S } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { NOTES, toUploadToken } from './upload-token.ts'

/** Issues a token. The size a client declares is repeated to it and enforced only when the token finalises itself. */
export const uploadTokenAdd: Operation = {
  service: 'uploadToken',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'uploadToken', type: 'object:KalturaUploadToken', default: null, purpose: 'add' }],
  async run(call) {
    const { content, projectId } = call.session
    const sent = call.object('uploadToken')?.values ?? {}
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
      policy: { completion: autoFinalize ? 'automatic' : 'explicit', ownerId: content.userId },
      echo: {
        [NOTES.partnerId]: String(content.partnerId),
        [NOTES.autoFinalize]: autoFinalize ? '1' : '0',
        ...(hasSize ? { [NOTES.fileSize]: String(fileSize) } : {}),
        ...(typeof minimumChunkSize === 'number' ? { [NOTES.minimumChunkSize]: String(minimumChunkSize) } : {}),
      },
    })
    return toUploadToken(upload)
  },
}
