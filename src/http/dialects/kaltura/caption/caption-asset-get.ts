import type { Operation } from '../operation.ts'
import { findCaption, toCaptionAsset } from './caption-asset.ts'

/** Captions of one entry in one language. */
export const captionAssetGet: Operation = {
  service: 'caption_captionAsset',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'captionAssetId', type: 'string' }],
  async run(call) {
    const { caption } = await findCaption(call, call.text('captionAssetId'))
    return toCaptionAsset(caption, call.session.content.partnerId)
  },
}
