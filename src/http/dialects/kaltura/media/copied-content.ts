import { isDomainError } from '../../../../core/errors.ts'
import type { UploadId } from '../../../../core/ids.ts'
import type { SourceActivation } from '../../../../core/library/asset.ts'
import { type Flavor, findFlavor, flavorsOf, SOURCE_PARAMS_ID } from '../asset/flavor-asset.ts'
import { treatmentWish } from '../conversion/conversion-profile.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastValue } from '../schema/cast.ts'
import { type Entry, findEntry, statedProfileId } from './entry.ts'

/**
 * Another entry's file becomes this one's: its original, or the flavour of these params. Throws ENTRY_ID_NOT_FOUND,
 * ORIGINAL_FLAVOR_ASSET_IS_MISSING, FLAVOR_PARAMS_ID_NOT_FOUND, FILE_DOESNT_EXIST.
 */
export async function attachEntry(
  call: Call,
  entry: Entry,
  from: Readonly<{ entryId: string; flavorParamsId: CastValue }>,
  activation?: SourceActivation,
): Promise<UploadId> {
  const { entryId, flavorParamsId } = from
  const other = await findEntry(call.services, call.session, entryId)
  const paramsId = typeof flavorParamsId === 'number' ? flavorParamsId : SOURCE_PARAMS_ID
  const flavor = flavorsOf(other).find((own) => own.paramsId === paramsId)
  if (flavor !== undefined) return attachFlavor(call, entry, { flavor, entry: other }, activation)
  throw paramsId === SOURCE_PARAMS_ID
    ? new KalturaError('ORIGINAL_FLAVOR_ASSET_IS_MISSING')
    : new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(paramsId) })
}

/** A flavour of another entry becomes this one's file. Throws FLAVOR_ASSET_ID_NOT_FOUND, FILE_DOESNT_EXIST. */
export async function attachAsset(
  call: Call,
  entry: Entry,
  assetId: string,
  activation?: SourceActivation,
): Promise<UploadId> {
  return attachFlavor(call, entry, await findFlavor(call, assetId), activation)
}

/** What plays is no file; one is there of renditions whose profile asks for it. */
async function attachFlavor(
  call: Call,
  entry: Entry,
  from: Readonly<{ flavor: Flavor; entry: Entry }>,
  activation?: SourceActivation,
): Promise<UploadId> {
  const { services, session } = call
  const { rendition, paramsId } = from.flavor
  if (rendition === undefined && paramsId !== SOURCE_PARAMS_ID) throw new KalturaError('FILE_DOESNT_EXIST')
  const wishes = { ...(await treatmentWish(call, statedProfileId(entry))), activation, rendition: rendition?.name }
  try {
    const { asset } = from.entry.view
    const { uploadId } = await services.copies.copyFile(session.projectId, asset.id, entry.view.asset.id, wishes)
    return uploadId
  } catch (error) {
    const isWithoutFile = isDomainError(error, 'not_found') && error.details['missing'] !== undefined
    if (!isWithoutFile && !isDomainError(error, 'state_conflict')) throw error
    throw new KalturaError('FILE_DOESNT_EXIST', {}, { cause: error })
  }
}
