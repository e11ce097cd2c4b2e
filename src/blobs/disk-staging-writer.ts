import type { StagingWriter, SyncResult } from '../core/ports/staging-store.ts'
import type { StagedFile } from './direct-writes.ts'
import { fromDisk } from './disk-errors.ts'
import type { StagedRun, StagedRuns } from './staged-runs.ts'
import { byteLength } from './write-fully.ts'

type Parts = Readonly<{
  /** Belongs to the writer from now on. */
  file: StagedFile
  runs: StagedRuns
  offset: number
  sequence: number
  signal: AbortSignal
  /** Makes the file's name durable; called beside the first sync. */
  syncName: () => Promise<void>
  /** Called once, after the file was closed. */
  onClose: () => void
}>

/**
 * One run over a staged file, which it has open for itself. Each `write` is positioned. After a write
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
    const { file, runs, signal } = this.#parts
    signal.throwIfAborted()
    if (this.#writeFailure !== undefined) throw this.#writeFailure
    const length = byteLength(buffers)
    if (length === 0) return
    try {
      await runs.write(this.#run, length, async () => {
        const { writtenBytes, failure } = await file.write(buffers, this.#run.end)
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
    const { file, runs, syncName } = this.#parts
    runs.assertUnsealed()
    // The system reports a failed sync once and then forgets the bytes: a second sync that succeeds proves nothing.
    if (this.#syncFailure !== undefined) throw this.#syncFailure
    const durableEnd = this.#run.end
    if (durableEnd > this.#syncedEnd) {
      try {
        await Promise.all([file.datasync(), this.#isNameSynced ? undefined : syncName()])
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
      await this.#parts.file.close()
    } finally {
      this.#parts.runs.close(this.#run)
      this.#parts.onClose()
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error('The run is closed already.')
  }
}
