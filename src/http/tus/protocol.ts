import { CHUNK_ALGORITHMS } from '../../core/uploads/digests.ts'
import type { CrossOriginTerms } from '../cross-origin.ts'

/** Source: tus resumable upload protocol 1.0.0, https://tus.io/protocols/resumable-upload. */
export const TUS_VERSION = '1.0.0'

export const TUS_EXTENSIONS = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'expiration',
  'checksum',
  'checksum-trailer',
  'termination',
  'concatenation',
  'concatenation-unfinished',
] as const

export const TUS_CHECKSUM_ALGORITHMS = CHUNK_ALGORITHMS

/** The only type of body that carries an upload's bytes. */
export const OFFSET_STREAM = 'application/offset+octet-stream'

/** What a client is told again just as it said it, under these names in the upload's `echo`. */
export const ECHO = { metadata: 'tus.metadata', concat: 'tus.concat' } as const

export const TUS_CROSS_ORIGIN: CrossOriginTerms = {
  methods: ['OPTIONS', 'HEAD', 'POST', 'PATCH', 'DELETE'],
  requestHeaders: [
    'Authorization',
    'Content-Type',
    'Tus-Resumable',
    'Upload-Length',
    'Upload-Offset',
    'Upload-Defer-Length',
    'Upload-Metadata',
    'Upload-Concat',
    'Upload-Checksum',
    'X-HTTP-Method-Override',
    'X-Request-ID',
    'X-Requested-With',
  ],
  responseHeaders: [
    'Location',
    'Tus-Resumable',
    'Tus-Version',
    'Tus-Extension',
    'Tus-Max-Size',
    'Tus-Checksum-Algorithm',
    'Upload-Offset',
    'Upload-Length',
    'Upload-Defer-Length',
    'Upload-Metadata',
    'Upload-Expires',
    'Upload-Concat',
    'Retry-After',
  ],
}
