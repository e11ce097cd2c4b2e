import { findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { type Flavor, flavorsOf, toFlavorAsset } from './flavor-asset.ts'

/** All flavours of an entry, each with the description of its kind. */
export const flavorAssetGetFlavorAssetsWithParams: Operation = {
  service: 'flavorAsset',
  action: 'getFlavorAssetsWithParams',
  admits: 'session',
  parameters: [{ name: 'entryId', type: 'string' }],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    return flavorsOf(entry).map(
      (flavor): KalturaObject => ({
        type: 'KalturaFlavorAssetWithParams',
        values: {
          flavorAsset: toFlavorAsset(flavor, call.session.content.partnerId),
          flavorParams: paramsOf(flavor),
          entryId: entry.id,
        },
      }),
    )
  },
}

function paramsOf({ paramsId, rendition }: Flavor): KalturaObject {
  return {
    type: 'KalturaFlavorParams',
    values: {
      id: paramsId,
      partnerId: 0,
      name: rendition?.name ?? 'Source',
      systemName: rendition?.name ?? 'Source',
      isSystemDefault: true,
      tags: rendition === undefined ? 'source' : 'mobile,web,mbr,iphone,ipad',
      format: 'mp4',
      width: rendition?.widthPx ?? 0,
      height: rendition?.heightPx ?? 0,
    },
  }
}
