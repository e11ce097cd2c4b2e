import type { IncomingHttpHeaders } from 'node:http'

/** True when the client says that it has this version already (`If-None-Match`). `etag` is strong, with its quotes. */
export function isFresh(headers: IncomingHttpHeaders, etag: string): boolean {
  const known = headers['if-none-match']
  if (known === undefined) return false
  return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}

/** False when the client wants a part only of a version that is not this one (`If-Range`). */
export function mayContinue(headers: IncomingHttpHeaders, etag: string): boolean {
  const wanted = headers['if-range']
  return wanted === undefined || wanted === etag
}
