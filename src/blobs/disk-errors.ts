import { DomainError } from '../core/errors.ts'

/** True when `error` comes from the operating system with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

/** DomainError('storage_full') in place of a disk or quota that is full; every other error as it is. */
export function fromDisk(error: unknown): unknown {
  if (!hasCode(error, 'ENOSPC', 'EDQUOT')) return error
  return new DomainError('storage_full', 'The storage is full.', { cause: error })
}
