import type { FastifyReply } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import { contiguousBytes } from '../../core/uploads/ranges.ts'
import { isFinished, isOpen, type Upload } from '../../core/uploads/upload.ts'
import { uploadTokenIn } from '../upload-credential.ts'
import { presentToken } from '../upload-urls.ts'
import type { TusExchange } from './operation.ts'

/**
 * The upload that the request's address names. Throws token_invalid, token_expired, forbidden; and not_found for one
 * whose bytes cannot be trusted any more, so that the client starts anew.
 */
export async function namedUpload({ request, services }: TusExchange): Promise<Upload> {
  const token = uploadTokenIn((request.params as { token: string }).token)
  const { origin } = request.headers
  const upload = await services.uploads.authorize(token ?? '', { origin, admitParts: true })
  if (upload.state === 'failed') {
    throw new DomainError('not_found', upload.failure?.message ?? 'The upload has failed.')
  }
  return upload
}

/** The address of an upload, absolute. */
export function uploadAddress({ services }: TusExchange, token: string): string {
  return `${services.publicUrl}/tus/${presentToken(token)}`
}

/** Where the next byte belongs; the size once the upload is finished. */
export function uploadOffset(upload: Upload): number {
  return isFinished(upload.state) && upload.sizeBytes !== undefined ? upload.sizeBytes : contiguousBytes(upload.ranges)
}

/** Says how long the upload stays; finished ones do not expire. */
export function tellExpiry(reply: FastifyReply, upload: Upload): void {
  if (isOpen(upload.state)) reply.header('upload-expires', new Date(upload.expiresAtMs).toUTCString())
}
