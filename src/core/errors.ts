/**
 * Everything that can go wrong, in our words: the closed list. No HTTP status and no vendor code here; each transport
 * and dialect maps the list through a total table (`Record<ErrorCode, …>`), so a new code does not compile until
 * somebody decided what that client shall see.
 */
export const ERROR_CODES = [
  /** A value of the request is missing, malformed or out of its range. */
  'invalid_argument',
  /** No credential, or one that proves nobody. */
  'unauthenticated',
  /** A good credential that may not do this. */
  'forbidden',
  /** The upload token is unknown, revoked or malformed; deliberately not told apart. */
  'token_invalid',
  /** The upload token was good once; its time is over. */
  'token_expired',
  'not_found',
  /** The subject is in a state that does not allow this (for example an upload that is already complete). */
  'state_conflict',
  /** The bytes sent do not start where the protocol demands. */
  'offset_mismatch',
  /** Two statements about the length of the file contradict each other, or bytes are missing at completion. */
  'length_mismatch',
  /** More bytes than the token, the declared size or the server allows. */
  'too_large',
  /** A chunk smaller than the token's minimum that is not the last one. */
  'chunk_too_small',
  'checksum_mismatch',
  /** The digest algorithm or its encoding is not one we know. */
  'checksum_unsupported',
  /** The content is not of a type that the token allows. */
  'type_not_allowed',
  /** The file is empty, not media, damaged, or of a form we refuse; `reason` says which. */
  'media_refused',
  /** The client sent nothing, or next to nothing, for too long. */
  'client_too_slow',
  /** The client went away in the middle of its request; what had arrived is kept. */
  'client_aborted',
  /** A newer request for the same bytes took over from this one. */
  'superseded',
  /** No room for the declared or received bytes. */
  'storage_full',
  'quota_exceeded',
  'rate_limited',
  /** A worker's result came after its lease was given to another. */
  'lease_lost',
  /** The server is draining or a service behind it is down; worth repeating. */
  'unavailable',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** Machine-readable details, safe to show: names in camelCase, plain values. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** An expected failure. `message` and `details` may be shown to the caller; `cause` goes to the log only. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/** True for an expected failure, narrowed to the given code when there is one. */
export function isDomainError(error: unknown, code?: ErrorCode): error is DomainError {
  return error instanceof DomainError && (code === undefined || error.code === code)
}
