import { DomainError, isDomainError } from '../../core/errors.ts'
import { isFinished, isOpen, type Upload } from '../../core/uploads/upload.ts'
import { announcedLength } from '../request-body.ts'
import { mismatchingDigest, parseReprDigest, statedContentDigest, statedReprDigest } from './digest-fields.ts'
import { overrunInvalidates, tellsProgress, versionFields } from './interop.ts'
import { ECHO } from './protocol.ts'
import { integerField } from './structured-fields.ts'
import { namedUpload, type RufhExchange } from './upload-resource.ts'

/** The bytes of one request, as they are to be appended. */
export type Transfer = Readonly<{ offset: number; isLast: boolean; sizeBytes: number | undefined }>

/**
 * The size of the whole file, by `Upload-Length` or by being the last bytes of a known number. Throws length_mismatch
 * when the two contradict each other.
 */
export function statedSize({ request }: RufhExchange, offset: number, isLast: boolean): number | undefined {
  const stated = integerField(request, 'Upload-Length')
  const lengthBytes = announcedLength(request)
  const implied = isLast && lengthBytes !== undefined ? offset + lengthBytes : undefined
  if (stated !== undefined && implied !== undefined && stated !== implied) {
    throw new DomainError('length_mismatch', `The request ends the file after ${implied} bytes, but states ${stated}.`)
  }
  return stated ?? implied
}

/** Appends the request's body; completes the upload if it is the last. Resolves with the upload as it is then. */
export async function transfer(exchange: RufhExchange, upload: Upload, bytes: Transfer): Promise<Upload> {
  const { request, services, interop } = exchange
  const { offset, isLast, sizeBytes } = bytes
  const lengthBytes = announcedLength(request)
  const fileDigest = statedReprDigest(request) ?? earlierReprDigest(upload)
  const onDurable = tellsProgress(interop) ? (durable: number) => tellProgress(exchange, durable) : undefined
  const run = { offset, body: request.raw, lengthBytes, sizeBytes, isLast, mustContinue: true, fileDigest, onDurable }
  try {
    const { upload: after } = await services.uploads.receive(upload.id, { ...run, ...statedContentDigest(request) })
    if (!isLast || !isOpen(after.state)) return after
    return await services.uploads.complete(upload.id, { sizeBytes: after.sizeBytes, digest: fileDigest })
  } catch (error) {
    if (isDomainError(error, 'checksum_mismatch')) throw mismatchingDigest(error, request)
    if (isOverrun(error, lengthBytes) && overrunInvalidates(interop)) {
      await services.uploads.fail(upload.id, { code: 'length_mismatch', message: 'More bytes came than the file has.' })
    }
    throw error
  }
}

/** True when the upload was finished by a rival request in the meantime. */
export async function finishedMeanwhile(exchange: RufhExchange, error: unknown): Promise<Upload | undefined> {
  if (!isDomainError(error, 'state_conflict')) return undefined
  const now = await namedUpload(exchange)
  return isFinished(now.state) ? now : undefined
}

/** An interim response tells what is stored by now, so that the client may forget it. */
function tellProgress({ reply, interop }: RufhExchange, durableBytes: number): void {
  if (!canInform(reply.raw)) return
  reply.raw.writeInformation(104, { ...versionFields(interop), 'Upload-Offset': String(durableBytes) })
}

/** HTTP/1.0 knows no interim responses, and after the final one there is none. */
export function canInform(response: RufhExchange['reply']['raw']): boolean {
  return response.req.httpVersion !== '1.0' && !response.headersSent && !response.destroyed
}

/** A body of unknown length that went past the end: unlike a stated length, nobody could refuse it beforehand. */
function isOverrun(error: unknown, lengthBytes: number | undefined): boolean {
  return lengthBytes === undefined && isDomainError(error, 'length_mismatch') && 'declaredBytes' in error.details
}

function earlierReprDigest(upload: Upload): ReturnType<typeof statedReprDigest> {
  const header = upload.echo[ECHO.reprDigest]
  return header === undefined ? undefined : parseReprDigest(header)
}
