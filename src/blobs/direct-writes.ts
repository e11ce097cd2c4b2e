import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { offsetInPage, PAGE_BYTES } from '../core/uploads/page-memory.ts'
import { hasCode } from './disk-errors.ts'
import { byteLength, type WriteResult, writeFully } from './write-fully.ts'

/** Less than this is not worth a disk's full attention; the system gathers it with what comes next. */
const LEAST_BYTES = 65_536

/**
 * Writes around the system's page cache, for file systems that can: nobody reads an upload while it comes, and filling
 * memory with it, only to have it written from there at the next sync, costs more processor time than everything else
 * (docs/decisions/0006-direct-writes.md). One for each file system; once it refuses, it is not asked again.
 */
export class DirectWrites {
  #isRefused = constants.O_DIRECT === undefined

  get isRefused(): boolean {
    return this.#isRefused
  }

  /** Undefined where the file cannot be written directly. */
  async open(path: string): Promise<FileHandle | undefined> {
    if (this.#isRefused) return undefined
    try {
      return await open(path, constants.O_WRONLY | constants.O_DIRECT)
    } catch (error) {
      if (hasCode(error, 'EINVAL')) this.#isRefused = true
      return undefined
    }
  }

  /** Writes what it can of `pages`; what the file system refuses is left for an ordinary write, which says why. */
  async write(handle: FileHandle, pages: Uint8Array, position: number): Promise<number> {
    try {
      const { bytesWritten } = await handle.write(pages, 0, pages.length, position)
      return bytesWritten
    } catch (error) {
      if (hasCode(error, 'EINVAL')) this.#isRefused = true
      return 0
    }
  }
}

/** Whole pages within bytes that are to be written at `position`. */
type Split = Readonly<{ start: number; end: number }>

/** Undefined where it is not worth it, or the bytes do not lie in memory as they do in the file. */
export function wholePages(bytes: Uint8Array, position: number): Split | undefined {
  if (offsetInPage(bytes) !== position % PAGE_BYTES) return undefined
  const start = (PAGE_BYTES - (position % PAGE_BYTES)) % PAGE_BYTES
  const end = bytes.length - ((position + bytes.length) % PAGE_BYTES)
  return end - start >= LEAST_BYTES ? { start, end } : undefined
}

/**
 * A staged file open for one run. Whole pages go directly to the disk, what is left at the edges through the page cache;
 * either way `datasync` makes it durable. The system keeps the two ways consistent, for they never touch the same page.
 */
export class StagedFile {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #directWrites: DirectWrites
  #direct: FileHandle | undefined

  /** `handle` belongs to it from now on. */
  constructor(path: string, handle: FileHandle, directWrites: DirectWrites) {
    this.#path = path
    this.#handle = handle
    this.#directWrites = directWrites
  }

  /** Never rejects; see `writeFully`. */
  async write(buffers: readonly Uint8Array[], position: number): Promise<WriteResult> {
    const [only, ...more] = buffers
    const pages = only && more.length === 0 ? wholePages(only, position) : undefined
    if (only === undefined || pages === undefined || this.#directWrites.isRefused) {
      return writeFully(this.#handle, buffers, position)
    }
    this.#direct ??= await this.#directWrites.open(this.#path)
    if (this.#direct === undefined) return writeFully(this.#handle, buffers, position)
    const head = await this.#ordinary(only.subarray(0, pages.start), position)
    if (head.failure !== undefined) return head
    const middle = only.subarray(pages.start, pages.end)
    const directBytes = await this.#directWrites.write(this.#direct, middle, position + pages.start)
    const written = pages.start + directBytes
    const rest = await this.#ordinary(only.subarray(written), position + written)
    return { writtenBytes: written + rest.writtenBytes, failure: rest.failure }
  }

  datasync(): Promise<void> {
    return this.#handle.datasync()
  }

  async close(): Promise<void> {
    try {
      await this.#direct?.close()
    } finally {
      await this.#handle.close()
    }
  }

  async #ordinary(bytes: Uint8Array, position: number): Promise<WriteResult> {
    return byteLength([bytes]) === 0
      ? { writtenBytes: 0, failure: undefined }
      : writeFully(this.#handle, [bytes], position)
  }
}
