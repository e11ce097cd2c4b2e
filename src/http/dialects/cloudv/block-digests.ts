import { SEGMENT_BYTES, SegmentDigests } from './etag.ts'

const MAX_BLOCKS = 10_000
/** Larger blocks than any client sends would make their `ctx` too long. */
const MAX_KEPT_SEGMENTS = 25

/**
 * Segment digests of blocks that come in several chunks, in the memory of this process. Where they are not, after a
 * restart or on another node, the block is read once when it is whole.
 */
export class BlockDigests {
  readonly #unfinished = new Map<string, SegmentDigests>()

  /** The digests of the block's first `receivedBytes`, to go on with; undefined when they are not known here. */
  take(block: string, receivedBytes: number): SegmentDigests | undefined {
    const found = this.#unfinished.get(block)
    this.#unfinished.delete(block)
    if (receivedBytes === 0) return new SegmentDigests()
    return found?.totalBytes === receivedBytes ? found : undefined
  }

  keep(block: string, digests: SegmentDigests): void {
    this.#unfinished.set(block, digests)
    if (this.#unfinished.size <= MAX_BLOCKS) return
    const [oldest = ''] = this.#unfinished.keys()
    this.#unfinished.delete(oldest)
  }
}

/** Whether a whole block's digests travel in its `ctx`. */
export function areKept(blockBytes: number): boolean {
  return blockBytes <= MAX_KEPT_SEGMENTS * SEGMENT_BYTES
}
