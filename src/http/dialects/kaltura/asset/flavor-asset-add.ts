import { KalturaError } from '../errors.ts'
import { assertMayEdit, findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { allFlavors, announcedOriginal, SOURCE_PARAMS_ID, toFlavorAsset } from './flavor-asset.ts'

/**
 * Announces the original of an entry without content; `setContent` brings it. The other flavours are made of it: files of
 * one's own are no flavours here (FLAVOR_PARAMS_ID_NOT_FOUND).
 */
export const flavorAssetAdd: Operation = {
  service: 'flavorAsset',
  action: 'add',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'flavorAsset', type: 'object:KalturaFlavorAsset', purpose: 'add' },
  ],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    assertMayEdit(call.session, entry)
    const paramsId = Number(call.object('flavorAsset')?.values['flavorParamsId'] ?? SOURCE_PARAMS_ID)
    const there = (await allFlavors(call, entry)).find((own) => own.paramsId === paramsId)
    if (there !== undefined) {
      const args = { ASSET_ID: there.id, PARAMS_ID: String(paramsId) }
      throw new KalturaError('FLAVOR_ASSET_ALREADY_EXISTS', args)
    }
    if (paramsId !== SOURCE_PARAMS_ID) throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(paramsId) })
    return toFlavorAsset(announcedOriginal(entry), call.session.content.partnerId)
  },
}
