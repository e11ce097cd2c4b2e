import type { CrossOriginTerms } from '../cross-origin.ts'

export const PARTIAL_UPLOAD = 'application/partial-upload'

/** What is kept of a client's words with an upload that a token's issuer made. */
export const ECHO = { reprDigest: 'rufh.repr-digest' } as const

export const RUFH_CROSS_ORIGIN: CrossOriginTerms = {
  methods: ['OPTIONS', 'HEAD', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  requestHeaders: [
    'Authorization',
    'Content-Type',
    'Content-Disposition',
    'Content-Digest',
    'Repr-Digest',
    'Upload-Complete',
    'Upload-Incomplete',
    'Upload-Offset',
    'Upload-Length',
    'Upload-Draft-Interop-Version',
    'X-Request-ID',
    'X-Requested-With',
  ],
  responseHeaders: [
    'Location',
    'Upload-Complete',
    'Upload-Incomplete',
    'Upload-Offset',
    'Upload-Length',
    'Upload-Limit',
    'Upload-Draft-Interop-Version',
    'Accept-Patch',
    'Retry-After',
  ],
}
