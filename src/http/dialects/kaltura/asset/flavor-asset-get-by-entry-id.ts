import { findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { allFlavors, flavorsOf, toFlavorAsset } from './flavor-asset.ts'

/** All flavours of an entry, the original first. */
export const flavorAssetGetByEntryId: Operation = {
  service: 'flavorAsset',
  action: 'getByEntryId',
  admits: 'session',
  parameters: [{ name: 'entryId', type: 'string' }],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    const flavors = await allFlavors(call, entry)
    return flavors.map((flavor) => toFlavorAsset(flavor, call.session.content.partnerId))
  },
}

/** Those that a player can play by themselves. */
export const flavorAssetGetWebPlayable: Operation = {
  ...flavorAssetGetByEntryId,
  action: 'getWebPlayableByEntryId',
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    const made = flavorsOf(entry).filter(({ rendition }) => rendition !== undefined)
    return made.map((flavor) => toFlavorAsset(flavor, call.session.content.partnerId))
  },
}
