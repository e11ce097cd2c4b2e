import { createHash, type Hash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { DomainError } from '../errors.ts'

/** Digests that clients may send of a chunk. `crc32` is the four bytes, big-endian, as tus and zip define it. */
export const CHUNK_ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512', 'crc32'] as const
export type ChunkAlgorithm = (typeof CHUNK_ALGORITHMS)[number]

export type ChunkDigest = Readonly<{ algorithm: ChunkAlgorithm; value: Uint8Array }>

/** A digest in the making. */
export interface RunningDigest {
  update(chunk: Uint8Array): void
  /** Ends the digest; may be called once. */
  value(): Buffer
}

export function runningDigest(algorithm: ChunkAlgorithm): RunningDigest {
  return algorithm === 'crc32' ? new RunningCrc32() : new RunningHash(createHash(algorithm))
}

class RunningHash implements RunningDigest {
  readonly #hash: Hash
  constructor(hash: Hash) {
    this.#hash = hash
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }
  value(): Buffer {
    return this.#hash.digest()
  }
}

class RunningCrc32 implements RunningDigest {
  #crc = 0
  update(chunk: Uint8Array): void {
    this.#crc = crc32(chunk, this.#crc)
  }
  value(): Buffer {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(this.#crc)
    return bytes
  }
}

/** Throws checksum_mismatch unless `actual` is what the client announced. */
export function assertDigest(expected: Uint8Array, actual: Uint8Array, algorithm: string): void {
  if (expected.length === actual.length && timingSafeEqual(expected, actual)) return
  throw new DomainError('checksum_mismatch', `The ${algorithm} of the bytes received is not the announced one.`, {
    details: { algorithm },
  })
}
