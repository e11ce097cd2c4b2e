import { flavorsOf, toFlavorAsset } from '../asset/flavor-asset.ts'
import type { Operation } from '../operation.ts'
import { findEntry } from './entry.ts'

/** What older players ask before they begin. Nothing restricts playing here beyond the session. */
export const baseEntryGetContextData: Operation = {
  service: 'baseEntry',
  action: 'getContextData',
  admits: 'session',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'contextDataParams', type: 'object:KalturaEntryContextDataParams', default: null },
  ],
  async run(call) {
    const { services, session } = call
    const entry = await findEntry(services, session, call.text('entryId'))
    const flavors = flavorsOf(entry).filter(({ rendition }) => rendition !== undefined)
    return {
      type: 'KalturaEntryContextDataResult',
      values: {
        isSiteRestricted: false,
        isCountryRestricted: false,
        isSessionRestricted: false,
        isIpAddressRestricted: false,
        isUserAgentRestricted: false,
        previewLength: -1,
        isScheduledNow: true,
        isAdmin: session.isAdmin,
        streamerType: 'applehttp',
        mediaProtocol: services.publicUrl.startsWith('https:') ? 'https' : 'http',
        accessControlMessages: [],
        accessControlActions: [],
        flavorAssets: flavors.map((flavor) => toFlavorAsset(flavor, session.content.partnerId)),
        msDuration: entry.view.source?.media?.durationMs ?? 0,
      },
    }
  },
}
