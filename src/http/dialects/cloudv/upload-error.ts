import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../../../core/errors.ts'
import { asDomainError } from '../../problem.ts'

/** A refusal of the upload host: its code is the status. `message` is shown. docs/dialects/cloudv.md#upload-errors */
export class UploadError extends Error {
  override readonly name = 'UploadError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The bytes of a block, or where they belong, are not right: clients send the block again. */
export function blockRefused(message: string): UploadError {
  return new UploadError(701, message)
}

/** The list of blocks does not make the file: clients begin the blocks anew. */
export function fileRefused(message: string): UploadError {
  return new UploadError(412, message)
}

/** There is a file already, and the token does not allow to replace it. */
export function fileExists(): UploadError {
  return new UploadError(406, 'The file exists already.')
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_argument: 400,
  unauthenticated: 401,
  forbidden: 401,
  token_invalid: 401,
  token_expired: 401,
  not_found: 404,
  state_conflict: 406,
  offset_mismatch: 701,
  length_mismatch: 701,
  too_large: 413,
  chunk_too_small: 400,
  checksum_mismatch: 701,
  checksum_unsupported: 400,
  type_not_allowed: 400,
  media_refused: 400,
  client_too_slow: 408,
  client_aborted: 400,
  superseded: 701,
  storage_full: 507,
  quota_exceeded: 401,
  rate_limited: 503,
  lease_lost: 500,
  unavailable: 503,
}

/** What to answer; bugs are logged here, once, and shown as such. */
export function toUploadError(error: unknown, request: FastifyRequest): UploadError {
  if (error instanceof UploadError) return error
  const known = asDomainError(error)
  if (known !== undefined) return new UploadError(STATUS[known.code], known.message)
  request.log.error({ err: error }, 'unexpected error')
  return new UploadError(500, 'Internal Service Error')
}

/** Answers as the upload host fails: the status, and once more as a text in the body. */
export function failUpload(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, message } = toUploadError(error, request)
  // Fastify's `code` knows nothing beyond 599; the vendor does.
  reply.raw.statusCode = status
  return reply.send({ code: String(status), message })
}
