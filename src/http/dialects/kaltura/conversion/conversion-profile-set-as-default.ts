import { STANDARD_KEY } from '../../../../core/transcoding/profile.ts'
import type { Operation } from '../operation.ts'
import { assertMayConvert, notAllowed } from './assert-may-convert.ts'
import { findConversionProfile, toConversionProfile } from './conversion-profile.ts'

/**
 * Files of which nothing else is said are treated by this profile from now on: our standard workflow names it. Of our
 * workflows the standard one alone can be what nothing else is said for (SERVICE_FORBIDDEN).
 */
export const conversionProfileSetAsDefault: Operation = {
  service: 'conversionProfile',
  action: 'setAsDefault',
  admits: 'user',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    assertMayConvert(call, 'setasdefault')
    const { mediaSettings } = call.services
    const { projectId, content } = call.session
    const profile = await findConversionProfile(call, call.number('id'))
    if (profile.kind === 'workflow' && profile.key !== STANDARD_KEY) throw notAllowed('setasdefault')
    const { name, settings } = await mediaSettings.getWorkflow(projectId, STANDARD_KEY)
    const profileKey = profile.kind === 'workflow' ? undefined : profile.key
    await mediaSettings.putWorkflow(projectId, STANDARD_KEY, { name, settings: { ...settings, profileKey } })
    return toConversionProfile(await findConversionProfile(call, profile.id), content.partnerId)
  },
}
