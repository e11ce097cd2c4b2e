import type { Operation } from '../operation.ts'
import { findCaptionParams, toCaptionParams } from './caption-params.ts'

/** One template of captions. */
export const captionParamsGet: Operation = {
  service: 'caption_captionParams',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    return toCaptionParams(await findCaptionParams(call.services, call.session, call.number('id')))
  },
}
