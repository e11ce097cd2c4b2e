import type { Operation } from '../operation.ts'
import { notYours } from '../session/session.ts'
import { findCaptionParams, forgetCaptionParams } from './caption-params.ts'

/** Removes a template; captions that were announced by it stay as they are. */
export const captionParamsDelete: Operation = {
  service: 'caption_captionParams',
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'id', type: 'int' }],
  async run(call) {
    const { session, services } = call
    if (!session.isAdmin) throw notYours()
    const { id } = await findCaptionParams(services, session, call.number('id'))
    await forgetCaptionParams(services, session, id)
    return null
  },
}
