import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { assertMayConvert, notAllowed } from './assert-may-convert.ts'
import { findConversionProfile, toConversionProfile } from './conversion-profile.ts'
import { statedLadder } from './stated-ladder.ts'

/**
 * Changes the name of a conversion profile and the flavours it makes; what is under way is not changed by it. Of
 * our workflows only the name is changed here: which flavours they make is said by the profile that they name.
 */
export const conversionProfileUpdate: Operation = {
  service: 'conversionProfile',
  action: 'update',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'int' },
    { name: 'conversionProfile', type: 'object:KalturaConversionProfile', purpose: 'update' },
  ],
  async run(call) {
    assertMayConvert(call, 'update')
    const { services, session } = call
    const { projectId, content } = session
    const profile = await findConversionProfile(call, call.number('id'))
    const before = toConversionProfile(profile, content.partnerId)
    const sent = call.object('conversionProfile')
    if (sent !== undefined) assertUnchanged(sent, before.values)
    const { name: stated, flavorParamsIds } = sent?.values ?? {}
    const name = String(stated ?? '') || profile.name
    const isOther = typeof flavorParamsIds === 'string' && flavorParamsIds !== before.values['flavorParamsIds']
    if (profile.kind === 'workflow') {
      if (isOther) throw notAllowed('update')
      const { settings } = await services.mediaSettings.getWorkflow(projectId, profile.key)
      await services.mediaSettings.putWorkflow(projectId, profile.key, { name, settings })
    } else {
      const settings = isOther ? await statedLadder(call, flavorParamsIds, profile.settings) : profile.settings
      await services.mediaSettings.putProfile(projectId, profile.key, { name, settings })
    }
    return toConversionProfile(await findConversionProfile(call, profile.id), content.partnerId)
  },
}
