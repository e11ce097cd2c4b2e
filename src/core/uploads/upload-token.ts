import { createHash } from 'node:crypto'
import type { Random } from '../ports/random.ts'

/** 256 random bits in base64url: 43 characters. */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/

/** A new upload token. Shown once; only its hash is stored. */
export function newUploadToken(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/**
 * The hash an upload is found by, or undefined when `token` does not even have the form of one. Looking up a hash
 * reveals nothing by its timing: who can choose the hash knows the token.
 */
export function uploadTokenHash(token: string): string | undefined {
  return TOKEN_PATTERN.test(token) ? createHash('sha256').update(token).digest('hex') : undefined
}
