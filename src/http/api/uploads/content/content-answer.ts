import type { FastifyReply } from 'fastify'
import { contiguousBytes } from '../../../../core/uploads/ranges.ts'
import type { Upload } from '../../../../core/uploads/upload.ts'
import type { Services } from '../../../services.ts'
import { statusDocument } from '../status-document.ts'
import type { UploadStatus } from '../upload-schema.ts'

/** Tells in headers where the upload continues, for clients that do not read the body. */
export function tellOffset(reply: FastifyReply, upload: Upload): void {
  const offset = contiguousBytes(upload.ranges)
  reply.header('upload-offset', offset)
  if (upload.sizeBytes !== undefined) reply.header('upload-length', upload.sizeBytes)
  // Without a byte there is no range to name; its absence says so.
  if (offset > 0) reply.header('range', `bytes=0-${offset - 1}`)
}

/** The status document as the answer to bytes that arrived. */
export function contentAnswer(reply: FastifyReply, upload: Upload, services: Services): Promise<UploadStatus> {
  tellOffset(reply, upload)
  return statusDocument(services.uploads.live(upload), services)
}
