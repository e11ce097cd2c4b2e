import { toFlavorParams } from '../conversion/flavor-params.ts'
import { findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { allFlavors, toFlavorAsset } from './flavor-asset.ts'

/** All flavours of an entry, each with the description of its kind. */
export const flavorAssetGetFlavorAssetsWithParams: Operation = {
  service: 'flavorAsset',
  action: 'getFlavorAssetsWithParams',
  admits: 'session',
  parameters: [{ name: 'entryId', type: 'string' }],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    return (await allFlavors(call, entry)).map(
      (flavor): KalturaObject => ({
        type: 'KalturaFlavorAssetWithParams',
        values: {
          flavorAsset: toFlavorAsset(flavor, call.session.content.partnerId),
          flavorParams: toFlavorParams(flavor.paramsId, flavor.rendition),
          entryId: entry.id,
        },
      }),
    )
  },
}
