import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { findConversionProfile, flavorParamsIdsOf } from './conversion-profile.ts'
import { allParamsIds, toFlavorParams } from './flavor-params.ts'

/** One kind of flavour. */
export const flavorParamsGet: Operation = {
  service: 'flavorParams',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    const id = call.number('id')
    if ((await allParamsIds(call)).includes(id)) return toFlavorParams(id)
    throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(id) })
  },
}

/** Those that one conversion profile may make. */
export const flavorParamsGetByConversionProfileId: Operation = {
  service: 'flavorParams',
  action: 'getByConversionProfileId',
  admits: 'session',
  parameters: [{ name: 'conversionProfileId', type: 'int' }],
  async run(call) {
    const profile = await findConversionProfile(call, call.number('conversionProfileId'))
    return flavorParamsIdsOf(profile).map((id) => toFlavorParams(id))
  },
}
