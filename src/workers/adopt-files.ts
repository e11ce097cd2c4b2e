import { join } from 'node:path'
import type { BlobStore } from '../core/ports/blob-store.ts'

/** Enough to hide the latency of a store on the network. */
const PARALLEL = 8

/**
 * Moves `files`, relative to `directory`, into the store under `prefix`. Settles once no more of them is on its way:
 * the caller may delete the prefix then. `onStored` gets how many are stored.
 */
export async function adoptFiles(
  blobs: BlobStore,
  files: readonly string[],
  options: Readonly<{ directory: string; prefix: string; signal: AbortSignal; onStored: (count: number) => void }>,
): Promise<void> {
  const { directory, prefix, signal, onStored } = options
  const rest = files.values()
  let stored = 0
  let hasFailed = false
  const move = async (): Promise<void> => {
    for (const file of rest) {
      if (hasFailed) return
      try {
        await blobs.adoptFile(`${prefix}${file}`, join(directory, file), { signal })
      } catch (error) {
        hasFailed = true
        throw error
      }
      stored += 1
      onStored(stored)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: PARALLEL }, move))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
