import type { Operation } from '../operation.ts'
import { findThumb, toThumbAsset } from './thumb-asset.ts'

/** One picture. */
export const thumbAssetGet: Operation = {
  service: 'thumbAsset',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'thumbAssetId', type: 'string' }],
  run: async (call) => toThumbAsset(await findThumb(call, call.text('thumbAssetId')), call.session.content.partnerId),
}
