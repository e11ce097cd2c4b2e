import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { notYours } from '../session/session.ts'
import { statedLanguage } from './caption-asset-add.ts'
import { type CaptionParams, putCaptionParams, toCaptionParams } from './caption-params.ts'

/** Makes a template of captions; an administrator's to do. */
export const captionParamsAdd: Operation = {
  service: 'caption_captionParams',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'captionParams', type: 'object:KalturaCaptionParams', purpose: 'add' }],
  async run(call) {
    const { session, services, surroundings } = call
    if (!session.isAdmin) throw notYours()
    const sent = call.object('captionParams')?.values ?? {}
    const text = (name: string): string => String(sent[name] ?? '')
    if (text('name') === '') {
      throw new KalturaError('PROPERTY_VALIDATION_CANNOT_BE_NULL', { PROP_NAME: 'KalturaCaptionParams::name' })
    }
    statedLanguage(sent['language'])
    const params: CaptionParams = {
      id: Buffer.from(surroundings.random.bytes(4)).readUInt32BE() >>> 1 || 1,
      partnerId: session.content.partnerId,
      name: text('name'),
      systemName: text('systemName'),
      description: text('description'),
      tags: text('tags'),
      language: text('language'),
      label: text('label'),
      isDefault: sent['isDefault'] === true,
      format: text('format'),
    }
    await putCaptionParams(services, session, params)
    return toCaptionParams(params)
  },
}
