/** Of memory and of files: what a disk takes without a copy begins and ends at multiples of this. */
export const PAGE_BYTES = 4_096

const WASM_PAGE_BYTES = 65_536

/** The memories made here. */
const known = new WeakSet<ArrayBufferLike>()

/**
 * Memory that begins at a page of the machine, which a disk can read without a copy (O_DIRECT). Node says nowhere at what
 * address a buffer lies; of WebAssembly memories it is certain. They cost address space (some GiB each, not memory), so
 * make few, and cut them. Undefined where none is to be had.
 */
export function pageMemory(sizeBytes: number): Uint8Array | undefined {
  const pages = Math.ceil(sizeBytes / WASM_PAGE_BYTES)
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages })
    known.add(buffer)
    return new Uint8Array(buffer, 0, sizeBytes)
  } catch {
    return undefined
  }
}

/** How far behind the beginning of a page `bytes` begins; undefined for memory that was not made here. */
export function offsetInPage(bytes: Uint8Array): number | undefined {
  return known.has(bytes.buffer) ? bytes.byteOffset % PAGE_BYTES : undefined
}
