import { createCipheriv } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { FIRST_SEGMENT, keyIndexOf, type PackageEncryption } from '../core/transcoding/package-encryption.ts'

/**
 * Encrypts the segment at `position` of its playlist in place: AES-128-CBC with PKCS#7 padding over the whole file.
 * ffmpeg cannot do it itself for fMP4 (seen: 4.1 to 7.0). @returns its new size in bytes
 */
export async function encryptSegment(path: string, position: number, encryption: PackageEncryption): Promise<number> {
  const key = encryption.keys[keyIndexOf(position, encryption)]
  if (key === undefined) throw new Error('there is no key to encrypt with')
  const vector = Buffer.alloc(16)
  vector.writeBigUInt64BE(BigInt(FIRST_SEGMENT + position), 8)
  const sealed = `${path}.sealed`
  await pipeline(createReadStream(path), createCipheriv('aes-128-cbc', key, vector), createWriteStream(sealed))
  await rename(sealed, path)
  return (await stat(path)).size
}
