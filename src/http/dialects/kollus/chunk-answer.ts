import type { FastifyReply, FastifyRequest } from 'fastify'
import { isDomainError } from '../../../core/errors.ts'
import { failAs } from './errors.ts'
import { failedUpload } from './upload-outcome.ts'

export type ChunkParams = Readonly<{ session: string }>

/** What the chunked variant answers: the status stands in the body once more. */
export function chunkAnswer(session: string, status: number, desc: string) {
  return { desc, upload_key: session, status }
}

/** As `failAs`, in the form of the chunked variant. */
export function failChunk(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!isDomainError(error)) return failAs('upload')(error, request, reply)
  const { session } = request.params as ChunkParams
  if (error.code === 'offset_mismatch') {
    return reply.code(400).send(chunkAnswer(session, 400, 'offset not matched'))
  }
  const { status, message } = failedUpload(error)
  return reply.code(status).send(chunkAnswer(session, status, message))
}
