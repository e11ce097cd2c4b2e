import { KalturaError } from '../errors.ts'
import { assertMayEdit, ENTRY_STATUS, type Entry, entryStatus, findEntry, mediaTypeOf } from '../media/entry.ts'
import type { Call, Operation } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { takePicture } from './take-picture.ts'
import { findThumb, thumbOf, toThumbAsset } from './thumb-asset.ts'
import { noThumbParams } from './thumb-asset-get-url.ts'

const VIDEO = 1
const STATUSES: readonly number[] = [ENTRY_STATUS.failed, ENTRY_STATUS.converting, ENTRY_STATUS.ready]

async function ownFilm(call: Call, entry: Entry): Promise<Entry> {
  assertMayEdit(call.session, entry)
  const mediaType = mediaTypeOf(entry.view)
  if (mediaType !== VIDEO) throw new KalturaError('ENTRY_MEDIA_TYPE_NOT_SUPPORTED', { MEDIA_TYPE: String(mediaType) })
  if (!STATUSES.includes(entryStatus(entry.view))) throw new KalturaError('INVALID_ENTRY_STATUS')
  return entry
}

async function taken(call: Call, entry: Entry, atMs: number | undefined): Promise<KalturaObject> {
  await takePicture(call, entry, atMs)
  const { services, session } = call
  return toThumbAsset(thumbOf(await findEntry(services, session, entry.id)), session.content.partnerId)
}

/**
 * Has the entry's picture taken at the moment that the params say; it is ready (status 2) once a worker has done so. The
 * whole picture is kept, and cut and sized where it is shown: what else the params say belongs into its address.
 */
export const thumbAssetGenerate: Operation = {
  service: 'thumbAsset',
  action: 'generate',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'thumbParams', type: 'object:KalturaThumbParams' },
    { name: 'sourceAssetId', type: 'string', default: null },
  ],
  async run(call) {
    const entry = await ownFilm(call, await findEntry(call.services, call.session, call.text('entryId')))
    return taken(call, entry, momentOf(entry, call.object('thumbParams')))
  },
}

/** The same by params that are stored. There are none here. */
export const thumbAssetGenerateByEntryId: Operation = {
  service: 'thumbAsset',
  action: 'generateByEntryId',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'destThumbParamsId', type: 'int' },
  ],
  async run(call) {
    await ownFilm(call, await findEntry(call.services, call.session, call.text('entryId')))
    throw noThumbParams(call.number('destThumbParamsId'))
  },
}

/** Takes it once more: where it was taken last when somebody said where, else where all are taken. */
export const thumbAssetRegenerate: Operation = {
  service: 'thumbAsset',
  action: 'regenerate',
  admits: 'user',
  parameters: [{ name: 'thumbAssetId', type: 'string' }],
  async run(call) {
    const entry = await ownFilm(call, (await findThumb(call, call.text('thumbAssetId'))).entry)
    return taken(call, entry, entry.view.source?.treatment?.poster?.atMs)
  },
}

/** Undefined: nothing is said. */
function momentOf({ view: { source } }: Entry, params: CastObject | undefined): number | undefined {
  const { videoOffset, videoOffsetInPercentage: percent } = params?.values ?? {}
  if (typeof percent === 'number' && percent > 0) {
    return ((source?.media?.durationMs ?? 0) * Math.min(percent, 100)) / 100
  }
  return typeof videoOffset === 'number' && videoOffset >= 0 ? videoOffset * 1000 : undefined
}
