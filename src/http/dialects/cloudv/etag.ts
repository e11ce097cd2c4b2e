import { createHash, type Hash } from 'node:crypto'

/**
 * The vendor's file hash: docs/dialects/cloudv.md#file-hash. A file is cut into segments of 4 MiB, whatever the blocks
 * it was sent in.
 */
export const SEGMENT_BYTES = 4 * 1024 * 1024

const ONE_SEGMENT = 0x16
const SEVERAL_SEGMENTS = 0x96

/** SHA-1 of each segment of consecutive bytes. */
export class SegmentDigests {
  readonly #ended: Buffer[] = []
  #running: Hash = createHash('sha1')
  #runningBytes = 0
  #totalBytes = 0

  get totalBytes(): number {
    return this.#totalBytes
  }

  update(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const to = Math.min(chunk.length, from + SEGMENT_BYTES - this.#runningBytes)
      this.#running.update(chunk.subarray(from, to))
      this.#runningBytes += to - from
      this.#totalBytes += to - from
      from = to
      if (this.#runningBytes === SEGMENT_BYTES) this.#endSegment()
    }
  }

  /** The digests, the unfinished last segment included; none for no bytes. Ends the computation. */
  end(): readonly Buffer[] {
    if (this.#runningBytes > 0) this.#endSegment()
    return this.#ended
  }

  #endSegment(): void {
    this.#ended.push(this.#running.digest())
    this.#running = createHash('sha1')
    this.#runningBytes = 0
  }
}

/** The hash of the file whose segments have these digests, 28 characters. No segments: the empty file. */
export function etagOf(segments: readonly Uint8Array[]): string {
  const [first = createHash('sha1').digest()] = segments
  const isOne = segments.length <= 1
  const digest = isOne ? first : createHash('sha1').update(Buffer.concat(segments)).digest()
  return urlSafe(Buffer.concat([Buffer.from([isOne ? ONE_SEGMENT : SEVERAL_SEGMENTS]), digest]))
}

/** Base64 in the URL-safe alphabet, padded, as the vendor's clients write and read it. */
export function urlSafe(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
