import type { FastifyReply } from 'fastify'
import { DomainError, isDomainError } from '../../core/errors.ts'
import { isFinished, isOpen, type Upload } from '../../core/uploads/upload.ts'
import { announcedLength } from '../request-body.ts'
import { sendFinalAnswer } from './final-answer.ts'
import { defaultCompleteness, hasPartialUploadType, replaysCompletion, statedCompleteness } from './interop.ts'
import { PARTIAL_UPLOAD } from './protocol.ts'
import { completed } from './rufh-problem.ts'
import { integerField } from './structured-fields.ts'
import { finishedMeanwhile, statedSize, type Transfer, transfer } from './transfer.ts'
import { namedUpload, type RufhExchange, type RufhOperation, tellState, uploadOffset } from './upload-resource.ts'

/** `PATCH`: appends the body at `Upload-Offset`, which must be where the upload stands. */
export const appendUpload: RufhOperation = async (exchange) => {
  const upload = await namedUpload(exchange)
  try {
    return await append(exchange, upload)
  } catch (error) {
    await tellOffset(exchange, error)
    throw error
  }
}

async function append(exchange: RufhExchange, upload: Upload): Promise<FastifyReply> {
  const { request, reply, interop } = exchange
  assertPartialUpload(exchange)
  const offset = integerField(request, 'Upload-Offset')
  if (offset === undefined) throw new DomainError('invalid_argument', 'Upload-Offset must be a whole number.')
  const isLast = statedCompleteness(request, interop) ?? defaultCompleteness(interop)
  if (isLast === undefined) throw new DomainError('invalid_argument', 'Upload-Complete must be ?0 or ?1.')
  if (isFinished(upload.state)) return answerFinished(exchange, upload, { offset, isLast, sizeBytes: undefined })
  const bytes = { offset, isLast, sizeBytes: statedSize(exchange, offset, isLast) }
  let after: Upload
  try {
    after = await transfer(exchange, upload, bytes)
  } catch (error) {
    const finished = await finishedMeanwhile(exchange, error)
    if (finished === undefined) throw error
    return answerFinished(exchange, finished, bytes)
  }
  if (isFinished(after.state)) return sendFinalAnswer(exchange, after, statusOfCompletion(exchange))
  tellState(exchange, after, false)
  return reply.code(hasOldAnswers(exchange) ? 201 : 204).send()
}

/** A complete upload takes nothing more; but the request that completed it, sent again, gets its answer again. */
function answerFinished(exchange: RufhExchange, upload: Upload, { offset, isLast }: Transfer): FastifyReply {
  if (!replaysCompletion(exchange.interop)) throw completed()
  const here = uploadOffset(upload)
  if (offset !== here) {
    throw new DomainError('offset_mismatch', `The upload is complete with ${here} bytes.`, {
      details: { offset: here },
    })
  }
  if (announcedLength(exchange.request) !== 0) {
    throw new DomainError('length_mismatch', `The bytes go past the upload's length of ${here}.`)
  }
  if (!isLast) throw completed()
  return sendFinalAnswer(exchange, upload, statusOfCompletion(exchange))
}

function assertPartialUpload({ request, reply, interop }: RufhExchange): void {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (!hasPartialUploadType(interop) || type === PARTIAL_UPLOAD) return
  reply.header('accept-patch', PARTIAL_UPLOAD)
  throw new DomainError('type_not_allowed', `The body must be sent as "Content-Type: ${PARTIAL_UPLOAD}".`)
}

/** A failed answer, too, says where the upload stands, as long as it may be continued. */
async function tellOffset(exchange: RufhExchange, error: unknown): Promise<void> {
  if (isDomainError(error, 'client_aborted') || isDomainError(error, 'superseded')) return
  const now = await namedUpload(exchange).catch(() => undefined)
  if (now !== undefined && (isOpen(now.state) || isFinished(now.state))) tellState(exchange, now, false)
}

function hasOldAnswers({ interop }: RufhExchange): boolean {
  return interop.version <= 6
}

function statusOfCompletion(exchange: RufhExchange): 200 | 201 {
  return hasOldAnswers(exchange) ? 201 : 200
}
