import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import type { ChunkDigest } from '../../core/uploads/digests.ts'
import type { FileDigest } from '../../core/uploads/upload.ts'
import { RufhError } from './rufh-problem.ts'

type Known = Readonly<{ key: string; algorithm: 'sha256' | 'sha512'; lengthBytes: number }>

/** The algorithms of RFC 9530 that are worth anything, strongest first. */
const KNOWN: readonly Known[] = [
  { key: 'sha-512', algorithm: 'sha512', lengthBytes: 64 },
  { key: 'sha-256', algorithm: 'sha256', lengthBytes: 32 },
]

const CONTENT = 'Content-Digest'
const REPRESENTATION = 'Repr-Digest'

/** What a request states of its own content, at once or in a trailer. */
export function statedContentDigest(
  request: FastifyRequest,
): Readonly<{ digest?: ChunkDigest; digestAfter?: () => ChunkDigest | undefined }> {
  const header = headerText(request, CONTENT)
  if (header !== undefined) return { digest: parseDigest(header, CONTENT) }
  const trailers = (headerText(request, 'Trailer') ?? '').split(',').map((name) => name.trim().toLowerCase())
  if (!trailers.includes(CONTENT.toLowerCase())) return {}
  return {
    digestAfter: () => {
      const trailer = request.raw.trailers[CONTENT.toLowerCase()]
      return trailer === undefined ? undefined : parseDigest(trailer, CONTENT)
    },
  }
}

/** What a request states of the whole file. */
export function statedReprDigest(request: FastifyRequest): FileDigest | undefined {
  const header = headerText(request, REPRESENTATION)
  return header === undefined ? undefined : parseReprDigest(header)
}

export function parseReprDigest(header: string): FileDigest {
  const { algorithm, value } = parseDigest(header, REPRESENTATION)
  return { algorithm, hex: Buffer.from(value).toString('hex') }
}

/** The problem of digests that do not fit. Which digest the bytes do have is not told. */
export function mismatchingDigest(error: DomainError, request: FastifyRequest): RufhError {
  // Only for the whole file does the core tell what it found.
  const header = 'actual' in error.details ? REPRESENTATION : CONTENT
  const key = KNOWN.find(({ algorithm }) => algorithm === error.details['algorithm'])?.key
  const provided = headerText(request, header)
  const [, value] = (key && provided && new RegExp(`${key}=(:[^:]*:)`).exec(provided)) || []
  const entry = { algorithm: key, header, ...(value === undefined ? {} : { 'provided-digest': value }) }
  return new RufhError('checksum_mismatch', 'digest-mismatching-values', error.message, {
    'mismatching-digests': [entry],
  })
}

function parseDigest(text: string, header: string): ChunkDigest & { algorithm: Known['algorithm'] } {
  const members = new Map(
    text.split(',').map((member) => {
      const [, key, base64] = /^\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):(?:;.*)?\s*$/.exec(member) ?? []
      if (key === undefined || base64 === undefined) {
        throw new DomainError('invalid_argument', `${header} must be like sha-256=:…:, with base64 between the colons.`)
      }
      return [key, Buffer.from(base64, 'base64')]
    }),
  )
  const known = KNOWN.find(({ key }) => members.has(key))
  const value = known && members.get(known.key)
  if (known === undefined || value === undefined) throw unsupported([...members.keys()], header)
  const { key, algorithm, lengthBytes } = known
  if (value.length !== lengthBytes) {
    throw new RufhError('invalid_argument', 'digest-invalid-values', `The digest in ${header} is not one.`, {
      'invalid-digests': [{ algorithm: key, header, reason: `digest value is not ${lengthBytes} bytes long` }],
    })
  }
  return { algorithm, value }
}

function unsupported(keys: readonly string[], header: string): RufhError {
  const message = `${header} has no digest of a kind known here: ${KNOWN.map(({ key }) => key).join(', ')}.`
  return new RufhError('checksum_unsupported', 'digest-unsupported-algorithms', message, {
    'unsupported-algorithms': keys.map((algorithm) => ({ algorithm, header })),
  })
}

function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
