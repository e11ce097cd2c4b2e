import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../../../core/errors.ts'
import { HTTP_STATUS } from '../../http-status.ts'
import { asDomainError } from '../../problem.ts'

/** The generations of the vendor's API that fail in different ways: docs/dialects/kollus.md#errors. */
export type Generation = 'v0' | 'v3' | 'upload'

/**
 * Clients of v0 drop, or retry, whatever is not 200 before they read the message; the upload host knows 400 only.
 * The body is the same everywhere.
 */
function statusOf(generation: Generation, code: ErrorCode): number {
  if (generation === 'v0') return 200
  return generation === 'upload' ? 400 : HTTP_STATUS[code]
}

/** The body of every failed call: what clients of all generations look at, side by side. */
export function failure(message: string): Readonly<{ status: 'error'; error: 1; message: string }> {
  return { status: 'error', error: 1, message }
}

/** An error handler that answers as the given generation does. Bugs are logged here, once, and shown as such. */
export function failAs(generation: Generation) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = asDomainError(error)
    if (known !== undefined) return reply.code(statusOf(generation, known.code)).send(failure(known.message))
    request.log.error({ err: error }, 'unexpected error')
    return reply.code(500).send(failure(`Something went wrong on our side (trace ${request.id}).`))
  }
}
