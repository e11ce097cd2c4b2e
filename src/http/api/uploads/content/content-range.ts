import { DomainError } from '../../../../core/errors.ts'

/**
 * `Content-Range` of a request: bytes [start, end) of a file of `sizeBytes` (undefined for `*`), or, without bytes, the
 * question how far the upload has got.
 */
export type ContentRange =
  | Readonly<{ kind: 'bytes'; start: number; end: number; sizeBytes: number | undefined }>
  | Readonly<{ kind: 'query'; sizeBytes: number | undefined }>

const PATTERN = /^bytes (?:(\d{1,16})-(\d{1,16})|\*)\/(\d{1,16}|\*)$/i

/** Undefined for a request without the header. Throws invalid_argument for one that does not name a range. */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  if (header === undefined) return undefined
  const [, first, last, total] = PATTERN.exec(header) ?? []
  if (total === undefined)
    throw invalid('Content-Range must be "bytes <first>-<last>/<size>", with * for what is unknown.')
  const sizeBytes = total === '*' ? undefined : integer(total)
  if (first === undefined || last === undefined) return { kind: 'query', sizeBytes }
  const start = integer(first)
  const end = integer(last) + 1
  if (start >= end) throw invalid('The last byte of Content-Range comes before its first one.')
  if (sizeBytes !== undefined && end > sizeBytes) throw invalid('Content-Range goes past the size it states.')
  return { kind: 'bytes', start, end, sizeBytes }
}

/** `Upload-Offset`; undefined for a request without it. Throws invalid_argument for anything but a whole number. */
export function parseUploadOffset(header: string | readonly string[] | undefined): number | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !/^\d{1,16}$/.test(header)) throw invalid('Upload-Offset must be one whole number.')
  return integer(header)
}

function integer(digits: string): number {
  const value = Number(digits)
  if (!Number.isSafeInteger(value + 1)) throw invalid('The number of bytes is out of range.')
  return value
}

function invalid(message: string): DomainError {
  return new DomainError('invalid_argument', message)
}
