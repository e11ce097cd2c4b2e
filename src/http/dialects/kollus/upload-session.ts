import { DomainError } from '../../../core/errors.ts'
import { isFinished, type Upload } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'
import { UPLOAD_FILE_KEY } from './upload-file-key.ts'

const PREFIX = 'KUS_'

/** The upload token as Kollus clients see it. */
export function presentSession(token: string): string {
  return PREFIX + token
}

/** The session as it stands, used or not, until it expires. Throws token_invalid or token_expired. */
export async function findSession(
  { uploads, clock }: Services,
  session: string,
  options: Readonly<{ origin?: string | undefined }> = {},
): Promise<Upload> {
  if (!session.startsWith(PREFIX)) throw new DomainError('token_invalid', 'The upload session is not valid.')
  const upload = await uploads.authorize(session.slice(PREFIX.length), options)
  if (upload.expiresAtMs <= clock.now()) throw new DomainError('token_expired', 'The upload session has expired.')
  return upload
}

/** The session for sending its file, named in full by the address. Throws also state_conflict when it was used. */
export async function openSession(
  services: Services,
  address: Readonly<{ session: string; uploadFileKey: string }>,
  options: Readonly<{ origin?: string | undefined }>,
): Promise<Upload> {
  const upload = await findSession(services, address.session, options)
  const uploadFileKey = upload.assetId && (await services.library.keyOf(UPLOAD_FILE_KEY, upload.assetId))
  if (uploadFileKey !== address.uploadFileKey) {
    throw new DomainError('token_invalid', 'The upload session belongs to another file.')
  }
  if (isFinished(upload.state)) throw new DomainError('state_conflict', 'The upload session has been used.')
  return upload
}
