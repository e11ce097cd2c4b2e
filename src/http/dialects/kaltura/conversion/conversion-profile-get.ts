import type { Operation } from '../operation.ts'
import { defaultConversionProfile, findConversionProfile, toConversionProfile } from './conversion-profile.ts'

/** One of the ways files are treated. */
export const conversionProfileGet: Operation = {
  service: 'conversionProfile',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    return toConversionProfile(await findConversionProfile(call, call.number('id')), call.session.content.partnerId)
  },
}

/** The way files are treated of which nothing else was said. */
export const conversionProfileGetDefault: Operation = {
  service: 'conversionProfile',
  action: 'getDefault',
  admits: 'session',
  parameters: [{ name: 'type', type: 'int', default: null }],
  async run(call) {
    return toConversionProfile(await defaultConversionProfile(call), call.session.content.partnerId)
  },
}
