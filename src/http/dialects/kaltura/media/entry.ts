import { isDomainError } from '../../../../core/errors.ts'
import type { AssetId, ProjectId } from '../../../../core/ids.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Services } from '../../../services.ts'
import { KalturaError } from '../errors.ts'
import { notYours, type Session } from '../session/session.ts'
import { ENTRY_ID, foreignAssetId, foreignEntryId } from './entry-id.ts'

/** An asset with the name these clients know it by. */
export type Entry = Readonly<{ id: string; view: AssetView }>

/** What clients say about an entry and the library has no column for, under names of the asset's metadata. */
export const METADATA = {
  adminTags: 'kaltura.adminTags',
  referenceId: 'kaltura.referenceId',
  creatorId: 'kaltura.creatorId',
  /** A KalturaMediaType that is not what the file's kind would be called. */
  mediaType: 'kaltura.mediaType',
  /** How its files are treated, by the number a client stated. */
  conversionProfile: 'kaltura.conversionProfileId',
  /** Of its picture. */
  thumbTags: 'kaltura.thumbTags',
  /** The upload that is to replace, or replaced, the entry's file last. */
  replacement: 'kaltura.replacement',
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
  if (session.onlyEntries?.includes(id) === false) throw entryNotFound(id)
  const assetId = foreignAssetId(id)
  try {
    const view = assetId
      ? await library.get(session.projectId, assetId)
      : await library.getByKey(session.projectId, ENTRY_ID, id)
    // One asset has one name: who named it first decides.
    if (assetId !== undefined && ((await library.keyOf(ENTRY_ID, assetId)) ?? id) !== id) throw entryNotFound(id)
    return { id, view }
  } catch (error) {
    if (isDomainError(error, 'not_found')) throw entryNotFound(id)
    throw error
  }
}

/** The assets with their names; one made elsewhere is named by its own id. */
export async function entriesOf(
  { names }: Pick<Services, 'names'>,
  projectId: ProjectId,
  views: readonly AssetView[],
): Promise<readonly Entry[]> {
  const ids = views.map(({ asset }) => asset.id)
  const known = await names.ensure(projectId, ENTRY_ID, ids, (id) => foreignEntryId(id as AssetId))
  return views.map((view) => ({ view, id: known.get(view.asset.id) ?? foreignEntryId(view.asset.id) }))
}

function entryNotFound(id: string): KalturaError {
  return new KalturaError('ENTRY_ID_NOT_FOUND', { ENTRY_ID: id })
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
  return (asset.ownerId ?? '').toLowerCase() === content.userId.toLowerCase()
}

/** The conversion profile that a client stated for the entry, known here or not. */
export function statedProfileId({ view }: Entry): number | undefined {
  const stated = view.asset.metadata[METADATA.conversionProfile]
  return stated === undefined ? undefined : Number(stated)
}

const MEDIA_TYPES = { video: 1, image: 2, audio: 5 } as const

/** KalturaMediaType: what a client said, else what the file is. */
export function mediaTypeOf({ asset }: AssetView): number {
  return Number(asset.metadata[METADATA.mediaType] ?? MEDIA_TYPES[asset.kind ?? 'video'])
}

/** KalturaEntryModerationStatus: nobody looks at entries before they are shown. */
export const MODERATION_STATUS = 6

/** KalturaSourceType: a file, or nothing yet. */
export function sourceTypeOf({ source }: AssetView): string {
  return source === undefined ? '6' : '1'
}
