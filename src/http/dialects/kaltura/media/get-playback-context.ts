import { type Flavor, flavorsOf, toFlavorAsset } from '../asset/flavor-asset.ts'
import { captionsOf, toPlaybackCaption } from '../caption/caption-asset.ts'
import type { Call, Operation } from '../operation.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { type Entry, findEntry } from './entry.ts'
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
    const flavors = playedFlavors(call, entry)
    return {
      type: 'KalturaPlaybackContext',
      values: {
        sources: sourcesOf(call, entry, flavors),
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

/** What was made of the file, or the file itself where it is passed through. */
function playedFlavors({ services }: Call, entry: Entry): readonly Flavor[] {
  const isOriginal = services.playback.paths(entry.view)?.original !== undefined
  return flavorsOf(entry).filter(({ rendition }) => (rendition === undefined) === isOriginal)
}

/** HLS, DASH where nothing is encrypted, and of what is passed through the file itself. */
function sourcesOf({ services, session }: Call, entry: Entry, flavors: readonly Flavor[]): readonly KalturaObject[] {
  const { publicUrl, playback } = services
  const paths = playback.paths(entry.view)
  const urls = entryUrls(publicUrl, session.content.partnerId, {
    id: entry.id,
    version: entry.view.source?.version ?? 0,
  })
  const source = (deliveryProfileId: number, format: string, url: string): KalturaObject => ({
    type: 'KalturaPlaybackSource',
    values: {
      deliveryProfileId,
      format,
      protocols: publicUrl.startsWith('https:') ? 'https' : 'http',
      flavorIds: flavors.map(({ id }) => id).join(','),
      url,
      drm: [],
    },
  })
  return [
    ...(paths?.hls === undefined ? [] : [source(1, 'applehttp', urls.manifest)]),
    ...(paths?.dash === undefined ? [] : [source(2, 'mpegdash', urls.dash)]),
    ...(paths?.original === undefined ? [] : [source(3, 'url', `${urls.data}/a.mp4`)]),
  ]
}
