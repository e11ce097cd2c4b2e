import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../../core/errors.ts'
import { hideAnswer } from '../cross-origin.ts'
import { asDomainError } from '../problem.ts'

/**
 * The status of each of our errors. Where the protocol leaves the choice to us it is what tus-js-client makes sense of:
 * it repeats a request after 409, 423 and 5xx, and gives up after any other 4xx.
 */
const TUS_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_argument: 400,
  unauthenticated: 401,
  forbidden: 403,
  token_invalid: 404,
  token_expired: 410,
  not_found: 404,
  state_conflict: 403,
  offset_mismatch: 409,
  length_mismatch: 400,
  too_large: 413,
  chunk_too_small: 400,
  checksum_mismatch: 460,
  checksum_unsupported: 400,
  type_not_allowed: 415,
  media_refused: 422,
  client_too_slow: 408,
  client_aborted: 400,
  superseded: 423,
  storage_full: 507,
  quota_exceeded: 403,
  rate_limited: 429,
  lease_lost: 409,
  unavailable: 503,
}

const RETRY_AFTER_SECONDS: Readonly<Partial<Record<ErrorCode, number>>> = { unavailable: 2, storage_full: 60 }

/** Answers with a status and the cause as a line of text. Bugs are logged and shown as nothing but their trace id. */
export async function sendTusError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const known = asDomainError(error)
  if (known === undefined) {
    request.log.error({ err: error }, 'unexpected error')
    return text(reply.code(500), `Something went wrong on our side. Trace id: ${request.id}`)
  }
  const { code, message, details } = known
  if (code === 'unavailable' || code === 'storage_full') request.log.warn({ err: known }, message)
  // The protocol asks for this; an answer would make clients give up that could simply go on.
  if (code === 'client_too_slow') request.raw.socket.destroy()
  if (code === 'forbidden') hideAnswer(reply)
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  if (code === 'offset_mismatch' && typeof details['offset'] === 'number') {
    reply.header('upload-offset', String(details['offset']))
  }
  const retryAfterSeconds = RETRY_AFTER_SECONDS[code]
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return text(reply.code(TUS_STATUS[code]), message)
}

function text(reply: FastifyReply, line: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(`${line}\n`)
}
