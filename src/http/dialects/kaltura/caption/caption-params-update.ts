import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { notYours } from '../session/session.ts'
import { findCaptionParams, putCaptionParams, toCaptionParams } from './caption-params.ts'

/** Changes a template; captions that were announced by it stay as they are. */
export const captionParamsUpdate: Operation = {
  service: 'caption_captionParams',
  action: 'update',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'int' },
    { name: 'captionParams', type: 'object:KalturaCaptionParams', purpose: 'update' },
  ],
  async run(call) {
    const { session, services } = call
    if (!session.isAdmin) throw notYours()
    const params = await findCaptionParams(services, session, call.number('id'))
    const sent = call.object('captionParams')
    if (sent !== undefined) assertUnchanged(sent, toCaptionParams(params).values)
    const { name, systemName, description, tags, label, isDefault } = sent?.values ?? {}
    const texts = Object.entries({ systemName, description, tags, label }).filter(([, value]) => value !== undefined)
    const changed = {
      ...params,
      ...Object.fromEntries(texts.map(([property, value]) => [property, String(value ?? '')])),
      name: String(name ?? '') || params.name,
      isDefault: typeof isDefault === 'boolean' ? isDefault : params.isDefault,
    }
    await putCaptionParams(services, session, changed)
    return toCaptionParams(changed)
  },
}
