import type { FastifyReply, FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import { contiguousBytes } from '../../core/uploads/ranges.ts'
import { isFinished, isOpen, type Upload } from '../../core/uploads/upload.ts'
import type { Services } from '../services.ts'
import { uploadTokenIn } from '../upload-credential.ts'
import { presentToken } from '../upload-urls.ts'
import { completeness, hasPartialUploadType, type Interop, tellVersion } from './interop.ts'

/** One request of the protocol, with what is needed to answer it. */
export type RufhExchange = Readonly<{
  services: Services
  interop: Interop
  request: FastifyRequest
  reply: FastifyReply
}>

export type RufhOperation = (exchange: RufhExchange) => Promise<FastifyReply>

/** The upload that the request's address names. One whose bytes cannot be trusted any more is gone (not_found). */
export async function namedUpload({ request, services }: Omit<RufhExchange, 'interop'>): Promise<Upload> {
  const token = uploadTokenIn((request.params as { token: string }).token)
  const upload = await services.uploads.authorize(token ?? '', { origin: request.headers.origin })
  if (upload.state === 'failed') {
    throw new DomainError('not_found', upload.failure?.message ?? 'The upload has failed.')
  }
  return upload
}

/** The address of an upload resource, absolute. */
export function uploadAddress({ services }: RufhExchange, token: string): string {
  return `${services.publicUrl}/rufh/${presentToken(token)}`
}

/** Where the next byte belongs; the size once the upload is finished. */
export function uploadOffset(upload: Upload): number {
  return isFinished(upload.state) && upload.sizeBytes !== undefined ? upload.sizeBytes : contiguousBytes(upload.ranges)
}

/** `Upload-Limit` of one upload, or of this server in general. */
export function uploadLimits({ services, interop }: RufhExchange, upload?: Upload): Record<string, string> {
  if (!hasPartialUploadType(interop)) return {}
  const limits = [`max-size=${upload?.policy.maxSizeBytes ?? services.uploads.limits.maxSizeBytes}`]
  const minChunkBytes = upload?.policy.minChunkBytes ?? 0
  if (minChunkBytes > 0) limits.push(`min-append-size=${minChunkBytes}`)
  if (upload !== undefined && isOpen(upload.state)) {
    const leftSeconds = Math.max(0, Math.floor((upload.expiresAtMs - services.clock.now()) / 1000))
    limits.push(`${interop.version === 6 ? 'expires' : 'max-age'}=${leftSeconds}`)
  }
  return { 'upload-limit': limits.join(', ') }
}

/** Tells in headers how far the upload is. `isFinal` when the answer is the one of the finished upload. */
export function tellState(exchange: RufhExchange, upload: Upload, isFinal: boolean): void {
  const { reply, interop } = exchange
  tellVersion(reply, interop)
  reply.header('upload-offset', String(uploadOffset(upload)))
  reply.header(...completeness(interop, isFinal))
  reply.headers(uploadLimits(exchange, upload))
  reply.header('cache-control', 'no-store')
}
