import { KEY_PATTERN } from '../../../../core/transcoding/profile.ts'
import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { assertMayConvert } from './assert-may-convert.ts'
import {
  conversionProfiles,
  findConversionProfileByKey,
  newProfileNumber,
  toConversionProfile,
} from './conversion-profile.ts'
import { statedLadder } from './stated-ladder.ts'

/** Makes one of our profiles, of the flavours it names. `systemName` is its key where it can be one; else its number is. */
export const conversionProfileAdd: Operation = {
  service: 'conversionProfile',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'conversionProfile', type: 'object:KalturaConversionProfile', purpose: 'add' }],
  async run(call) {
    assertMayConvert(call, 'add')
    const { services, session } = call
    const { name, systemName, flavorParamsIds } = call.object('conversionProfile')?.values ?? {}
    if (String(name ?? '') === '') {
      throw new KalturaError('PROPERTY_VALIDATION_CANNOT_BE_NULL', { PROP_NAME: 'KalturaConversionProfile::name' })
    }
    const settings = await statedLadder(call, String(flavorParamsIds ?? ''))
    const taken = (await conversionProfiles(call)).map(({ key }) => key)
    const wanted = String(systemName ?? '')
    const isKey = KEY_PATTERN.test(wanted) && !taken.includes(wanted)
    const key = isKey ? wanted : newProfileNumber(call, taken)
    await services.mediaSettings.putProfile(session.projectId, key, { name: String(name), settings })
    return toConversionProfile(await findConversionProfileByKey(call, key), session.content.partnerId)
  },
}
