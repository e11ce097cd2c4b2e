import { isDomainError } from '../../../../core/errors.ts'
import { isFinished } from '../../../../core/uploads/upload.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastObject, CastValue } from '../schema/cast.ts'
import { findToken, NOTES } from '../upload-token/upload-token.ts'
import type { Entry } from './entry.ts'

/** The flavour that is the original file; we take no others. */
const SOURCE_PARAMS_ID = 0

/**
 * Gives an entry its file: at once when the token has it, else as soon as it does. Throws UPLOAD_TOKEN_NOT_FOUND,
 * UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY, RESOURCE_TYPE_NOT_SUPPORTED, FLAVOR_PARAMS_ID_NOT_FOUND.
 */
export async function attachResource(call: Call, entry: Entry, resource: CastObject): Promise<void> {
  const tokenId = contentResource(resource).values['token']
  const { uploads } = call.services
  const token = await findToken(call.services, call.session, typeof tokenId === 'string' ? tokenId : '')
  try {
    if (!isFinished(token.state)) await uploads.describe(token.id, { echo: { [NOTES.attachedEntry]: entry.id } })
    await uploads.attach(token.id, entry.view.asset.id)
  } catch (error) {
    if (isDomainError(error, 'state_conflict') || isDomainError(error, 'token_expired')) {
      throw new KalturaError('UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY', {}, { cause: error })
    }
    throw error
  }
}

/** The token resource, which may be wrapped in containers that name the flavour it is for. */
function contentResource(resource: CastObject): CastObject {
  switch (resource.objectType) {
    case 'KalturaUploadedFileTokenResource':
      return resource
    case 'KalturaAssetParamsResourceContainer': {
      const { assetParamsId, resource: inner } = resource.values
      if (assetParamsId !== SOURCE_PARAMS_ID) {
        throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { FLAVOR_PARAMS_ID: String(assetParamsId) })
      }
      return contentResource(isObject(inner) ? inner : resource)
    }
    case 'KalturaAssetsParamsResourceContainers': {
      const { resources } = resource.values
      const [first, ...more] = Array.isArray(resources) ? resources : []
      if (first === undefined || more.length > 0) throw notSupported(resource)
      return contentResource(first)
    }
    default:
      throw notSupported(resource)
  }
}

function isObject(value: CastValue): value is CastObject {
  return typeof value === 'object' && value !== null && 'objectType' in value
}

function notSupported({ objectType }: CastObject): KalturaError {
  return new KalturaError('RESOURCE_TYPE_NOT_SUPPORTED', { RESOURCE_TYPE: objectType })
}
