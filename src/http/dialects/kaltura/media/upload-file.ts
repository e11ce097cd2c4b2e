import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { issueToken } from '../upload-token/issue-token.ts'
import { tokenIdOf } from '../upload-token/token-id.ts'

/** Takes a whole file in one call, without a token made before. Answers the id of the token that it then is. */
function uploadFile(service: string): Operation {
  return {
    service,
    action: 'upload',
    admits: 'user',
    parameters: [],
    file: 'fileData',
    streamsAfter: [],
    async run(call) {
      const file = await call.file()
      if (file.fileName === '') throw new KalturaError('UPLOAD_ERROR')
      const { uploads } = call.services
      const { fileName } = file
      const { id } = await issueToken(call, { fileName })
      try {
        const { receivedBytes } = await uploads.receive(id, { offset: 0, body: await file.open(), fileName })
        await uploads.complete(id, { sizeBytes: receivedBytes })
      } catch (error) {
        // Nobody knows its name.
        await uploads.remove(id)
        throw error
      }
      return tokenIdOf(id)
    },
  }
}

export const mediaUpload = uploadFile('media')
export const baseEntryUpload = uploadFile('baseEntry')
export const uploadUpload = uploadFile('upload')
