import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import { OFFSET_STREAM } from './protocol.ts'

/** The value of a header; undefined when it was not sent. Node joins repeated ones with a comma. */
export function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}

/** A header that holds a whole number of bytes. Throws invalid_argument for anything else. */
export function headerBytes(request: FastifyRequest, name: string): number | undefined {
  const text = headerText(request, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new DomainError('invalid_argument', `${name} must be one whole number of bytes.`)
  }
  return value
}

/** The size that a new upload states, or undefined when it defers that. Throws invalid_argument for neither or both. */
export function statedLength(request: FastifyRequest): number | undefined {
  const sizeBytes = headerBytes(request, 'Upload-Length')
  const deferred = headerText(request, 'Upload-Defer-Length')
  if (deferred !== undefined && deferred !== '1') {
    throw new DomainError('invalid_argument', 'Upload-Defer-Length can only be 1.')
  }
  if ((sizeBytes === undefined) === (deferred === undefined)) {
    throw new DomainError('invalid_argument', 'Send either Upload-Length or "Upload-Defer-Length: 1".')
  }
  return sizeBytes
}

/** Throws type_not_allowed unless the body is declared to be an upload's bytes. */
export function assertOffsetStream(request: FastifyRequest): void {
  const type = headerText(request, 'Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== OFFSET_STREAM) {
    throw new DomainError('type_not_allowed', `The body must be sent as "Content-Type: ${OFFSET_STREAM}".`)
  }
}
