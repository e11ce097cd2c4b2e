import type { Operation } from '../operation.ts'
import { findFlavor, toFlavorAsset } from './flavor-asset.ts'

/** One flavour. */
export const flavorAssetGet: Operation = {
  service: 'flavorAsset',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'id', type: 'string' }],
  async run(call) {
    const { flavor } = await findFlavor(call, call.text('id'))
    return toFlavorAsset(flavor, call.session.content.partnerId)
  },
}
