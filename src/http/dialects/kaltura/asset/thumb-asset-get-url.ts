import { entryUrls } from '../media/entry-urls.ts'
import type { Call, Operation } from '../operation.ts'
import { findThumb } from './thumb-asset.ts'

async function urlOf(call: Call, name: string): Promise<string> {
  const { entry, version } = await findThumb(call, call.text(name))
  return entryUrls(call.services.publicUrl, call.session.content.partnerId, { id: entry.id, version }).thumbnail
}

/** Where a picture is. */
export const thumbAssetGetUrl: Operation = {
  service: 'thumbAsset',
  action: 'getUrl',
  admits: 'session',
  parameters: [{ name: 'id', type: 'string' }],
  run: (call) => urlOf(call, 'id'),
}

/** The picture itself. */
export const thumbAssetServe: Operation = {
  service: 'thumbAsset',
  action: 'serve',
  admits: 'session',
  parameters: [{ name: 'thumbAssetId', type: 'string' }],
  run: async (call) => ({ redirect: await urlOf(call, 'thumbAssetId') }),
}
