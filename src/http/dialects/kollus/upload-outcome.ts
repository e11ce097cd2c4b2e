import type { DomainError, ErrorCode } from '../../../core/errors.ts'

/** How sending a file ended, in the words and with the status of the wire. */
export type UploadOutcome = Readonly<{ status: number; error: 0 | 1; message: string }>

/** Clients look for "success" in it. */
export const UPLOADED: UploadOutcome = { status: 200, error: 0, message: 'Successfully uploaded.' }

const EXPIRED = 'User request was expired.'

/**
 * What each of our errors looks like on upload_url. A session that is unknown, used, over or broken off is one case, so
 * that nobody learns which; a form that cannot be read is the client's mistake; everything else is told as it is.
 * Source: docs/dialects/kollus.md#errors.
 */
const OUTCOMES: Readonly<Record<ErrorCode, Readonly<{ status: number; message?: string }>>> = {
  invalid_argument: { status: 400 },
  unauthenticated: { status: 404, message: EXPIRED },
  forbidden: { status: 404, message: EXPIRED },
  token_invalid: { status: 404, message: EXPIRED },
  token_expired: { status: 404, message: EXPIRED },
  not_found: { status: 404, message: EXPIRED },
  state_conflict: { status: 404, message: EXPIRED },
  offset_mismatch: { status: 404 },
  length_mismatch: { status: 404 },
  too_large: { status: 404 },
  chunk_too_small: { status: 404 },
  checksum_mismatch: { status: 404 },
  checksum_unsupported: { status: 404 },
  type_not_allowed: { status: 404 },
  media_refused: { status: 404 },
  client_too_slow: { status: 404 },
  client_aborted: { status: 404, message: EXPIRED },
  superseded: { status: 404, message: EXPIRED },
  storage_full: { status: 404 },
  quota_exceeded: { status: 404 },
  rate_limited: { status: 404 },
  lease_lost: { status: 404 },
  unavailable: { status: 404 },
}

export function failedUpload(error: DomainError): UploadOutcome {
  const { status, message = error.message } = OUTCOMES[error.code]
  return { status, error: 1, message }
}
