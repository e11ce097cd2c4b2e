import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import type { ChunkAlgorithm, ChunkDigest } from '../../core/uploads/digests.ts'
import { TUS_CHECKSUM_ALGORITHMS } from './protocol.ts'
import { headerText } from './request-headers.ts'

/** The digest of a request's body, now or (from a trailer) once the body has ended. */
export type StatedChecksum = Readonly<{
  digest?: ChunkDigest | undefined
  digestAfter?: (() => ChunkDigest | undefined) | undefined
}>

const LENGTHS: Readonly<Record<ChunkAlgorithm, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64, crc32: 4 }
const HEADER = 'Upload-Checksum'

/** What the request states in `Upload-Checksum`, or announces to state in a trailer of that name. */
export function statedChecksum(request: FastifyRequest): StatedChecksum {
  const header = headerText(request, HEADER)
  if (header !== undefined) return { digest: parseChecksum(header) }
  const trailers = (headerText(request, 'Trailer') ?? '').split(',').map((name) => name.trim().toLowerCase())
  if (!trailers.includes(HEADER.toLowerCase())) return {}
  return {
    digestAfter: () => {
      const trailer = request.raw.trailers[HEADER.toLowerCase()]
      return trailer === undefined ? undefined : parseChecksum(trailer)
    },
  }
}

/** Throws checksum_unsupported for an unknown algorithm, invalid_argument for what is no checksum. */
function parseChecksum(text: string): ChunkDigest {
  const [, name, base64 = ''] = /^([a-z0-9-]{1,16}) ([A-Za-z0-9+/=]{1,128})$/.exec(text) ?? []
  if (name === undefined) throw invalid('Upload-Checksum must be the name of an algorithm, a space and base64.')
  const algorithm = TUS_CHECKSUM_ALGORITHMS.find((known) => known === name)
  if (algorithm === undefined) {
    throw new DomainError('checksum_unsupported', `Known checksums: ${TUS_CHECKSUM_ALGORITHMS.join(', ')}.`)
  }
  const value = Buffer.from(base64, 'base64')
  if (value.length !== LENGTHS[algorithm]) throw invalid(`A ${algorithm} has ${LENGTHS[algorithm]} bytes, in base64.`)
  return { algorithm, value }
}

function invalid(message: string): DomainError {
  return new DomainError('invalid_argument', message)
}
