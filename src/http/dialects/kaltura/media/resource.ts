import { isDomainError } from '../../../../core/errors.ts'
import type { UploadId } from '../../../../core/ids.ts'
import type { SourceActivation } from '../../../../core/library/asset.ts'
import { isFinished, type Upload } from '../../../../core/uploads/upload.ts'
import { SOURCE_PARAMS_ID } from '../asset/flavor-asset.ts'
import { treatmentWish } from '../conversion/conversion-profile.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastObject, CastValue } from '../schema/cast.ts'
import { findToken, NOTES } from '../upload-token/upload-token.ts'
import { attachAsset, attachEntry } from './copied-content.ts'
import { type Entry, statedProfileId } from './entry.ts'

/**
 * Gives an entry its file: at once when a token or another entry has it, else as soon as it does, or by getting it from
 * its address. It is treated as the entry's conversion profile says; `activation` says when it plays in place of what the
 * entry has.
 * @returns the upload that brings it. Throws UPLOAD_TOKEN_NOT_FOUND, UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY,
 * RESOURCE_TYPE_NOT_SUPPORTED, FLAVOR_PARAMS_ID_NOT_FOUND, and what `attachEntry` and `attachAsset` throw.
 */
export async function attachResource(
  call: Call,
  entry: Entry,
  resource: CastObject,
  activation?: SourceActivation,
): Promise<UploadId> {
  const content = contentResource(resource)
  const text = (name: string): string => {
    const value = content.values[name]
    return typeof value === 'string' ? value : ''
  }
  switch (content.objectType) {
    case 'KalturaUploadedFileTokenResource':
      return attachToken(call, entry, await findToken(call.services, call.session, text('token')), activation)
    case 'KalturaUrlResource':
      return attachUrl(call, entry, text('url'), activation)
    case 'KalturaEntryResource': {
      const { flavorParamsId } = content.values
      return attachEntry(call, entry, { entryId: text('entryId'), flavorParamsId }, activation)
    }
    case 'KalturaAssetResource':
      return attachAsset(call, entry, text('assetId'), activation)
    default:
      throw notSupported(content)
  }
}

/** The token's file becomes the entry's, now or once it is there. */
export async function attachToken(
  call: Call,
  entry: Entry,
  token: Upload,
  activation?: SourceActivation,
): Promise<UploadId> {
  const { uploads } = call.services
  const wishes = { ...(await treatmentWish(call, statedProfileId(entry))), activation }
  try {
    if (!isFinished(token.state)) await uploads.describe(token.id, { echo: { [NOTES.attachedEntry]: entry.id } })
    await uploads.attach(token.id, entry.view.asset.id, wishes)
    return token.id
  } catch (error) {
    if (isDomainError(error, 'state_conflict') || isDomainError(error, 'token_expired')) {
      throw new KalturaError('UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY', {}, { cause: error })
    }
    throw error
  }
}

/** The server gets the file; what had been meant for the entry and came to nothing is forgotten. */
export async function attachUrl(
  call: Call,
  entry: Entry,
  url: string,
  activation?: SourceActivation,
): Promise<UploadId> {
  const { services, session } = call
  const fileName = decodedFileName(url)
  const wish = await treatmentWish(call, statedProfileId(entry))
  const target = { replaceAssetId: entry.view.asset.id, ...wish, ...(activation && { activation }) }
  try {
    const issued = await services.pulls.create({ projectId: session.projectId, fileName, target, pull: { url } })
    return issued.upload.id
  } catch (error) {
    if (!isDomainError(error, 'invalid_argument')) throw error
    throw new KalturaError(
      'PROPERTY_VALIDATION_WRONG_FORMAT',
      { PROP_NAME: 'KalturaUrlResource::url', FORMAT: 'url' },
      { cause: error },
    )
  }
}

/** The last segment of the address; empty where that says nothing. */
function decodedFileName(url: string): string {
  const name = URL.parse(url)?.pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(name).slice(-256)
  } catch {
    return name.slice(-256)
  }
}

/** The resource itself, which may be wrapped in containers that name the flavour it is for. */
function contentResource(resource: CastObject): CastObject {
  switch (resource.objectType) {
    case 'KalturaAssetParamsResourceContainer': {
      const { assetParamsId, resource: inner } = resource.values
      if (assetParamsId !== SOURCE_PARAMS_ID) {
        throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(assetParamsId) })
      }
      return isObject(inner) ? contentResource(inner) : resource
    }
    case 'KalturaAssetsParamsResourceContainers': {
      const { resources } = resource.values
      const [first, ...more] = Array.isArray(resources) ? resources : []
      if (first === undefined || more.length > 0) throw notSupported(resource)
      return contentResource(first)
    }
    default:
      return resource
  }
}

function isObject(value: CastValue): value is CastObject {
  return typeof value === 'object' && value !== null && 'objectType' in value
}

function notSupported({ objectType }: CastObject): KalturaError {
  return new KalturaError('RESOURCE_TYPE_NOT_SUPPORTED', { RES_TYPE: objectType })
}
