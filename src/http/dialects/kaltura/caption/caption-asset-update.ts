import { assertMayEdit } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { captionsOf, findCaption, toCaptionAsset } from './caption-asset.ts'
import { distinctLabel, statedLanguage } from './caption-asset-add.ts'

/** Changes what captions are called; what is not named stays as it is. */
export const captionAssetUpdate: Operation = {
  service: 'caption_captionAsset',
  action: 'update',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'captionAsset', type: 'object:KalturaCaptionAsset', purpose: 'update' },
  ],
  async run(call) {
    const { services, session } = call
    const { caption, entry } = await findCaption(call, call.text('id'))
    assertMayEdit(session, entry)
    const sent = call.object('captionAsset')
    if (sent !== undefined) {
      assertUnchanged(sent, toCaptionAsset(caption, session.content.partnerId).values)
      const { isDefault } = sent.values
      const language = statedLanguage(sent.values['language'])
      const others = (await captionsOf(services, entry)).filter(({ id }) => id !== caption.id)
      const isNamed = typeof sent.values['label'] === 'string' && sent.values['label'] !== ''
      await services.subtitles.update(session.projectId, caption.subtitle.id, {
        language,
        label: isNamed
          ? distinctLabel(
              sent.values['label'],
              caption.subtitle.language,
              others.map(({ subtitle }) => subtitle),
            )
          : undefined,
        isDefault: typeof isDefault === 'boolean' ? isDefault : undefined,
      })
    }
    return toCaptionAsset((await findCaption(call, caption.id)).caption, session.content.partnerId)
  },
}

/** These captions are shown where the viewer has not chosen others. */
export const captionAssetSetAsDefault: Operation = {
  service: 'caption_captionAsset',
  action: 'setAsDefault',
  admits: 'user',
  parameters: [{ name: 'captionAssetId', type: 'string' }],
  async run(call) {
    const { caption, entry } = await findCaption(call, call.text('captionAssetId'))
    assertMayEdit(call.session, entry)
    await call.services.subtitles.update(call.session.projectId, caption.subtitle.id, { isDefault: true })
    return null
  },
}
