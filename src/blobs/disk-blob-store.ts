import { randomUUID } from 'node:crypto'
import { createReadStream, type Dirent, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, opendir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { DomainError } from '../core/errors.ts'
import type { BlobInfo, BlobKey, BlobStore, ByteRange } from '../core/ports/blob-store.ts'
import { assertBlobKey, assertBlobPrefix, isKeySegment } from './blob-key.ts'
import { fromDisk, hasCode } from './disk-errors.ts'
import { DurableDirectories, syncDirectory } from './durable-directories.ts'
import { byteLength, writeFully } from './write-fully.ts'

/** Where objects are made. '~' cannot stand in a key, so no object is ever in the way. */
const WORKSHOP = '~making'
const WRITE_BYTES = 1_048_576
const READ_BYTES = 131_072
/** How often a folder may be deleted under an object about to be moved into it, before that is somebody's mistake. */
const MAX_PLACE_ATTEMPTS = 100

/**
 * Objects as files, at the path their key spells below one directory. An object is made under another name, synced and
 * renamed, then its folder is synced. On a disk, a key cannot also be the folder of other keys: storing such an object
 * throws DomainError('state_conflict').
 *
 * What a dying process leaves behind lies in a folder of its own; `sweepTemporary` clears it up.
 */
export class DiskBlobStore implements BlobStore {
  readonly #root: string
  readonly #workshop: string
  readonly #directories = new DurableDirectories()

  /** The directory is made when it is first needed. It may hold other things beside objects: names with a '~' in them. */
  constructor(options: { directory: string }) {
    this.#root = resolve(options.directory)
    this.#workshop = join(this.#root, WORKSHOP)
  }

  /** The directory that the objects are in, as an absolute path. */
  get directory(): string {
    return this.#root
  }

  async put(
    key: BlobKey,
    body: Readable,
    options: { sizeBytes?: number | undefined; signal: AbortSignal },
  ): Promise<BlobInfo> {
    const { signal, sizeBytes } = options
    const temporary = join(this.#workshop, randomUUID())
    const stop = Promise.withResolvers<never>()
    stop.promise.catch(() => undefined) // it may come while nothing is being copied
    const abort = (): void => stop.reject(signal.reason)
    body.on('error', () => undefined) // comes to its reader, which may have left already
    try {
      const path = this.#pathOf(key)
      signal.throwIfAborted()
      signal.addEventListener('abort', abort, { once: true })
      // A body that stalls may not even end when it is destroyed, so nothing waits for it.
      const fill = (handle: FileHandle) => Promise.race([copyInto(handle, body, sizeBytes), stop.promise])
      const info = await this.#make(temporary, fill)
      signal.throwIfAborted()
      await this.#place(temporary, path)
      return info
    } catch (error) {
      body.destroy()
      await rm(temporary, { force: true }).catch(() => undefined) // the sweeper's, if need be
      throw signal.aborted ? signal.reason : fromDisk(error)
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async adoptFile(key: BlobKey, path: string, options: { signal: AbortSignal }): Promise<BlobInfo> {
    const target = this.#pathOf(key)
    options.signal.throwIfAborted()
    if (!(await lstat(path)).isFile()) throw new Error(`Not a file that can be moved into the store: ${path}`)
    const info = await syncFile(path)
    options.signal.throwIfAborted()
    try {
      await this.#place(path, target)
      return info
    } catch (error) {
      if (!hasCode(error, 'EXDEV')) throw fromDisk(error)
    }
    const copied = await this.put(key, createReadStream(path), { sizeBytes: info.sizeBytes, signal: options.signal })
    await unlink(path)
    return copied
  }

  async info(key: BlobKey): Promise<BlobInfo> {
    const path = this.#pathOf(key)
    return infoOf(await stat(path).catch(refuseMissing))
  }

  async open(
    key: BlobKey,
    options: { range?: ByteRange | undefined; signal: AbortSignal },
  ): Promise<{ info: BlobInfo; body: Readable }> {
    const path = this.#pathOf(key)
    options.signal.throwIfAborted()
    const handle = await open(path, 'r').catch(refuseMissing)
    try {
      // Asked of the open file: another may take its place at any time.
      const info = infoOf(await handle.stat())
      const body = handle.createReadStream({ ...streamRange(info, options.range), highWaterMark: READ_BYTES })
      return { info, body: addAbortSignal(options.signal, body) }
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async delete(key: BlobKey): Promise<void> {
    const path = this.#pathOf(key)
    try {
      await unlink(path)
    } catch (error) {
      // EISDIR, and EPERM where the system calls it that: a folder of other keys, not an object.
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EPERM')) return
      throw error
    }
    await this.#removeEmptyFolders(dirname(path))
  }

  async deletePrefix(prefix: string): Promise<void> {
    assertBlobPrefix(prefix)
    const path = join(this.#root, prefix.slice(0, -1))
    const found = await lstat(path).catch(() => undefined)
    if (found === undefined || !found.isDirectory()) return
    // Out of sight in one step; a large tree takes its time to delete.
    const doomed = join(this.#workshop, randomUUID())
    await this.#directories.ensure(this.#workshop)
    try {
      await rename(path, doomed)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return
      throw error
    }
    await rm(doomed, { recursive: true, force: true }).catch((error: unknown) => {
      // An object was just being moved in there. The sweeper will find it.
      if (!hasCode(error, 'ENOTEMPTY')) throw error
    })
    await this.#removeEmptyFolders(dirname(path))
  }

  async *list(prefix: string): AsyncIterable<BlobKey> {
    if (prefix !== '') assertBlobPrefix(prefix)
    yield* this.#listFolder(prefix)
  }

  async withLocalFile<T>(key: BlobKey, signal: AbortSignal, use: (path: string) => Promise<T>): Promise<T> {
    await this.info(key)
    signal.throwIfAborted()
    return use(this.#pathOf(key))
  }

  /**
   * Removes what processes that died left in the making and wrote last before `writtenBeforeMs` (milliseconds since the
   * epoch; well before now, since objects of this and other processes are being made). Returns how many there were.
   */
  async sweepTemporary(options: { writtenBeforeMs: number }): Promise<number> {
    let removed = 0
    for await (const { name } of entriesIn(this.#workshop)) {
      const path = join(this.#workshop, name)
      const found = await lstat(path).catch(() => undefined)
      if (found === undefined || found.mtimeMs >= options.writtenBeforeMs) continue
      await rm(path, { recursive: true, force: true })
      removed++
    }
    return removed
  }

  #pathOf(key: BlobKey): string {
    assertBlobKey(key)
    return join(this.#root, key)
  }

  async #make(temporary: string, fill: (handle: FileHandle) => Promise<void>): Promise<BlobInfo> {
    const create = (): Promise<FileHandle> => open(temporary, 'wx', 0o600)
    const handle = await create().catch(async (error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error
      await this.#directories.ensure(this.#workshop)
      return create()
    })
    try {
      await fill(handle)
      await handle.datasync()
      return infoOf(await handle.stat())
    } finally {
      await handle.close()
    }
  }

  /** Moves a synced file to its place and makes that durable. Rejects with EXDEV when it is on another file system. */
  async #place(from: string, to: string): Promise<void> {
    const folder = dirname(to)
    for (let attempt = 1; ; attempt++) {
      try {
        await rename(from, to)
        break
      } catch (error) {
        if (hasCode(error, 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY')) throw inTheWay(error)
        // The folder is not there, yet or any more: deleting takes empty folders along.
        if (!hasCode(error, 'ENOENT') || attempt === MAX_PLACE_ATTEMPTS) throw error
        await lstat(from) // unless it is the file itself that is gone
        await this.#directories.ensure(folder).catch((blocked: unknown) => {
          throw hasCode(blocked, 'ENOTDIR') ? inTheWay(blocked) : blocked
        })
      }
    }
    await syncDirectory(folder).catch((error: unknown) => {
      // Deleted already, folder and all.
      if (!hasCode(error, 'ENOENT')) throw error
    })
    await this.#directories.settled(folder)
  }

  async #removeEmptyFolders(folder: string): Promise<void> {
    if (!folder.startsWith(`${this.#root}/`)) return
    try {
      await rmdir(folder)
    } catch {
      return // Not empty, or somebody else was faster. A folder more or less is not worth a failure.
    }
    await this.#removeEmptyFolders(dirname(folder))
  }

  async *#listFolder(prefix: string): AsyncIterable<BlobKey> {
    for await (const entry of entriesIn(join(this.#root, prefix))) {
      if (!isKeySegment(entry.name)) continue
      if (entry.isDirectory()) yield* this.#listFolder(`${prefix}${entry.name}/`)
      else if (entry.isFile()) yield `${prefix}${entry.name}`
    }
  }
}

/** Reads `body` to its end into the new file. Throws length_mismatch as soon as it is longer than `sizeBytes`. */
async function copyInto(handle: FileHandle, body: Readable, sizeBytes: number | undefined): Promise<void> {
  let position = 0
  let waiting: Uint8Array[] = []
  const flush = async (): Promise<void> => {
    const { writtenBytes, failure } = await writeFully(handle, waiting, position)
    if (failure !== undefined) throw failure
    position += writtenBytes
    waiting = []
  }
  for await (const chunk of body) {
    waiting.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    const waitingBytes = byteLength(waiting)
    if (sizeBytes !== undefined && position + waitingBytes > sizeBytes) {
      throw new DomainError('length_mismatch', `The object has more than the ${sizeBytes} bytes it was said to have.`)
    }
    if (waitingBytes >= WRITE_BYTES) await flush()
  }
  await flush()
  if (sizeBytes !== undefined && position !== sizeBytes) {
    throw new DomainError('length_mismatch', `The object has ${position} bytes; ${sizeBytes} were said to come.`)
  }
}

/** Puts a file made by somebody else on stable storage. */
async function syncFile(path: string): Promise<BlobInfo> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
    return infoOf(await handle.stat())
  } finally {
    await handle.close()
  }
}

function infoOf(found: Stats): BlobInfo {
  if (!found.isFile()) throw notFound()
  return { sizeBytes: found.size, modifiedAtMs: Math.floor(found.mtimeMs) }
}

/** The options of a read stream (whose `end` is inclusive) for a half-open range of an object. */
function streamRange(info: BlobInfo, range: ByteRange | undefined): { start?: number; end?: number } {
  if (range === undefined) return {}
  const { start, end } = range
  const isRange = Number.isSafeInteger(start) && start >= 0 && start < end
  if (!isRange || start >= info.sizeBytes) {
    throw new DomainError('invalid_argument', 'The range holds no byte of the object.')
  }
  return { start, end: Math.min(Math.ceil(end), info.sizeBytes) - 1 }
}

async function* entriesIn(path: string): AsyncIterable<Dirent> {
  const folder = await opendir(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
  if (folder !== undefined) yield* folder
}

function refuseMissing(error: unknown): never {
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw notFound(error)
  throw error
}

function notFound(cause?: unknown): DomainError {
  return new DomainError('not_found', 'There is no such object in the storage.', { cause })
}

function inTheWay(cause: unknown): DomainError {
  return new DomainError('state_conflict', 'Another object is in the way of this storage key.', { cause })
}
