import { isTakingPicture } from '../../../../core/library/poster-lifecycle.ts'
import { KalturaError } from '../errors.ts'
import { type Entry, METADATA } from '../media/entry.ts'
import type { Call } from '../operation.ts'
import type { Facts } from '../schema/filter.ts'
import { itemsOf } from '../schema/pager.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { entryOfUpload } from './entry-of-upload.ts'
import { assetIdOf, assetNameOf } from './flavor-id.ts'

/** What stands for the picture in the name of an asset. */
const PART = 'thumb'
/** KalturaThumbAssetStatus. */
const STATUS = { queued: 0, capturing: 1, ready: 2 } as const
/** Of the picture that stands for its entry. */
export const DEFAULT_TAG = 'default_thumb'

/** The picture of an entry's file. */
export type Thumb = Readonly<{ id: string; entry: Entry; status: number; version: number; createdAtMs: number }>

/** The one picture that an entry has, or will have. Throws ENTRY_NOT_READY before there is a file. */
export function thumbOf(entry: Entry): Thumb {
  const { source } = entry.view
  if (source === undefined) throw new KalturaError('ENTRY_NOT_READY', { ENTRY_NAME: entry.id })
  const { uploadId, version, createdAtMs, posterKey } = source
  const made = posterKey === undefined ? STATUS.queued : STATUS.ready
  const status = isTakingPicture(source) ? STATUS.capturing : made
  return { id: assetIdOf({ uploadId, part: PART }), entry, status, version, createdAtMs }
}

/** At most one: the poster, once it is made. */
export function thumbsOf(entry: Entry): readonly Thumb[] {
  return entry.view.source?.posterKey === undefined ? [] : [thumbOf(entry)]
}

/** Throws THUMB_ASSET_ID_NOT_FOUND. */
export async function findThumb(call: Call, id: string): Promise<Thumb> {
  const name = assetNameOf(id)
  const entry = name?.part === PART ? await entryOfUpload(call, name.uploadId) : undefined
  const thumb = entry?.view.source && thumbOf(entry)
  if (thumb?.id !== id) throw new KalturaError('THUMB_ASSET_ID_NOT_FOUND', { ID: id })
  return thumb
}

export function thumbFacts({ id, entry, status, createdAtMs }: Thumb): Facts {
  return {
    id,
    entryId: entry.id,
    status,
    thumbParamsId: 0,
    tags: tagsOf(entry),
    createdAt: Math.floor(createdAtMs / 1000),
  }
}

function tagsOf({ view }: Entry): readonly string[] {
  return [DEFAULT_TAG, ...(itemsOf(view.asset.metadata[METADATA.thumbTags]) ?? [])]
}

export function toThumbAsset({ id, entry, status, version, createdAtMs }: Thumb, partnerId: number): KalturaObject {
  const video = entry.view.source?.media?.video
  return {
    type: 'KalturaThumbAsset',
    values: {
      id,
      entryId: entry.id,
      partnerId,
      status,
      thumbParamsId: 0,
      version,
      tags: tagsOf(entry).join(','),
      fileExt: entry.view.source?.posterKey?.split('.').at(-1) ?? 'jpg',
      width: video?.widthPx ?? 0,
      height: video?.heightPx ?? 0,
      createdAt: Math.floor(createdAtMs / 1000),
      updatedAt: Math.floor(createdAtMs / 1000),
    },
  }
}
