import { KalturaError } from '../errors.ts'
import { findEntry } from '../media/entry.ts'
import { captionUrl } from '../media/entry-urls.ts'
import type { Call, Operation } from '../operation.ts'
import { assertHasText, type Caption, captionsOf, findCaption } from './caption-asset.ts'
import { captionExtension } from './caption-format.ts'

async function urlOf(call: Call, name: string): Promise<string> {
  const { caption } = await findCaption(call, call.text(name))
  return urlOfCaption(call, caption)
}

/** `file` says as what, the format that was announced unless given. Throws CAPTION_ASSET_IS_NOT_READY. */
export function urlOfCaption(
  { services, session }: Call,
  caption: Caption,
  file = `a.${captionExtension(caption.format)}`,
): string {
  assertHasText(caption)
  return captionUrl(services.publicUrl, session.content.partnerId, caption.id, file)
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
