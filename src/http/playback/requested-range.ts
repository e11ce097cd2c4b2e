/** What a `Range` header asks of a file: [start, end), or its last `suffixBytes`. `end` is undefined for "to the end". */
export type RequestedRange = Readonly<{ start: number; end: number | undefined }> | Readonly<{ suffixBytes: number }>

/**
 * Reads `Range` (RFC 9110). Undefined means the whole file: no header, and also one that is malformed, in other units,
 * or of several ranges, which a server may ignore.
 */
export function parseRange(header: string | undefined): RequestedRange | undefined {
  const [, first, last] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') return { suffixBytes: Number(last) }
  const start = Number(first)
  if (last === '') return { start, end: undefined }
  return Number(last) < start ? undefined : { start, end: Number(last) + 1 }
}

/** The bytes of a file of `sizeBytes` that are asked for; undefined when there are none (416). */
export function resolveRange(
  range: RequestedRange,
  sizeBytes: number,
): Readonly<{ start: number; end: number }> | undefined {
  if ('suffixBytes' in range) {
    return range.suffixBytes === 0 || sizeBytes === 0
      ? undefined
      : { start: Math.max(0, sizeBytes - range.suffixBytes), end: sizeBytes }
  }
  return range.start >= sizeBytes ? undefined : { start: range.start, end: Math.min(range.end ?? sizeBytes, sizeBytes) }
}
