import { KalturaError } from '../errors.ts'
import { findEntry } from '../media/entry.ts'
import { captionUrl } from '../media/entry-urls.ts'
import type { Call, Operation } from '../operation.ts'
import { assertHasText, type Caption, captionsOf, findCaption } from './caption-asset.ts'

async function urlOf(call: Call, name: string): Promise<string> {
  const { caption } = await findCaption(call, call.text(name))
  return urlOfCaption(call, caption)
}

function urlOfCaption(call: Call, caption: Caption): string {
  assertHasText(caption)
  return captionUrl(call.services.publicUrl, call.session.content.partnerId, caption)
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

/** The text itself, in the format that was announced. */
export const captionAssetServe: Operation = {
  service: 'caption_captionAsset',
  action: 'serve',
  admits: 'session',
  parameters: [{ name: 'captionAssetId', type: 'string' }],
  run: async (call) => ({ redirect: await urlOf(call, 'captionAssetId') }),
}

/** The text of an entry's default captions, or of its first ones. */
export const captionAssetServeByEntryId: Operation = {
  service: 'caption_captionAsset',
  action: 'serveByEntryId',
  admits: 'session',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'captionParamId', type: 'int', default: null },
  ],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    const all = await captionsOf(call.services, entry)
    const caption = all.find(({ subtitle }) => subtitle.isDefault) ?? all[0]
    if (caption === undefined) throw new KalturaError('CAPTION_ASSET_ID_NOT_FOUND', { ASSET_ID: '' })
    return { redirect: urlOfCaption(call, caption) }
  },
}
