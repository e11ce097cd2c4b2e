import type { Readable } from 'node:stream'
import type { BlobKey, ByteRange } from '../ports/blob-store.ts'
import type { StagingRef, StagingSpace, StagingStore, StagingWriter } from '../ports/staging-store.ts'
import type { StagedPlace } from './upload.ts'

/**
 * A staging store in which a place that begins in the middle of a shared file looks like a file of its own: offsets
 * count from its beginning. Only whole files are published; a shared one is discarded by the sweeper, once no upload
 * has bytes in it.
 */
export class StagedWindows implements StagingStore {
  readonly #files: StagingStore

  constructor(files: StagingStore) {
    this.#files = files
  }

  create(key: string, options: { sizeBytes?: number }): Promise<StagingRef> {
    return this.#files.create(key, options)
  }

  async openWriter(
    place: StagedPlace,
    options: { offset: number; sequence: number; signal: AbortSignal },
  ): Promise<StagingWriter> {
    const { startByte = 0 } = place
    const writer = await this.#files.openWriter(file(place), { ...options, offset: startByte + options.offset })
    if (startByte === 0) return writer
    return {
      write: (buffers) => writer.write(buffers),
      async sync() {
        const { durableEnd, receipts } = await writer.sync()
        return { durableEnd: durableEnd - startByte, receipts }
      },
      close: () => writer.close(),
    }
  }

  read(
    place: StagedPlace,
    range: ByteRange,
    options: { receipts: readonly string[]; signal: AbortSignal },
  ): Promise<Readable> {
    const { startByte = 0 } = place
    return this.#files.read(file(place), { start: startByte + range.start, end: startByte + range.end }, options)
  }

  publish(ref: StagingRef, to: BlobKey, options: { sizeBytes: number; receipts: readonly string[] }): Promise<void> {
    return this.#files.publish(ref, to, options)
  }

  async discard(place: StagedPlace): Promise<void> {
    if (place.startByte === undefined) await this.#files.discard(place)
  }

  list(): AsyncIterable<Readonly<{ key: string; modifiedAtMs: number }>> {
    return this.#files.list()
  }

  space(): Promise<StagingSpace> {
    return this.#files.space()
  }
}

function file({ key, layout }: StagedPlace): StagingRef {
  return { key, layout }
}
