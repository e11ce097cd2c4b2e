import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { DomainError, type ErrorCode, isDomainError } from '../core/errors.ts'
import { HTTP_STATUS } from './http-status.ts'

/** RFC 9457. `code` is ours and stable; `traceId` is in the log of the request. */
export type Problem = Readonly<{
  type: string
  title: string
  status: number
  code: string
  detail: string
  traceId: string
}>

const TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid_argument: 'The request is not valid',
  unauthenticated: 'Sign in or send a valid key',
  forbidden: 'Not allowed',
  token_invalid: 'The upload token is not valid',
  token_expired: 'The upload token has expired',
  not_found: 'Not found',
  state_conflict: 'Not possible in this state',
  offset_mismatch: 'The bytes do not continue where the upload stands',
  length_mismatch: 'The length does not fit',
  too_large: 'Too large',
  chunk_too_small: 'The chunk is too small',
  checksum_mismatch: 'The checksum does not match',
  checksum_unsupported: 'The checksum is not of a kind known here',
  type_not_allowed: 'The file type is not allowed',
  media_refused: 'The file is refused',
  client_too_slow: 'The client was too slow',
  client_aborted: 'The client went away',
  superseded: 'A newer request took over',
  storage_full: 'Not enough space',
  quota_exceeded: 'The quota is used up',
  rate_limited: 'Too many requests',
  lease_lost: 'Somebody else took over',
  unavailable: 'Not available at the moment',
}

/** When it makes sense to ask again, in seconds. */
const RETRY_AFTER_SECONDS: Readonly<Partial<Record<ErrorCode, number>>> = { unavailable: 2, storage_full: 60 }

/** The problem document of an expected error, with its details as further members. */
export function toProblem(error: DomainError, traceId: string): Problem {
  return {
    ...error.details,
    type: `urn:reeldock:problem:${error.code}`,
    title: TITLES[error.code],
    status: HTTP_STATUS[error.code],
    code: error.code,
    detail: error.message,
    traceId,
  }
}

/**
 * What went wrong, as one of our errors; undefined for a bug. Fastify's own refusals (a body that is not JSON, a
 * schema that does not fit, a route's limit) become invalid_argument, too_large or rate_limited.
 */
export function asDomainError(error: unknown): DomainError | undefined {
  if (isDomainError(error)) return error
  const { statusCode, message } = error as Partial<FastifyError>
  if (statusCode === 413) return new DomainError('too_large', 'The request body is too large.', { cause: error })
  if (statusCode === 429) return new DomainError('rate_limited', message ?? 'Too many requests.', { cause: error })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new DomainError('invalid_argument', message ?? 'The request is not valid.', { cause: error })
  }
  return undefined
}

/** Answers with a problem document. Bugs are logged here, once, and shown as nothing but their trace id. */
export async function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const known = asDomainError(error)
  if (known === undefined) request.log.error({ err: error }, 'unexpected error')
  else if (known.code === 'unavailable' || known.code === 'storage_full')
    request.log.warn({ err: known }, known.message)
  const problem = known
    ? toProblem(known, request.id)
    : {
        type: 'urn:reeldock:problem:internal',
        title: 'Something went wrong on our side',
        status: 500,
        code: 'internal',
        detail: 'The cause is in the server log under this trace id.',
        traceId: request.id,
      }
  if (known?.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  const retryAfterSeconds = known && RETRY_AFTER_SECONDS[known.code]
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  return reply.code(problem.status).type('application/problem+json').send(problem)
}
