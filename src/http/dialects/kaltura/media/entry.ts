import { isDomainError } from '../../../../core/errors.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Services } from '../../../services.ts'
import { paramsIdOf } from '../asset/flavor-id.ts'
import { KalturaError } from '../errors.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { notYours, type Session } from '../session/session.ts'
import { ENTRY_ID, foreignAssetId, foreignEntryId } from './entry-id.ts'
import { entryUrls } from './entry-urls.ts'

/** An asset with the name these clients know it by. */
export type Entry = Readonly<{ id: string; view: AssetView }>

/** What clients say about an entry and the library has no column for, under names of the asset's metadata. */
export const METADATA = {
  description: 'description',
  tags: 'tags',
  adminTags: 'kaltura.adminTags',
  referenceId: 'kaltura.referenceId',
  userId: 'kaltura.userId',
  creatorId: 'kaltura.creatorId',
  mediaType: 'kaltura.mediaType',
} as const

/** KalturaEntryStatus. */
export const ENTRY_STATUS = {
  importFailed: -2,
  failed: -1,
  importing: 0,
  converting: 1,
  ready: 2,
  noContent: 7,
} as const

/** Throws ENTRY_ID_NOT_FOUND, for another project's entries too. */
export async function findEntry(
  { library }: Services,
  session: Pick<Session, 'projectId' | 'onlyEntries'>,
  id: string,
): Promise<Entry> {
  if (session.onlyEntries?.includes(id) === false) throw notFound(id)
  const assetId = foreignAssetId(id)
  try {
    const view = assetId
      ? await library.get(session.projectId, assetId)
      : await library.getByKey(session.projectId, ENTRY_ID, id)
    // One asset has one name: who made it decides.
    if (assetId !== undefined && (await library.keyOf(ENTRY_ID, assetId)) !== undefined) throw notFound(id)
    return { id, view }
  } catch (error) {
    if (isDomainError(error, 'not_found')) throw notFound(id)
    throw error
  }
}

export async function entryOf({ library }: Services, view: AssetView): Promise<Entry> {
  return { view, id: (await library.keyOf(ENTRY_ID, view.asset.id)) ?? foreignEntryId(view.asset.id) }
}

/** The vendor's status, derived from the asset's state. */
export function entryStatus({ status, upload }: AssetView): number {
  switch (status.state) {
    case 'waiting':
      return upload === undefined ? ENTRY_STATUS.noContent : ENTRY_STATUS.importing
    case 'uploading':
      return ENTRY_STATUS.importing
    case 'processing':
      return ENTRY_STATUS.converting
    case 'ready':
      return ENTRY_STATUS.ready
    case 'failed':
      if (upload?.policy.isPulled === true) return ENTRY_STATUS.importFailed
      // An upload that was given up leaves an entry that may get another.
      return upload === undefined ? ENTRY_STATUS.failed : ENTRY_STATUS.noContent
  }
}

/** Throws INVALID_KS when the session may not change the entry: not its owner's, no administrator's, no privilege. */
export function assertMayEdit(session: Session, { id, view }: Entry): void {
  if (session.isAdmin || session.privileges.allows('edit', id)) return
  if (!isOwnedBy(session, view)) throw notYours()
}

/** Entries without an owner belong to those who give no name. */
export function isOwnedBy({ content }: Session, { asset }: AssetView): boolean {
  return (asset.metadata[METADATA.userId] ?? '').toLowerCase() === content.userId.toLowerCase()
}

/** KalturaMediaType: video. */
export const DEFAULT_MEDIA_TYPE = 1

/** The entry as clients see it. */
export function toMediaEntry(services: Services, session: Session, { id, view }: Entry): KalturaObject {
  const { asset, source } = view
  const { metadata } = asset
  const partnerId = session.content.partnerId
  const urls = entryUrls(services, partnerId, { id, version: source?.version ?? 0 })
  const durationMs = source?.media?.durationMs
  const hasContent = source !== undefined
  return {
    type: 'KalturaMediaEntry',
    values: {
      id,
      name: asset.title,
      description: metadata[METADATA.description],
      partnerId,
      userId: metadata[METADATA.userId],
      creatorId: metadata[METADATA.creatorId],
      tags: metadata[METADATA.tags],
      adminTags: session.isAdmin ? metadata[METADATA.adminTags] : undefined,
      status: entryStatus(view),
      moderationStatus: 6,
      type: 1,
      createdAt: Math.floor(asset.createdAtMs / 1000),
      updatedAt: Math.floor(asset.updatedAtMs / 1000),
      rank: 0,
      totalRank: 0,
      votes: 0,
      licenseType: -1,
      version: source?.version ?? 0,
      thumbnailUrl: urls.thumbnail,
      replacementStatus: 0,
      rootEntryId: id,
      referenceId: metadata[METADATA.referenceId],
      operationAttributes: [],
      capabilities: '',
      plays: 0,
      views: 0,
      width: source?.media?.video?.widthPx ?? 0,
      height: source?.media?.video?.heightPx ?? 0,
      duration: Math.round((durationMs ?? 0) / 1000),
      msDuration: durationMs ?? 0,
      mediaType: Number(metadata[METADATA.mediaType] ?? DEFAULT_MEDIA_TYPE),
      sourceType: hasContent ? '1' : '6',
      dataUrl: hasContent ? urls.data : undefined,
      downloadUrl: hasContent ? urls.download : undefined,
      flavorParamsIds: hasContent ? ['0', ...view.renditions.map(({ name }) => paramsIdOf(name))].join(',') : undefined,
    },
  }
}

function notFound(id: string): KalturaError {
  return new KalturaError('ENTRY_ID_NOT_FOUND', { ENTRY_ID: id })
}
