const LARGEST_BYTES = 1024 * 1024
const SMALLEST_BYTES = 64 * 1024
/** Of one request: one being filled, one full, one being written, and one to spare. */
const BUFFERS_PER_RUN = 4

/**
 * The buffers in which bytes on their way to the disk are gathered. They are used again and again: what a socket reads
 * is copied out at once and dies young, where keeping it until it was written made the collector walk the whole heap
 * for every few dozen MiB (measured: docs/performance.md).
 */
export class GatherPool {
  readonly #totalBytes: number
  readonly #free: Uint8Array[] = []
  #freeBytes = 0
  #runs = 0

  /** `totalBytes` is the memory for all runs together, as far as the smallest size allows. */
  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes
  }

  /** Counts a run in until the returned function is called: the more there are, the smaller their buffers. */
  join(): () => void {
    this.#runs += 1
    return () => {
      this.#runs -= 1
    }
  }

  /** A buffer of the size that fits the number of runs: 64 KiB to 1 MiB. Its content is not defined. */
  take(): Uint8Array {
    const share = this.#totalBytes / (BUFFERS_PER_RUN * Math.max(1, this.#runs))
    const sizeBytes =
      share >= LARGEST_BYTES ? LARGEST_BYTES : Math.max(SMALLEST_BYTES, 2 ** Math.floor(Math.log2(share)))
    const at = this.#free.findLastIndex((buffer) => buffer.length === sizeBytes)
    const [buffer] = at < 0 ? [] : this.#free.splice(at, 1)
    if (buffer === undefined) return Buffer.allocUnsafeSlow(sizeBytes)
    this.#freeBytes -= sizeBytes
    return buffer
  }

  /** Gives a buffer back; nobody may look at it any more. */
  give(buffer: Uint8Array): void {
    // Those of a size that is not asked for any more go first.
    while (this.#freeBytes + buffer.length > this.#totalBytes && this.#free.length > 0) {
      this.#freeBytes -= this.#free.shift()?.length ?? 0
    }
    this.#free.push(buffer)
    this.#freeBytes += buffer.length
  }
}
