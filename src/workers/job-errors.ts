import { type ErrorCode, isDomainError } from '../core/errors.ts'
import type { JobError } from '../core/jobs/job.ts'
import { ToolFailure } from '../core/ports/media-tools.ts'

/**
 * Whether another attempt is pointless: the same bytes in the same state give the same answer. What depends on the
 * state of the machine or of a service behind it may turn out differently later.
 */
const IS_FINAL: Record<ErrorCode, boolean> = {
  invalid_argument: true,
  unauthenticated: true,
  forbidden: true,
  token_invalid: true,
  token_expired: true,
  not_found: true,
  state_conflict: true,
  offset_mismatch: true,
  length_mismatch: true,
  too_large: true,
  chunk_too_small: true,
  checksum_mismatch: true,
  checksum_unsupported: true,
  type_not_allowed: true,
  media_refused: true,
  client_too_slow: false,
  client_aborted: false,
  superseded: false,
  storage_full: false,
  quota_exceeded: false,
  rate_limited: false,
  lease_lost: false,
  unavailable: false,
}

export function isFinal(error: unknown): boolean {
  return isDomainError(error) && IS_FINAL[error.code]
}

/** What is shown of a failure. Of a bug nothing is, for its words are not meant for users; the log has them. */
export function toJobError(error: unknown): JobError {
  if (!isDomainError(error)) {
    return { code: 'internal', reason: 'internal_error', message: 'An internal error interrupted the work.' }
  }
  const reason = error.details['reason']
  const { code, message, cause } = error
  const shown = { code, reason: typeof reason === 'string' ? reason : code, message }
  return cause instanceof ToolFailure && cause.logTail !== '' ? { ...shown, logTail: cause.logTail } : shown
}

/** Of a job whose last allowed attempt ended with its worker's death. */
export const WORKER_DIED: JobError = {
  code: 'worker_died',
  reason: 'worker_died',
  message: 'The worker ended without a result, as often as it was tried.',
}
