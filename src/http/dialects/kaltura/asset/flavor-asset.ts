import type { Rendition, Source } from '../../../../core/library/asset.ts'
import { isOpen, type Upload } from '../../../../core/uploads/upload.ts'
import { KalturaError } from '../errors.ts'
import type { Entry } from '../media/entry.ts'
import type { Call } from '../operation.ts'
import type { Facts } from '../schema/filter.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { entryOfUpload } from './entry-of-upload.ts'
import { assetIdOf, assetNameOf, paramsIdOf } from './flavor-id.ts'

/** KalturaFlavorAssetStatus. */
const STATUS = { failed: -1, queued: 0, ready: 2, importing: 7 } as const

/** The flavour that is the original file. */
export const SOURCE_PARAMS_ID = 0

/** A flavour: the original file (`rendition` undefined, `source` too until its bytes are there) or one made of it. */
export type Flavor = Readonly<{
  id: string
  entryId: string
  status: number
  paramsId: number
  source: Source | undefined
  rendition: Rendition | undefined
}>

/** The original first, then what was made of it, in the order of the library. */
export function flavorsOf({ id: entryId, view }: Entry): readonly Flavor[] {
  const { source, upload, renditions } = view
  if (source === undefined) return upload !== undefined && isOpen(upload.state) ? [importing(entryId, upload)] : []
  const status =
    source.failure !== undefined ? STATUS.failed : source.media === undefined ? STATUS.queued : STATUS.ready
  const original = { id: assetIdOf({ uploadId: source.uploadId, part: '' }), paramsId: SOURCE_PARAMS_ID, status }
  const made = renditions.map((rendition) => ({
    id: assetIdOf({ uploadId: source.uploadId, part: rendition.name }),
    entryId,
    status: STATUS.ready,
    paramsId: paramsIdOf(rendition.name),
    source,
    rendition,
  }))
  return [{ ...original, entryId, source, rendition: undefined }, ...made]
}

function importing(entryId: string, { id: uploadId }: Upload): Flavor {
  const id = assetIdOf({ uploadId, part: '' })
  return { id, entryId, status: STATUS.importing, paramsId: SOURCE_PARAMS_ID, source: undefined, rendition: undefined }
}

/** Throws FLAVOR_ASSET_ID_NOT_FOUND. */
export async function findFlavor(call: Call, id: string): Promise<Readonly<{ flavor: Flavor; entry: Entry }>> {
  const name = assetNameOf(id)
  const entry = name && (await entryOfUpload(call, name.uploadId))
  const flavor = entry && flavorsOf(entry).find((own) => own.id === id)
  if (entry === undefined || flavor === undefined) throw new KalturaError('FLAVOR_ASSET_ID_NOT_FOUND', { ID: id })
  return { flavor, entry }
}

export function flavorFacts({ id, entryId, status, paramsId, rendition, source }: Flavor): Facts {
  return {
    id,
    entryId,
    status,
    flavorParamsId: paramsId,
    tags: tagsOf(rendition).split(','),
    createdAt: Math.floor((source?.createdAtMs ?? 0) / 1000),
  }
}

function tagsOf(rendition: Rendition | undefined): string {
  return rendition === undefined ? 'source' : 'mobile,web,mbr,iphone,ipad'
}

export function toFlavorAsset(flavor: Flavor, partnerId: number): KalturaObject {
  const { id, entryId, status, paramsId, source, rendition } = flavor
  const video = source?.media?.video
  const sizeBytes = rendition?.sizeBytes ?? source?.sizeBytes
  const bitRate = rendition?.averageBandwidth ?? source?.media?.bitRate
  return {
    type: 'KalturaFlavorAsset',
    values: {
      id,
      entryId,
      partnerId,
      status,
      flavorParamsId: paramsId,
      version: source?.version ?? 0,
      width: (rendition === undefined ? video?.widthPx : rendition.widthPx) ?? 0,
      height: (rendition === undefined ? video?.heightPx : rendition.heightPx) ?? 0,
      bitrate: Math.round((bitRate ?? 0) / 1000),
      frameRate: (rendition === undefined ? video?.frameRate : rendition.frameRate) ?? 0,
      isOriginal: rendition === undefined,
      isWeb: rendition !== undefined,
      isDefault: false,
      containerFormat: rendition === undefined ? source?.media?.container.split(',')[0] : 'isom',
      videoCodecId: rendition === undefined ? video?.codec : rendition.codecs.split(/[.,]/)[0],
      fileExt: rendition === undefined ? extensionOf(source?.fileName ?? '') : 'mp4',
      size: Math.round((sizeBytes ?? 0) / 1024),
      sizeInBytes: sizeBytes,
      tags: tagsOf(rendition),
      createdAt: source && Math.floor(source.createdAtMs / 1000),
      updatedAt: source && Math.floor((source.readyAtMs ?? source.createdAtMs) / 1000),
    },
  }
}

/** In lower case; undefined where a name has none that could be one. */
export function extensionOf(fileName: string): string | undefined {
  return /\.([0-9a-z]{1,8})$/i.exec(fileName)?.[1]?.toLowerCase()
}
