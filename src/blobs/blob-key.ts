import { DomainError } from '../core/errors.ts'
import type { BlobKey } from '../core/ports/blob-store.ts'

const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,255}$/
const MAX_KEY_CHARACTERS = 512

/** Throws DomainError('invalid_argument') unless `key` has the form that core/ports/blob-store.ts documents. */
export function assertBlobKey(key: BlobKey): void {
  if (key.length > MAX_KEY_CHARACTERS || !key.split('/').every(isKeySegment)) {
    throw new DomainError('invalid_argument', 'The storage key is not of the documented form.')
  }
}

/** The same for a prefix, which is one or more whole segments, each with its '/'. */
export function assertBlobPrefix(prefix: string): void {
  if (!prefix.endsWith('/')) throw new DomainError('invalid_argument', 'A storage prefix ends in "/".')
  assertBlobKey(prefix.slice(0, -1))
}

/** True for what may stand between the slashes of a key; every such name is also a file name. */
export function isKeySegment(text: string): boolean {
  return SEGMENT.test(text)
}
