import { KalturaError } from '../errors.ts'
import type { Entry } from '../media/entry.ts'
import type { Call } from '../operation.ts'
import type { Facts } from '../schema/filter.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { entryOfUpload } from './entry-of-upload.ts'
import { assetIdOf, assetNameOf } from './flavor-id.ts'

/** What stands for the picture in the name of an asset. */
const PART = 'thumb'
const READY = 2

/** The picture of an entry's file. */
export type Thumb = Readonly<{ id: string; entry: Entry; version: number; createdAtMs: number }>

/** At most one: the poster, once it is made. */
export function thumbsOf(entry: Entry): readonly Thumb[] {
  const { source } = entry.view
  if (source?.posterKey === undefined) return []
  const { uploadId, version, createdAtMs } = source
  return [{ id: assetIdOf({ uploadId, part: PART }), entry, version, createdAtMs }]
}

/** Throws THUMB_ASSET_ID_NOT_FOUND. */
export async function findThumb(call: Call, id: string): Promise<Thumb> {
  const name = assetNameOf(id)
  const entry = name?.part === PART ? await entryOfUpload(call, name.uploadId) : undefined
  const thumb = entry && thumbsOf(entry).find((own) => own.id === id)
  if (thumb === undefined) throw new KalturaError('THUMB_ASSET_ID_NOT_FOUND', { ID: id })
  return thumb
}

export function thumbFacts({ id, entry, createdAtMs }: Thumb): Facts {
  return {
    id,
    entryId: entry.id,
    status: READY,
    thumbParamsId: 0,
    tags: ['default_thumb'],
    createdAt: Math.floor(createdAtMs / 1000),
  }
}

export function toThumbAsset({ id, entry, version, createdAtMs }: Thumb, partnerId: number): KalturaObject {
  const video = entry.view.source?.media?.video
  return {
    type: 'KalturaThumbAsset',
    values: {
      id,
      entryId: entry.id,
      partnerId,
      status: READY,
      thumbParamsId: 0,
      version,
      tags: 'default_thumb',
      fileExt: 'jpg',
      width: video?.widthPx ?? 0,
      height: video?.heightPx ?? 0,
      createdAt: Math.floor(createdAtMs / 1000),
      updatedAt: Math.floor(createdAtMs / 1000),
    },
  }
}
