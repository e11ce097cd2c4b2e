import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i

/**
 * What a request sends as `Authorization: Bearer`; undefined when it sends no such header. Throws unauthenticated for
 * another scheme, invalid_argument for more than one header (of which Node would show the first, and proxies any).
 */
export function bearerCredential(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers
  if (authorization === undefined) return undefined
  const names = request.raw.rawHeaders.filter((_, index) => index % 2 === 0)
  if (names.filter((name) => name.toLowerCase() === 'authorization').length > 1) {
    throw new DomainError('invalid_argument', 'Send one Authorization header.')
  }
  const [, credential] = BEARER.exec(authorization) ?? []
  if (credential === undefined) throw new DomainError('unauthenticated', 'The Authorization header must be "Bearer …".')
  return credential
}
