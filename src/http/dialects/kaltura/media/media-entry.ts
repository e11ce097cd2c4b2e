import { paramsIdOf } from '../asset/flavor-id.ts'
import { categoriesOfAssets, type FiledUnder } from '../category/category.ts'
import { defaultConversionProfile } from '../conversion/conversion-profile.ts'
import type { Call } from '../operation.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import {
  type Entry,
  entryStatus,
  METADATA,
  MODERATION_STATUS,
  mediaTypeOf,
  sourceTypeOf,
  statedProfileId,
} from './entry.ts'
import { entryUrls } from './entry-urls.ts'
import { NO_REPLACEMENT, type Replacement, replacementOf } from './replacement.ts'

/** For whom, and with what besides the library's own view, an entry is shown. */
export type Showing = Readonly<{
  publicUrl: string
  partnerId: number
  isAdmin: boolean
  filedUnder?: FiledUnder | undefined
  replacement?: Replacement | undefined
  /** Of entries that state none. */
  defaultProfileId?: number | undefined
}>

/** The entries as clients see them. */
export async function toMediaEntries(call: Call, entries: readonly Entry[]): Promise<readonly KalturaObject[]> {
  const { services, session } = call
  const { publicUrl } = services
  const filed = await categoriesOfAssets(
    call,
    entries.map(({ view }) => view.asset.id),
  )
  const { id: defaultProfileId } = await defaultConversionProfile(call)
  return Promise.all(
    entries.map(async (entry) =>
      mediaEntry(entry, {
        publicUrl,
        partnerId: session.content.partnerId,
        isAdmin: session.isAdmin,
        filedUnder: filed.get(entry.view.asset.id),
        replacement: await replacementOf(services, entry.view.asset),
        defaultProfileId,
      }),
    ),
  )
}

export async function toMediaEntry(call: Call, entry: Entry): Promise<KalturaObject> {
  const [shown] = await toMediaEntries(call, [entry])
  if (shown === undefined) throw new Error('one entry is shown as one')
  return shown
}

export function mediaEntry(entry: Entry, showing: Showing): KalturaObject {
  const { id, view } = entry
  const { asset, source } = view
  const { metadata } = asset
  const { partnerId, filedUnder, replacement = NO_REPLACEMENT } = showing
  const version = source?.version ?? 0
  const urls = entryUrls(showing.publicUrl, partnerId, { id, version })
  const durationMs = source?.media?.durationMs ?? 0
  const hasContent = source !== undefined
  const paramsIds = ['0', ...view.renditions.map(({ name }) => paramsIdOf(name))]
  return {
    type: 'KalturaMediaEntry',
    values: {
      id,
      name: asset.title,
      description: asset.description || undefined,
      partnerId,
      userId: asset.ownerId,
      creatorId: metadata[METADATA.creatorId],
      tags: asset.tags.join(',') || undefined,
      adminTags: showing.isAdmin ? metadata[METADATA.adminTags] : undefined,
      categories: filedUnder?.fullNames.join(',') || undefined,
      categoriesIds: filedUnder?.numbers.join(',') || undefined,
      status: entryStatus(view),
      moderationStatus: MODERATION_STATUS,
      type: 1,
      createdAt: Math.floor(asset.createdAtMs / 1000),
      updatedAt: Math.floor(asset.updatedAtMs / 1000),
      rank: 0,
      totalRank: 0,
      votes: 0,
      licenseType: -1,
      version,
      thumbnailUrl: urls.thumbnail,
      replacementStatus: replacement.status,
      replacingEntryId: replacement.temporaryId,
      conversionProfileId: statedProfileId(entry) ?? showing.defaultProfileId,
      rootEntryId: id,
      referenceId: metadata[METADATA.referenceId],
      operationAttributes: [],
      capabilities: '',
      plays: 0,
      views: 0,
      width: source?.media?.video?.widthPx ?? 0,
      height: source?.media?.video?.heightPx ?? 0,
      duration: Math.round(durationMs / 1000),
      msDuration: durationMs,
      mediaType: mediaTypeOf(view),
      sourceType: sourceTypeOf(view),
      dataUrl: hasContent ? urls.data : undefined,
      downloadUrl: hasContent ? urls.download : undefined,
      flavorParamsIds: hasContent ? paramsIds.join(',') : undefined,
    },
  }
}
