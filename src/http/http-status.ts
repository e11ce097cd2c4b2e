import type { ErrorCode } from '../core/errors.ts'

/** The HTTP status each of our errors has where a protocol leaves the choice to us. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_argument: 400,
  unauthenticated: 401,
  forbidden: 403,
  token_invalid: 404,
  token_expired: 410,
  not_found: 404,
  state_conflict: 409,
  offset_mismatch: 409,
  length_mismatch: 409,
  too_large: 413,
  chunk_too_small: 400,
  checksum_mismatch: 422,
  checksum_unsupported: 400,
  type_not_allowed: 415,
  media_refused: 422,
  client_too_slow: 408,
  client_aborted: 400,
  superseded: 409,
  storage_full: 507,
  quota_exceeded: 403,
  rate_limited: 429,
  lease_lost: 409,
  unavailable: 503,
}
