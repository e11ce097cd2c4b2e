import type { IncomingHttpHeaders } from 'node:http'
import { DomainError } from '../../../../core/errors.ts'
import { CHUNK_ALGORITHMS, type ChunkAlgorithm, type ChunkDigest } from '../../../../core/uploads/digests.ts'
import type { FileDigest } from '../../../../core/uploads/upload.ts'

const LENGTHS: Readonly<Record<ChunkAlgorithm, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64, crc32: 4 }

/** Names of RFC 9530, strongest first: of several digests the first known one is verified. */
const STRUCTURED = [
  ['sha-512', 'sha512'],
  ['sha-256', 'sha256'],
] as const

/**
 * The digest that a request states of its own body: `Content-Digest` (RFC 9530), `Content-MD5` or `Upload-Checksum`.
 * Throws checksum_unsupported for an algorithm or a form not known here, invalid_argument when more than one of the
 * three headers is sent, since only one of them would be verified.
 */
export function chunkDigest(headers: IncomingHttpHeaders): ChunkDigest | undefined {
  const { 'content-digest': contentDigest, 'content-md5': contentMd5, 'upload-checksum': uploadChecksum } = headers
  const sent = [contentDigest, contentMd5, uploadChecksum].filter((header) => header !== undefined)
  if (sent.length > 1) {
    throw new DomainError('invalid_argument', 'Send one of Content-Digest, Content-MD5 and Upload-Checksum.')
  }
  if (contentDigest !== undefined) return structuredDigest('Content-Digest', String(contentDigest))
  if (contentMd5 !== undefined) return { algorithm: 'md5', value: decode('md5', String(contentMd5)) }
  if (uploadChecksum !== undefined) return tusDigest(String(uploadChecksum))
  return undefined
}

/** The digest that a request states of the whole file: `Repr-Digest` (RFC 9530). Throws checksum_unsupported. */
export function fileDigest(headers: IncomingHttpHeaders): FileDigest | undefined {
  const header = headers['repr-digest']
  if (header === undefined) return undefined
  const { algorithm, value } = structuredDigest('Repr-Digest', String(header))
  return { algorithm, hex: Buffer.from(value).toString('hex') }
}

function structuredDigest(header: string, text: string) {
  const members = new Map(
    text.split(',').map((member) => {
      const [, name = '', value = ''] = /^\s*([a-z0-9-]+)=:([A-Za-z0-9+/=]*):\s*$/.exec(member) ?? []
      return [name, value]
    }),
  )
  for (const [name, algorithm] of STRUCTURED) {
    const value = members.get(name)
    if (value !== undefined) return { algorithm, value: decode(algorithm, value) }
  }
  throw unsupported(`${header} must hold sha-256=:…: or sha-512=:…:, in base64 between colons.`)
}

function tusDigest(text: string): ChunkDigest {
  const [, name, value] = /^([a-z0-9]{1,10}) ([A-Za-z0-9+/=]{1,100})$/.exec(text) ?? []
  const algorithm = CHUNK_ALGORITHMS.find((known) => known === name)
  if (algorithm === undefined || value === undefined) {
    throw unsupported(`Upload-Checksum must be one of ${CHUNK_ALGORITHMS.join(', ')}, a space and base64.`)
  }
  return { algorithm, value: decode(algorithm, value) }
}

function decode(algorithm: ChunkAlgorithm, base64: string): Buffer {
  const value = Buffer.from(base64, 'base64')
  if (value.length !== LENGTHS[algorithm]) {
    throw unsupported(`A digest of ${algorithm} has ${LENGTHS[algorithm]} bytes, in base64.`)
  }
  return value
}

function unsupported(message: string): DomainError {
  return new DomainError('checksum_unsupported', message)
}
