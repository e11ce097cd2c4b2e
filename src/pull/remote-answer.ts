import type { IncomingHttpHeaders } from 'node:http'
import { DomainError } from '../core/errors.ts'
import type { FileVersion } from '../core/ports/remote-file.ts'

/** What an answer says about the file, apart from its bytes. */
export type RemoteFacts = Readonly<{
  startByte: number
  totalBytes: number | undefined
  version: FileVersion | undefined
}>

export type Resume = Readonly<{ startByte: number; version: FileVersion }>

/** The request headers that ask for the rest of a file, should it still be the same. */
export function resumeHeaders(resume: Resume): Record<string, string> {
  return { range: `bytes=${resume.startByte}-`, 'if-range': resume.version.validator }
}

/**
 * The facts of a good answer; undefined when the file must be asked for from its beginning, because it changed or the
 * server makes no sense of ranges. Throws as `RemoteFiles.open` does for an answer that brings no file.
 */
export function readAnswer(
  status: number,
  headers: IncomingHttpHeaders,
  resume: Resume | undefined,
): RemoteFacts | undefined {
  if (resume !== undefined && (status === 206 || status === 416))
    return status === 206 ? rest(headers, resume) : undefined
  if (status !== 200) throw refusal(status)
  const coding = headers['content-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw new DomainError('invalid_argument', 'The other server sends the file in a content coding, not as it is.')
  }
  const totalBytes = wholeNumber(headers['content-length'])
  const validator = strongValidator(headers)
  const version = totalBytes === undefined || validator === undefined ? undefined : { validator, totalBytes }
  return { startByte: 0, totalBytes, version }
}

function rest(headers: IncomingHttpHeaders, { startByte, version }: Resume): RemoteFacts | undefined {
  const { totalBytes, validator } = version
  const isWhatWasAsked = headers['content-range'] === `bytes ${startByte}-${totalBytes - 1}/${totalBytes}`
  const sentValidator = validator.startsWith('"') ? headers.etag : headers['last-modified']
  return isWhatWasAsked && sentValidator === validator ? { startByte, totalBytes, version } : undefined
}

/** A younger date may stand for two versions of one second (RFC 9110, section 8.8.2.2). */
const SETTLED_MS = 60_000

function strongValidator(headers: IncomingHttpHeaders): string | undefined {
  const { etag, date, 'last-modified': modified } = headers
  if (etag !== undefined && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag)) return etag
  if (modified === undefined || date === undefined) return undefined
  return Date.parse(date) - Date.parse(modified) >= SETTLED_MS ? modified : undefined
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function refusal(status: number): DomainError {
  const message = `The other server answered with status ${status}.`
  const details = { reason: 'remote_status', remoteStatus: status }
  if (status === 404 || status === 410) return new DomainError('not_found', message, { details })
  if (status === 401 || status === 403) return new DomainError('forbidden', message, { details })
  const mayPass = status >= 500 || status === 408 || status === 425 || status === 429
  return new DomainError(mayPass ? 'unavailable' : 'invalid_argument', message, { details })
}
