import { isDomainError } from '../../../../core/errors.ts'
import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { assertMayConvert, notAllowed } from './assert-may-convert.ts'
import { findConversionProfile } from './conversion-profile.ts'

/** Removes one that the project made. Those that every project has stay (SERVICE_FORBIDDEN). */
export const conversionProfileDelete: Operation = {
  service: 'conversionProfile',
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    assertMayConvert(call, 'delete')
    const { mediaSettings } = call.services
    const { projectId } = call.session
    const { isDefault, kind, key } = await findConversionProfile(call, call.number('id'))
    if (isDefault) throw new KalturaError('CANNOT_DELETE_DEFAULT_CONVERSION_PROFILE')
    try {
      if (kind === 'workflow') await mediaSettings.deleteWorkflow(projectId, key)
      else await mediaSettings.deleteProfile(projectId, key)
    } catch (error) {
      throw isDomainError(error, 'not_found') ? notAllowed('delete') : error
    }
    return null
  },
}
