import type { FileHandle } from 'node:fs/promises'
import type { StagingWriter, SyncResult } from '../core/ports/staging-store.ts'
import { fromDisk } from './disk-errors.ts'
import type { StagedRun, StagedRuns } from './staged-runs.ts'
import { byteLength, writeFully } from './write-fully.ts'

type Parts = Readonly<{
  /** Belongs to the writer from now on. */
  handle: FileHandle
  runs: StagedRuns
  offset: number
  sequence: number
  signal: AbortSignal
  /** Makes the file's name durable; called beside the first sync. */
  syncName: () => Promise<void>
  /** Called once, after the handle was closed. */
  onClose: () => void
}>

/**
 * One run over a staged file, with a file handle of its own. Each `write` is one positioned system call. After a write
 * that failed there is no telling where the next bytes belong, so every later one fails the same way; `sync` still
 * makes durable what got to the file before, including the first part of a write that filled the disk.
 */
export class DiskStagingWriter implements StagingWriter {
  readonly #parts: Parts
  readonly #run: StagedRun
  #syncedEnd: number
  #isNameSynced = false
  #isClosed = false
  #writeFailure: unknown
  #syncFailure: unknown

  constructor(parts: Parts) {
    this.#parts = parts
    this.#run = parts.runs.open(parts.offset, parts.sequence)
    this.#syncedEnd = parts.offset
  }

  async write(buffers: readonly Uint8Array[]): Promise<void> {
    this.#assertOpen()
    const { handle, runs, signal } = this.#parts
    signal.throwIfAborted()
    if (this.#writeFailure !== undefined) throw this.#writeFailure
    const length = byteLength(buffers)
    if (length === 0) return
    try {
      await runs.write(this.#run, length, async () => {
        const { writtenBytes, failure } = await writeFully(handle, buffers, this.#run.end)
        this.#writeFailure = failure
        return writtenBytes
      })
    } catch (error) {
      this.#writeFailure = error
    }
    if (this.#writeFailure !== undefined) throw this.#writeFailure
  }

  async sync(): Promise<SyncResult> {
    this.#assertOpen()
    const { handle, runs, syncName } = this.#parts
    runs.assertUnsealed()
    // The system reports a failed sync once and then forgets the bytes: a second sync that succeeds proves nothing.
    if (this.#syncFailure !== undefined) throw this.#syncFailure
    const durableEnd = this.#run.end
    if (durableEnd > this.#syncedEnd) {
      try {
        await Promise.all([handle.datasync(), this.#isNameSynced ? undefined : syncName()])
      } catch (error) {
        this.#syncFailure = fromDisk(error)
        throw this.#syncFailure
      }
      this.#isNameSynced = true
      this.#syncedEnd = durableEnd
    }
    return { durableEnd, receipts: [] }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      await this.#parts.handle.close()
    } finally {
      this.#parts.runs.close(this.#run)
      this.#parts.onClose()
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error('The run is closed already.')
  }
}
