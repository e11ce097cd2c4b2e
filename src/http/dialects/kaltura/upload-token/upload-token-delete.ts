import { isDomainError } from '../../../../core/errors.ts'
import type { Operation } from '../operation.ts'
import { findToken } from './upload-token.ts'

/** Ends a token. What has become of a spent one stays: an entry is deleted by its own action. */
export const uploadTokenDelete: Operation = {
  service: 'uploadToken',
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'uploadTokenId', type: 'string' }],
  async run(call) {
    const { id } = await findToken(call.services, call.session, call.text('uploadTokenId'))
    await call.services.uploads.remove(id).catch((error: unknown) => {
      if (!isDomainError(error, 'state_conflict')) throw error
    })
    return null
  },
}
