import { flavorsOf, toFlavorAsset } from '../asset/flavor-asset.ts'
import { captionsOf, toPlaybackCaption } from '../caption/caption-asset.ts'
import type { Operation } from '../operation.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { findEntry } from './entry.ts'
import { entryUrls } from './entry-urls.ts'

/** What a player needs to begin: where the entry plays and in which forms. An entry that is not ready has none. */
export const baseEntryGetPlaybackContext: Operation = {
  service: 'baseEntry',
  action: 'getPlaybackContext',
  admits: 'session',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'contextDataParams', type: 'object:KalturaPlaybackContextOptions', default: null },
  ],
  async run(call) {
    const { services, session } = call
    const { partnerId } = session.content
    const entry = await findEntry(services, session, call.text('entryId'))
    const { status, source } = entry.view
    const flavors = flavorsOf(entry).filter(({ rendition }) => rendition !== undefined)
    const { manifest } = entryUrls(services.publicUrl, partnerId, { id: entry.id, version: source?.version ?? 0 })
    const hls: KalturaObject = {
      type: 'KalturaPlaybackSource',
      values: {
        deliveryProfileId: 1,
        format: 'applehttp',
        protocols: services.publicUrl.startsWith('https:') ? 'https' : 'http',
        flavorIds: flavors.map(({ id }) => id).join(','),
        url: manifest,
        drm: [],
      },
    }
    return {
      type: 'KalturaPlaybackContext',
      values: {
        sources: status.state === 'ready' ? [hls] : [],
        playbackCaptions: (await captionsOf(services, entry))
          .filter(({ subtitle }) => subtitle.isEmpty !== true)
          .map((caption) => toPlaybackCaption(caption, services.publicUrl, partnerId)),
        flavorAssets: flavors.map((flavor) => toFlavorAsset(flavor, partnerId)),
        actions: [],
        messages: [],
        bumperData: [],
      },
    }
  },
}
