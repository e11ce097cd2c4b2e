import { createHash } from 'node:crypto'
import { type FileHandle, open, opendir, rm, stat, statfs, truncate } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { addAbortSignal, Readable } from 'node:stream'
import { DomainError } from '../core/errors.ts'
import type { BlobKey, ByteRange } from '../core/ports/blob-store.ts'
import type { StagingRef, StagingSpace, StagingStore, StagingWriter } from '../core/ports/staging-store.ts'
import { assertBlobKey, isKeySegment } from './blob-key.ts'
import { DirectWrites, StagedFile } from './direct-writes.ts'
import type { DiskBlobStore } from './disk-blob-store.ts'
import { fromDisk, hasCode } from './disk-errors.ts'
import { DiskStagingWriter } from './disk-staging-writer.ts'
import { DurableDirectories, syncDirectory } from './durable-directories.ts'
import { StagedRuns } from './staged-runs.ts'

const MAX_KEY_CHARACTERS = 200
const READ_BYTES = 1_048_576
/** For how many staged files to remember that their names are durable; for others that is made sure of again. */
const MAX_REMEMBERED_NAMES = 10_000

/** What this process knows of a staged file while somebody uses it. */
type Use = { key: string; runs: StagedRuns; users: number }

/**
 * Staged uploads as one sparse file each, written where the bytes belong and renamed into the blob store at the end.
 * A staged file lies in one of 256 folders, by a hash of its key: a million files open as fast as a hundred, and more
 * folders than that only make them slower to create.
 *
 * The requests of one upload must come to one process: only there can a newer run win over an older one and can
 * publishing end the runs that are still open. Synced bytes that a newer, unsynced run writes over have, after a power
 * failure, either content.
 */
export class DiskStagingStore implements StagingStore {
  readonly #root: string
  readonly #blobs: DiskBlobStore
  readonly #directories = new DurableDirectories()
  readonly #uses = new Map<string, Use>()
  readonly #durableNames = new Set<string>()
  readonly #directWrites = new DirectWrites()
  #prepared: Promise<void> | undefined

  /** `directory` must be on the file system of the blob store, so that publishing is a rename. */
  constructor(options: { directory: string; blobs: DiskBlobStore }) {
    this.#root = resolve(options.directory)
    this.#blobs = options.blobs
  }

