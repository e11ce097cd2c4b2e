import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { Upload } from '../../../../core/uploads/upload.ts'
import { announcedLength } from '../../../request-body.ts'
import type { Services } from '../../../services.ts'
import { boundedBody } from './bounded-body.ts'
import type { ContentRange } from './content-range.ts'
import { chunkDigest, fileDigest } from './digest-headers.ts'

/** Takes the whole file from the request's body. Resolves with the upload once every byte is durable. */
export async function receiveWhole(request: FastifyRequest, upload: Upload, { uploads }: Services): Promise<Upload> {
  const { raw, headers } = request
  const result = await uploads.receive(upload.id, {
    offset: 0,
    isLast: true,
    body: raw,
    lengthBytes: announcedLength(request),
    digest: chunkDigest(headers),
    fileDigest: fileDigest(headers),
  })
  return result.upload
}

/** Takes the bytes that Content-Range names, wherever in the file they belong. */
export async function receiveRange(
  request: FastifyRequest,
  upload: Upload,
  range: Extract<ContentRange, { kind: 'bytes' }>,
  { uploads }: Services,
): Promise<Upload> {
  const { raw, headers } = request
  const lengthBytes = range.end - range.start
  const announced = announcedLength(request)
  if (announced !== undefined && announced !== lengthBytes) {
    throw new DomainError('invalid_argument', `Content-Range names ${lengthBytes} bytes, the body has ${announced}.`)
  }
  const result = await uploads.receive(upload.id, {
    offset: range.start,
    body: announced === undefined ? boundedBody(raw, lengthBytes) : raw,
    lengthBytes,
    sizeBytes: range.sizeBytes,
    digest: chunkDigest(headers),
    fileDigest: fileDigest(headers),
  })
  return result.upload
}

/** Takes bytes that must continue where the upload stands. */
export async function receiveAt(
  request: FastifyRequest,
  upload: Upload,
  offset: number,
  { uploads }: Services,
): Promise<Upload> {
  const { raw, headers } = request
  const result = await uploads.receive(upload.id, {
    offset,
    mustContinue: true,
    body: raw,
    lengthBytes: announcedLength(request),
    digest: chunkDigest(headers),
    fileDigest: fileDigest(headers),
  })
  return result.upload
}
