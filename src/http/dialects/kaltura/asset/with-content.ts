import { isDomainError } from '../../../../core/errors.ts'
import { readAtMost } from '../../../../core/uploads/read-at-most.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { findToken } from '../upload-token/upload-token.ts'

type Content = Readonly<{ maxBytes: number; downloadFailed: (url: string) => KalturaError }>

/**
 * Lends the content of a resource to `use`: a small file, whole in memory. A token that brought it is spent once it was
 * used. Throws MISSING_MANDATORY_PARAMETER, UPLOAD_TOKEN_NOT_FOUND, UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY (also
 * while its bytes are not all there), RESOURCE_TYPE_NOT_SUPPORTED, what `downloadFailed` makes, UPLOAD_ERROR when too large.
 */
export async function withContent(
  call: Call,
  resource: CastObject | undefined,
  { maxBytes, downloadFailed }: Content,
  use: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  if (resource === undefined) throw new KalturaError('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: 'contentResource' })
  const { services, session } = call
  const text = (name: string): string => String(resource.values[name] ?? '')
  switch (resource.objectType) {
    case 'KalturaStringResource':
      return use(Buffer.from(text('content')))
    case 'KalturaUploadedFileTokenResource': {
      const token = await findToken(services, session, text('token'))
      if (token.state !== 'complete') throw new KalturaError('UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY')
      return services.uploads.take(token.id, async (body) => use(await readAtMost(body, maxBytes)))
    }
    case 'KalturaUrlResource':
      return fetchContent(call, text('url'), { maxBytes, downloadFailed }, use)
    default:
      throw new KalturaError('RESOURCE_TYPE_NOT_SUPPORTED', { RES_TYPE: resource.objectType })
  }
}

/** The same for a file at an address. */
export async function fetchContent(
  { services }: Call,
  url: string,
  { maxBytes, downloadFailed }: Content,
  use: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  let isHere = false
  try {
    await services.pulls.fetch(url, maxBytes, (bytes) => {
      isHere = true
      return use(bytes)
    })
  } catch (error) {
    // Any failure to get it looks alike: what lies at which address of ours is nobody's business.
    throw isDomainError(error) && !isHere ? downloadFailed(url) : error
  }
}
