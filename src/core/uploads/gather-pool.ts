import { pageMemory } from './page-memory.ts'

const LARGEST_BYTES = 1024 * 1024
const SMALLEST_BYTES = 64 * 1024
/** Of one request: one being filled, one full, one being written, and one to spare. */
const BUFFERS_PER_RUN = 4
/** Memory is taken when it is needed: each memory costs address space, and what there is counts for the collector. */
const SLABS_PER_MEMORY = 4

/** A piece of the pool's memory, as large as the largest buffer, cut into buffers of one size. */
type Slab = { memory: Uint8Array; bufferBytes: number; free: Uint8Array[]; count: number }

/**
 * The buffers in which bytes on their way to the disk are gathered. They are used again and again: what a socket reads
 * is copied out at once and dies young, where keeping it until it was written made the collector walk the whole heap
 * for every few dozen MiB (measured: docs/performance.md). As far as the pool's memory goes, they begin at pages of the
 * machine, so that a disk can take them as they are (page-memory.ts); more of them are ordinary ones.
 */
export class GatherPool {
  readonly #totalBytes: number
  readonly #slabs: Slab[] = []
  readonly #slabOf = new WeakMap<Uint8Array, Slab>()
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
    return this.#fromSlabs(sizeBytes) ?? Buffer.allocUnsafeSlow(sizeBytes)
  }

  /** Gives a buffer back; nobody may look at it any more. */
  give(buffer: Uint8Array): void {
    this.#slabOf.get(buffer)?.free.push(buffer)
  }

  #fromSlabs(sizeBytes: number): Uint8Array | undefined {
    const fitting = this.#slabs.find((slab) => slab.bufferBytes === sizeBytes && slab.free.length > 0)
    if (fitting !== undefined) return fitting.free.pop()
    const unused = this.#slabs.find((slab) => slab.free.length === slab.count) ?? this.#addSlabs()
    if (unused === undefined) return undefined
    unused.bufferBytes = sizeBytes
    unused.count = LARGEST_BYTES / sizeBytes
    unused.free = Array.from({ length: unused.count }, (_, i) =>
      unused.memory.subarray(i * sizeBytes, (i + 1) * sizeBytes),
    )
    for (const buffer of unused.free) this.#slabOf.set(buffer, unused)
    return unused.free.pop()
  }

  /** Takes more memory, as far as the pool may; returns the first piece of it. */
  #addSlabs(): Slab | undefined {
    const left = Math.floor(this.#totalBytes / LARGEST_BYTES) - this.#slabs.length
    const count = Math.min(left, SLABS_PER_MEMORY)
    if (count <= 0) return undefined
    const memory = pageMemory(count * LARGEST_BYTES) ?? Buffer.allocUnsafeSlow(count * LARGEST_BYTES)
    const added = Array.from({ length: count }, (_, i) => ({
      memory: memory.subarray(i * LARGEST_BYTES, (i + 1) * LARGEST_BYTES),
      bufferBytes: 0,
      free: [],
      count: 0,
    }))
    this.#slabs.push(...added)
    return added[0]
  }
}
