import type { Random } from '../../../core/ports/random.ts'

/** Under this namespace the core keeps what Kollus clients call an asset. */
export const UPLOAD_FILE_KEY = 'kollus.upload_file_key'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const LENGTH = 8
/** The largest multiple of the alphabet's size in a byte; higher bytes would favour its first characters. */
const FAIR_BYTES = 252

/** A new key, for example `20260301-k3v9x2ab`: the day in UTC and eight random characters. */
export function newUploadFileKey(nowMs: number, random: Random): string {
  let tail = ''
  while (tail.length < LENGTH) {
    for (const byte of random.bytes(LENGTH)) {
      if (byte < FAIR_BYTES && tail.length < LENGTH) tail += ALPHABET.charAt(byte % ALPHABET.length)
    }
  }
  return `${new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '')}-${tail}`
}
