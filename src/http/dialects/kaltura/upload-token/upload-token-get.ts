import type { Operation } from '../operation.ts'
import { findToken, toUploadToken } from './upload-token.ts'

export const uploadTokenGet: Operation = {
  service: 'uploadToken',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'uploadTokenId', type: 'string' }],
  async run(call) {
    return toUploadToken(await findToken(call.services, call.session, call.text('uploadTokenId')))
  },
}
