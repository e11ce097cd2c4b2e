import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Throws forbidden for a request that changes something unless the browser says that a page of this server made it.
 * A cookie alone proves who sits at the browser, not which page is speaking.
 */
export function assertSameOrigin(request: FastifyRequest, publicUrl: string): void {
  if (!SAFE_METHODS.has(request.method) && !isSameOrigin(request, publicUrl)) {
    throw new DomainError('forbidden', 'With a session cookie, only pages of this server may do this.', {
      details: { reason: 'cross_origin' },
    })
  }
}

function isSameOrigin(request: FastifyRequest, publicUrl: string): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers
  // Sent by browsers on HTTPS and localhost, and out of the reach of scripts; elsewhere the Origin has to tell.
  if (site !== undefined) return site === 'same-origin'
  const url = origin === undefined ? null : URL.parse(origin)
  if (url === null) return false
  // The public address may differ from the one that somebody on the same machine or network uses.
  return url.host === request.host || url.origin === URL.parse(publicUrl)?.origin
}
