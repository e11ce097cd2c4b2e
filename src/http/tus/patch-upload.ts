import { DomainError, isDomainError } from '../../core/errors.ts'
import { isFinished, type Upload } from '../../core/uploads/upload.ts'
import { announcedLength } from '../request-body.ts'
import { noteActivity, settleInBackground } from './joining.ts'
import type { TusExchange, TusOperation } from './operation.ts'
import { assertOffsetStream, headerBytes } from './request-headers.ts'
import { statedChecksum } from './upload-checksum.ts'
import { namedUpload, tellExpiry, uploadOffset } from './upload-resource.ts'

/** `PATCH`: appends the body at `Upload-Offset`, which must be where the upload stands. */
export const patchUpload: TusOperation = async (exchange) => {
  const { request, reply } = exchange
  const upload = await namedUpload(exchange)
  if (upload.partIds !== undefined) {
    throw new DomainError('forbidden', 'The upload is made of parts; it takes no bytes of its own.')
  }
  assertOffsetStream(request)
  const offset = headerBytes(request, 'Upload-Offset')
  if (offset === undefined) throw new DomainError('invalid_argument', 'Upload-Offset is missing.')
  const after = await append(exchange, upload, offset)
  reply.header('upload-offset', String(uploadOffset(after)))
  tellExpiry(reply, after)
  return reply.code(204).send()
}

async function append(exchange: TusExchange, upload: Upload, offset: number): Promise<Upload> {
  const { request, services } = exchange
  const sizeBytes = headerBytes(request, 'Upload-Length')
  const checksum = statedChecksum(request)
  if (isFinished(upload.state)) return answerFinished(exchange, upload, offset)
  const lengthBytes = announcedLength(request)
  try {
    const run = { offset, body: request.raw, lengthBytes, sizeBytes, mustContinue: true, ...checksum }
    const { upload: after } = await services.uploads.receive(upload.id, run)
    if (after.kind === 'part') await afterPart(exchange, after)
    return after
  } catch (error) {
    if (!isDomainError(error, 'state_conflict')) throw error
    // A rival request may have finished it since.
    const now = await namedUpload(exchange)
    if (!isFinished(now.state)) throw error
    return answerFinished(exchange, now, offset)
  }
}

/** A finished upload takes no more bytes; asked for none, it says where it stands. */
function answerFinished({ request }: TusExchange, upload: Upload, offset: number): Upload {
  const here = uploadOffset(upload)
  if (offset !== here) {
    throw new DomainError('offset_mismatch', `The upload is complete with ${here} bytes.`, {
      details: { offset: here },
    })
  }
  if (announcedLength(request) !== 0) {
    throw new DomainError('length_mismatch', `The bytes go past the upload's size of ${here}.`)
  }
  return upload
}

async function afterPart(exchange: TusExchange, part: Upload): Promise<void> {
  await noteActivity(exchange, part)
  const isWhole = part.sizeBytes !== undefined && uploadOffset(part) >= part.sizeBytes
  if (isWhole && part.partOf !== undefined) await settleInBackground(exchange, part.partOf)
}
