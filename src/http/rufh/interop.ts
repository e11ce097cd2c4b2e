import type { FastifyReply, FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import { booleanField, formatBoolean, integerField } from './structured-fields.ts'

/**
 * Iterations of draft-ietf-httpbis-resumable-upload by their interop version: 3 is -01, 4 is -02, 5 is -03, 6 is -04 and
 * -05, 7 is -06 to -08, 8 is -09 and later.
 */
export const INTEROP_VERSIONS = [3, 4, 5, 6, 7, 8] as const
export type InteropVersion = (typeof INTEROP_VERSIONS)[number]

const NEWEST = 8
const HEADER = 'Upload-Draft-Interop-Version'

/** What the client's iteration of the draft means to us. */
export type Interop = Readonly<{
  version: InteropVersion
  /** The client named the version; only then may it be sent interim responses. */
  isNamed: boolean
}>

/**
 * Without the header the newest iteration counts, as for clients of the RFC to come. Throws invalid_argument for a
 * version that nobody here speaks.
 */
export function interopOf(request: FastifyRequest): Interop {
  if (request.headers[HEADER.toLowerCase()] === undefined) return { version: NEWEST, isNamed: false }
  const named = integerField(request, HEADER)
  const version = INTEROP_VERSIONS.find((known) => known === named)
  if (version === undefined) {
    throw new DomainError('invalid_argument', `Interop versions spoken here: ${INTEROP_VERSIONS.join(', ')}.`)
  }
  return { version, isNamed: true }
}

/** As `interopOf`, for answers to requests that may be wrong in this very respect. */
export function interopForAnswer(request: FastifyRequest): Interop {
  try {
    return interopOf(request)
  } catch {
    return { version: NEWEST, isNamed: false }
  }
}

/** Whether the body's end is the end of the file; undefined when the client does not say. */
export function statedCompleteness(request: FastifyRequest, { version }: Interop): boolean | undefined {
  if (version > 3) return booleanField(request, 'Upload-Complete')
  const isIncomplete = booleanField(request, 'Upload-Incomplete')
  return isIncomplete === undefined ? undefined : !isIncomplete
}

/** The field that tells whether an upload is complete, and its value. */
export function completeness({ version }: Interop, isComplete: boolean): readonly [name: string, value: string] {
  return version > 3
    ? ['upload-complete', formatBoolean(isComplete)]
    : ['upload-incomplete', formatBoolean(!isComplete)]
}

/** From -03 on, interim responses tell the progress. */
export function tellsProgress({ version, isNamed }: Interop): boolean {
  return isNamed && version >= 5
}

/** From -04 on, appended bytes have a media type of their own, and limits are told. */
export function hasPartialUploadType({ version }: Interop): boolean {
  return version >= 6
}

/** Up to -05 requests that ask or cancel may not carry the fields of those that send. */
export function forbidsStateFields({ version }: Interop): boolean {
  return version <= 6
}

/** From -06 on, every append says whether it is the last. Before, silence meant the last in -01 and not the last later. */
export function defaultCompleteness({ version }: Interop): boolean | undefined {
  return version >= 7 ? undefined : version === 3
}

/** From -06 on, an upload that was sent more bytes than its length is of no use any more. */
export function overrunInvalidates({ version }: Interop): boolean {
  return version >= 7
}

/** From -09 on, the answer to the request that completed an upload is given again, if that request comes again. */
export function replaysCompletion({ version }: Interop): boolean {
  return version >= 8
}

export function tellVersion(reply: FastifyReply, interop: Interop): void {
  if (interop.isNamed) reply.header(HEADER.toLowerCase(), String(interop.version))
}

export function versionFields(interop: Interop): Record<string, string> {
  return { [HEADER]: String(interop.version) }
}
