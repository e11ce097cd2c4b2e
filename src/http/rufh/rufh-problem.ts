import type { FastifyReply, FastifyRequest } from 'fastify'
import { DomainError, type ErrorCode, type ErrorDetails } from '../../core/errors.ts'
import { isFinished, type UploadState } from '../../core/uploads/upload.ts'
import { hideAnswer } from '../cross-origin.ts'
import { HTTP_STATUS } from '../http-status.ts'
import { asDomainError, sendProblem, toProblem } from '../problem.ts'
import { completeness, type Interop, interopForAnswer } from './interop.ts'
import { integerField } from './structured-fields.ts'

/**
 * Source: "Problem Types" of draft-ietf-httpbis-resumable-upload (completed-upload: up to -11), and
 * draft-ietf-httpapi-digest-fields-problem-types.
 */
const REGISTRY = 'https://iana.org/assignments/http-problem-types#'

export type ProblemName =
  | 'mismatching-upload-offset'
  | 'inconsistent-upload-length'
  | 'completed-upload'
  | 'digest-unsupported-algorithms'
  | 'digest-invalid-values'
  | 'digest-mismatching-values'

/** The status of each of our errors, where these protocols do not leave it to us. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  ...HTTP_STATUS,
  length_mismatch: 400,
  checksum_mismatch: 400,
}

/** An expected failure with members of its problem that our errors have no form for. */
export class RufhError extends DomainError {
  readonly problem: ProblemName
  readonly members: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, problem: ProblemName, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(code, message)
    this.problem = problem
    this.members = members
  }
}

/** The answer to a request for an upload that is complete, unless it is the one that completed it. */
export function completed(): RufhError {
  return new RufhError('state_conflict', 'completed-upload', 'The upload is already complete.')
}

/** Answers with a problem document, and with the field that says that the upload is not complete by this answer. */
export async function sendRufhProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const known = asDomainError(error)
  const interop = interopForAnswer(request)
  reply.header(...completeness(interop, false)).header('cache-control', 'no-store')
  if (known === undefined) return sendProblem(error, request, reply)
  const { code, details } = known
  // Told nothing, a client may resume; a 4xx would have it give up. And who was replaced is gone.
  if (code === 'client_too_slow' || code === 'superseded') request.raw.socket.destroy()
  if (code === 'forbidden') hideAnswer(reply)
  const named = namedProblem(known, request)
  if (named === undefined && code !== 'token_expired') return sendProblem(known, request, reply)
  if (typeof details['offset'] === 'number') reply.header('upload-offset', String(details['offset']))
  const status = statusOf(code, named?.problem, interop)
  const { traceId, title, detail } = toProblem(known, request.id)
  const type = named === undefined ? toProblem(known, request.id).type : REGISTRY + named.problem
  const document = { type, title, status, code, detail, traceId, ...named?.members }
  return reply.code(status).type('application/problem+json').send(document)
}

function statusOf(code: ErrorCode, problem: ProblemName | undefined, { version }: Interop): number {
  if (problem === 'completed-upload') return 400
  // Up to -05 a resource that is not active has to be unknown.
  if (code === 'token_expired' && version <= 6) return 404
  return STATUS[code]
}

type Named = Readonly<{ problem: ProblemName; members: Readonly<Record<string, unknown>> }>

function namedProblem(error: DomainError, request: FastifyRequest): Named | undefined {
  if (error instanceof RufhError) return error
  const { code, details } = error
  if (code === 'length_mismatch') return { problem: 'inconsistent-upload-length', members: {} }
  if (code === 'offset_mismatch') return { problem: 'mismatching-upload-offset', members: offsets(details, request) }
  const state = details['state'] as UploadState | undefined
  if (code === 'state_conflict' && state !== undefined && isFinished(state)) {
    return { problem: 'completed-upload', members: {} }
  }
  return undefined
}

function offsets(details: ErrorDetails, request: FastifyRequest): Record<string, unknown> {
  return { 'expected-offset': details['offset'], 'provided-offset': integerField(request, 'Upload-Offset') ?? 0 }
}
