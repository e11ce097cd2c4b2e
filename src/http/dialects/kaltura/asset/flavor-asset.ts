import type { Rendition, Source } from '../../../../core/library/asset.ts'
import { isOpen, type Upload } from '../../../../core/uploads/upload.ts'
import { KalturaError } from '../errors.ts'
import { type Entry, entriesOf } from '../media/entry.ts'
import { foreignEntryId as announcedId, foreignAssetId } from '../media/entry-id.ts'
import type { Call } from '../operation.ts'
import type { Facts } from '../schema/filter.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { entryOfUpload } from './entry-of-upload.ts'
import { assetIdOf, assetNameOf, paramsIdOf } from './flavor-id.ts'

/** KalturaFlavorAssetStatus. */
const STATUS = { failed: -1, queued: 0, converting: 1, ready: 2, importing: 7 } as const

/** The flavour that is the original file. */
export const SOURCE_PARAMS_ID = 0
/** Those that are sound alone. */
export const SOUND_PARAMS_ID = 1

/**
 * A flavour: the original file (`source` undefined until its bytes are there) or one made of it (`rendition` undefined
 * until it is).
 */
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

/** Something of it can be fetched. */
export function isReady({ status }: Flavor): boolean {
  return status === STATUS.ready
}

function importing(entryId: string, { id: uploadId }: Upload): Flavor {
  const id = assetIdOf({ uploadId, part: '' })
  return { id, entryId, status: STATUS.importing, paramsId: SOURCE_PARAMS_ID, source: undefined, rendition: undefined }
}

/** As `flavorsOf`, and behind them those that were asked for and are not there yet, or came to nothing. */
export async function allFlavors({ services, session }: Call, entry: Entry): Promise<readonly Flavor[]> {
  const there = flavorsOf(entry)
  const { source, asset } = entry.view
  const wanted = (source?.treatment?.further ?? []).filter(({ made }) => made === undefined)
  const sizes = wanted.map(({ profileKey }) => profileKey).filter((name) => /^\d+p$/.test(name))
  if (source === undefined || sizes.length === 0) return there
  const jobs = await services.jobs.listForAsset(session.projectId, asset.id)
  const isUnderWay = jobs.some(({ kind, state }) => kind === 'encode' && (state === 'queued' || state === 'running'))
  const status = isUnderWay ? STATUS.converting : STATUS.failed
  const pending = sizes.map((name): Flavor => {
    const id = assetIdOf({ uploadId: source.uploadId, part: name })
    return { id, entryId: entry.id, status, paramsId: paramsIdOf(name), source, rendition: undefined }
  })
  return [...there, ...pending.filter(({ id }) => there.every((own) => own.id !== id))]
}

/** An original that has been announced and has no file yet. It goes on naming the entry's original. */
export function announcedOriginal({ id: entryId, view }: Entry): Flavor {
  const id = announcedId(view.asset.id)
  return { id, entryId, status: STATUS.queued, paramsId: SOURCE_PARAMS_ID, source: undefined, rendition: undefined }
}

/**
 * The flavour of this name. An id of an earlier file of the entry names what was made of the later one in its place.
 * Throws FLAVOR_ASSET_ID_NOT_FOUND.
 */
export async function findFlavor(call: Call, id: string): Promise<Readonly<{ flavor: Flavor; entry: Entry }>> {
  const name = assetNameOf(id)
  const entry = name && ((await entryOfUpload(call, name.uploadId)) ?? (await announcedIn(call, id)))
  const flavors = entry === undefined ? [] : await allFlavors(call, entry)
  const isAnnounced = entry !== undefined && id === announcedId(entry.view.asset.id)
  const flavor = flavors.find((own) => own.id === id) ?? flavors.find((own) => assetNameOf(own.id)?.part === name?.part)
  const found = flavor ?? (isAnnounced ? announcedOriginal(entry) : undefined)
  if (entry === undefined || found === undefined) throw new KalturaError('FLAVOR_ASSET_ID_NOT_FOUND', { ID: id })
  return { flavor: found, entry }
}

/** The entry whose original was announced under this id. */
async function announcedIn({ services, session }: Call, id: string): Promise<Entry | undefined> {
  const assetId = foreignAssetId(id)
  const [view] = assetId === undefined ? [] : await services.library.getMany(session.projectId, [assetId])
  const [entry] = view === undefined ? [] : await entriesOf(services, session.projectId, [view])
  return entry === undefined || session.onlyEntries?.includes(entry.id) === false ? undefined : entry
}

export function flavorFacts({ id, entryId, status, paramsId, source }: Flavor): Facts {
  return {
    id,
    entryId,
    status,
    flavorParamsId: paramsId,
    tags: tagsOf(paramsId).split(','),
    createdAt: Math.floor((source?.createdAtMs ?? 0) / 1000),
  }
}

function tagsOf(paramsId: number): string {
  return paramsId === SOURCE_PARAMS_ID ? 'source' : 'mobile,web,mbr,iphone,ipad'
}

export function toFlavorAsset(flavor: Flavor, partnerId: number): KalturaObject {
  const { id, entryId, status, paramsId, source, rendition } = flavor
  const isOriginal = paramsId === SOURCE_PARAMS_ID
  const media = isOriginal ? source?.media : undefined
  const picture = isOriginal ? media?.video : rendition
  const sizeBytes = isOriginal ? source?.sizeBytes : rendition?.sizeBytes
  const bitRate = isOriginal ? media?.bitRate : rendition?.averageBandwidth
  return {
    type: 'KalturaFlavorAsset',
    values: {
      id,
      entryId,
      partnerId,
      status,
      flavorParamsId: paramsId,
      version: source?.version ?? 0,
      width: picture?.widthPx ?? 0,
      height: picture?.heightPx ?? 0,
      bitrate: Math.round((bitRate ?? 0) / 1000),
      frameRate: picture?.frameRate ?? 0,
      isOriginal,
      isWeb: !isOriginal,
      isDefault: false,
      containerFormat: isOriginal ? media?.container.split(',')[0] : 'isom',
      videoCodecId: isOriginal ? media?.video?.codec : rendition?.codecs.split(/[.,]/)[0],
      fileExt: isOriginal ? extensionOf(source?.fileName ?? '') : 'mp4',
      size: Math.round((sizeBytes ?? 0) / 1024),
      sizeInBytes: sizeBytes,
      tags: tagsOf(paramsId),
      createdAt: source && Math.floor(source.createdAtMs / 1000),
      updatedAt: source && Math.floor((source.readyAtMs ?? source.createdAtMs) / 1000),
    },
  }
}

/** In lower case; undefined where a name has none that could be one. */
export function extensionOf(fileName: string): string | undefined {
  return /\.([0-9a-z]{1,8})$/i.exec(fileName)?.[1]?.toLowerCase()
}