  /**
   * Makes the directories and checks them; throws Error when staged files could not be renamed into the blob store.
   * Done by the first `create` at the latest; call it at start so that the operator hears of it first.
   */
  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare().catch((error: unknown) => {
      this.#prepared = undefined
      throw fromDisk(error)
    })
    return this.#prepared
  }

  /** Harmless when the file is there already: first requests that come together share it. */
  async create(key: string, _options: { sizeBytes?: number | undefined }): Promise<StagingRef> {
    const path = this.#pathOf(key)
    await this.prepare()
    const make = (): Promise<FileHandle> => open(path, 'a', 0o600)
    try {
      const handle = await make().catch(async (error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error
        await this.#directories.ensure(dirname(path))
        return make()
      })
      await handle.close()
    } catch (error) {
      throw fromDisk(error)
    }
    return { key, layout: '' }
  }

  async openWriter(
    ref: StagingRef,
    options: { offset: number; sequence: number; signal: AbortSignal },
  ): Promise<StagingWriter> {
    const path = this.#pathOf(ref.key)
    const { offset, sequence, signal } = options
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw new DomainError('invalid_argument', 'A run begins at a whole number of bytes from 0 on.')
    }
    signal.throwIfAborted()
    const use = this.#use(ref.key)
    try {
      // Never makes the file: what was published or discarded stays so.
      const handle = await open(path, 'r+').catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error
        throw new DomainError('state_conflict', 'The upload takes no more bytes.', { cause: error })
      })
      const file = new StagedFile(path, handle, this.#directWrites)
      const syncName = (): Promise<void> => this.#syncName(ref.key, path)
      const onClose = (): void => this.#leave(use)
      return new DiskStagingWriter({ file, runs: use.runs, offset, sequence, signal, syncName, onClose })
    } catch (error) {
      this.#leave(use)
      throw error
    }
  }

  async read(
    ref: StagingRef,
    range: ByteRange,
    options: { receipts: readonly string[]; signal: AbortSignal },
  ): Promise<Readable> {
    const path = this.#pathOf(ref.key)
    const { start, end } = range
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
      throw new DomainError('invalid_argument', 'The range to read is not one.')
    }
    options.signal.throwIfAborted()
    const handle = await open(path, 'r').catch((error: unknown) => {
      throw hasCode(error, 'ENOENT') ? notFound(error) : error
    })
    try {
      const { size } = await handle.stat()
      if (end > size) throw new DomainError('length_mismatch', `Only ${size} bytes of the upload are stored.`)
      if (start === end) {
        await handle.close()
        return Readable.from([])
      }
      // A read stream counts its end in.
      const body = handle.createReadStream({ start, end: end - 1, highWaterMark: READ_BYTES })
      return addAbortSignal(options.signal, body)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /**
   * A staged file longer than `sizeBytes` is cut: what lies behind was never acknowledged, since the caller acknowledges
   * no byte past the end of the file (a request that sent too much, before it was refused).
   */
  async publish(
    ref: StagingRef,
    to: BlobKey,
    options: { sizeBytes: number; receipts: readonly string[] },
  ): Promise<void> {
    const path = this.#pathOf(ref.key)
    assertBlobKey(to)
    await this.#end(ref.key, async () => {
      try {
        const { size } = await stat(path)
        if (size < options.sizeBytes) throw tooShort(size, options.sizeBytes)
        if (size > options.sizeBytes) await truncate(path, options.sizeBytes)
        await this.#blobs.adoptFile(to, path, { signal: NEVER })
        await syncDirectory(dirname(path))
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw fromDisk(error)
        // Published before, by this process or another one; or never staged.
        const { sizeBytes } = await this.#blobs.info(to)
        if (sizeBytes !== options.sizeBytes) throw tooShort(sizeBytes, options.sizeBytes)
      }
    })
  }

  async discard(ref: StagingRef): Promise<void> {
    const path = this.#pathOf(ref.key)
    // Not made durable: what comes back after a power failure is found by the sweeper.
    await this.#end(ref.key, () => rm(path, { force: true }))
  }

  async *list(): AsyncIterable<Readonly<{ key: string; modifiedAtMs: number }>> {
    for await (const folder of namesIn(this.#root)) {
      for await (const key of namesIn(join(this.#root, folder))) {
        if (!isStagingKey(key)) continue
        const found = await stat(join(this.#root, folder, key)).catch(() => undefined)
        if (found?.isFile()) yield { key, modifiedAtMs: Math.floor(found.mtimeMs) }
      }
    }
  }

  async space(): Promise<StagingSpace> {
    await this.prepare()
    const { bavail, blocks, bsize } = await statfs(this.#root)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  }

  async #prepare(): Promise<void> {
    await this.#directories.ensure(this.#root)
    await this.#directories.ensure(this.#blobs.directory)
    const [here, there] = await Promise.all([stat(this.#root), stat(this.#blobs.directory)])
    if (here.dev !== there.dev) {
      throw new Error(
        `Uploads (${this.#root}) and stored files (${this.#blobs.directory}) must be on the same file system.`,
      )
    }
  }

  #pathOf(key: string): string {
    if (!isStagingKey(key)) throw new DomainError('invalid_argument', 'The staging key is not of the documented form.')
    const folder = createHash('sha256').update(key).digest('hex').slice(0, 2)
    return join(this.#root, folder, key)
  }

  #use(key: string): Use {
    const use = this.#uses.get(key) ?? { key, runs: new StagedRuns(), users: 0 }
    use.users++
    this.#uses.set(key, use)
    return use
  }

  #leave(use: Use): void {
    use.users--
    if (use.users === 0 && this.#uses.get(use.key) === use) this.#uses.delete(use.key)
  }

  /** Ends every run over the file, then does `end` to it. When that fails, the file takes runs again. */
  async #end(key: string, end: () => Promise<void>): Promise<void> {
    const use = this.#use(key)
    try {
      await use.runs.seal()
      await end()
      // Runs that are still open keep their seal; a file made anew under this key starts afresh.
      if (this.#uses.get(key) === use) this.#uses.delete(key)
      this.#durableNames.delete(key)
    } catch (error) {
      use.runs.unseal()
      throw error
    } finally {
      this.#leave(use)
    }
  }

  async #syncName(key: string, path: string): Promise<void> {
    if (this.#durableNames.has(key)) return
    await syncDirectory(dirname(path))
    await this.#directories.settled(dirname(path))
    this.#durableNames.add(key)
    if (this.#durableNames.size <= MAX_REMEMBERED_NAMES) return
    for (const oldest of this.#durableNames) {
      this.#durableNames.delete(oldest)
      break
    }
  }
}

const NEVER = new AbortController().signal

function isStagingKey(key: string): boolean {
  return key.length <= MAX_KEY_CHARACTERS && isKeySegment(key)
}

async function* namesIn(path: string): AsyncIterable<string> {
  const folder = await opendir(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
  if (folder === undefined) return
  for await (const { name } of folder) yield name
}

function notFound(cause: unknown): DomainError {
  return new DomainError('not_found', 'There is no such staged file.', { cause })
}

function tooShort(storedBytes: number, sizeBytes: number): DomainError {
  return new DomainError('length_mismatch', `${storedBytes} bytes are stored, not ${sizeBytes}.`)
}
