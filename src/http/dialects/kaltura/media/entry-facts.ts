import type { Facts } from '../schema/filter.ts'
import { itemsOf } from '../schema/pager.ts'
import { type Entry, entryStatus, METADATA, mediaTypeOf } from './entry.ts'

/** What KalturaMediaEntryFilter can ask of an entry, and lists can be ordered by. */
export function entryFacts({ id, view }: Entry): Facts {
  const { asset, source } = view
  const { metadata, tags } = asset
  const durationMs = source?.media?.durationMs ?? 0
  const words = [id, asset.title, asset.description, metadata[METADATA.referenceId] ?? '', ...tags]
  return {
    id,
    name: asset.title,
    status: entryStatus(view),
    type: 1,
    tags,
    adminTags: itemsOf(metadata[METADATA.adminTags]) ?? [],
    searchText: words.join(' '),
    userId: asset.ownerId ?? '',
    creatorId: metadata[METADATA.creatorId] ?? '',
    referenceId: metadata[METADATA.referenceId],
    rootEntryId: id,
    createdAt: Math.floor(asset.createdAtMs / 1000),
    updatedAt: Math.floor(asset.updatedAtMs / 1000),
    duration: Math.round(durationMs / 1000),
    msDuration: durationMs,
    mediaType: mediaTypeOf(view),
  }
}
