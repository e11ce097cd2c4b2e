import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import type { BlobKey, ByteRange } from '../ports/blob-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { StagingRef, StagingSpace, StagingStore, StagingWriter } from '../ports/staging-store.ts'

/** Enough for the database's log and for what else has to be written to make room again. */
const MOST_SPARED_BYTES = 32 * 1024 * 1024
const SNAPSHOT_MS = 1_000

/**
 * A staging store that never takes the last of the disk: bytes of unknown number would fill it to the brim, and then the
 * database could neither say what had arrived nor remove anything. A write that would go that far throws storage_full and
 * leaves nothing behind; once there is room, writes are taken again.
 */
export class SparedRoom implements StagingStore {
  readonly #files: StagingStore
  readonly #clock: Clock
  readonly #sparedBytes: number
  /** As of the last look, less what was written since; undefined where there is no limit. */
  #freeBytes: number | undefined = 0
  #pendingBytes = 0
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined

  /** `headroomBytes` is what the operator wants kept free; of that, this keeps the part that uploads must not have. */
  constructor(files: StagingStore, { clock, headroomBytes }: Readonly<{ clock: Clock; headroomBytes: number }>) {
    this.#files = files
    this.#clock = clock
    this.#sparedBytes = Math.min(headroomBytes, MOST_SPARED_BYTES)
  }

  async openWriter(
    ref: StagingRef,
    options: { offset: number; sequence: number; signal: AbortSignal },
  ): Promise<StagingWriter> {
    const writer = await this.#files.openWriter(ref, options)
    let failure: unknown
    return {
      write: async (buffers) => {
        if (failure !== undefined) throw failure
        try {
          await this.#write(writer, buffers)
        } catch (error) {
          failure = error
          throw error
        }
      },
      sync: () => writer.sync(),
      close: () => writer.close(),
    }
  }

  async #write(writer: StagingWriter, buffers: readonly Uint8Array[]): Promise<void> {
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0)
    if (this.#clock.now() - this.#lookedAtMs >= SNAPSHOT_MS || !this.#fits(bytes)) await this.#look()
    if (!this.#fits(bytes)) throw new DomainError('storage_full', 'The storage is full.')
    this.#pendingBytes += bytes
    try {
      await writer.write(buffers)
    } finally {
      this.#pendingBytes -= bytes
      if (this.#freeBytes !== undefined) this.#freeBytes -= bytes
    }
  }

  #fits(bytes: number): boolean {
    return this.#freeBytes === undefined || this.#freeBytes - this.#pendingBytes - bytes >= this.#sparedBytes
  }

  /** One look at a time: who comes meanwhile waits for the same. */
  #look(): Promise<void> {
    this.#looking ??= (async () => {
      try {
        this.#freeBytes = (await this.#files.space()).freeBytes
        this.#lookedAtMs = this.#clock.now()
      } finally {
        this.#looking = undefined
      }
    })()
    return this.#looking
  }

  create(key: string, options: { sizeBytes?: number }): Promise<StagingRef> {
    return this.#files.create(key, options)
  }

  read(
    ref: StagingRef,
    range: ByteRange,
    options: { receipts: readonly string[]; signal: AbortSignal },
  ): Promise<Readable> {
    return this.#files.read(ref, range, options)
  }

  publish(ref: StagingRef, to: BlobKey, options: { sizeBytes: number; receipts: readonly string[] }): Promise<void> {
    return this.#files.publish(ref, to, options)
  }

  discard(ref: StagingRef): Promise<void> {
    return this.#files.discard(ref)
  }

  list(): AsyncIterable<Readonly<{ key: string; modifiedAtMs: number }>> {
    return this.#files.list()
  }

  space(): Promise<StagingSpace> {
    return this.#files.space()
  }
}
