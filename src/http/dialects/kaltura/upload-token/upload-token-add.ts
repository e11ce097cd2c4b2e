import type { Operation } from '../operation.ts'
import { issueToken } from './issue-token.ts'
import { toUploadToken } from './upload-token.ts'

/** Issues a token. */
export const uploadTokenAdd: Operation = {
  service: 'uploadToken',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'uploadToken', type: 'object:KalturaUploadToken', default: null, purpose: 'add' }],
  run: async (call) => toUploadToken(await issueToken(call, call.object('uploadToken')?.values ?? {})),
}
