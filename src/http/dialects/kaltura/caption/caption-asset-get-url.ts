import { captionUrl } from '../media/entry-urls.ts'
import type { Call, Operation } from '../operation.ts'
import { assertHasText, findCaption } from './caption-asset.ts'

async function urlOf(call: Call, name: string): Promise<string> {
  const { caption } = await findCaption(call, call.text(name))
  assertHasText(caption)
  return captionUrl(call.services.publicUrl, call.session.content.partnerId, caption.id)
}

/** Where the text is. */
export const captionAssetGetUrl: Operation = {
  service: 'caption_captionAsset',
  action: 'getUrl',
  admits: 'session',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'storageId', type: 'int', default: null },
  ],
  run: (call) => urlOf(call, 'id'),
}

/** The text itself, as WebVTT. */
export const captionAssetServe: Operation = {
  service: 'caption_captionAsset',
  action: 'serve',
  admits: 'session',
  parameters: [{ name: 'captionAssetId', type: 'string' }],
  run: async (call) => ({ redirect: await urlOf(call, 'captionAssetId') }),
}
