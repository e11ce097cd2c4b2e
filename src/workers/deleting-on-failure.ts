import type { BlobStore } from '../core/ports/blob-store.ts'

/**
 * Deletes the prefix when `work` throws an error that `isCertain`. When the database breaks off during the commit,
 * nobody knows whether the prefix is the source's now: it stays, and the next attempt will see.
 */
export async function deletingOnFailure<T>(
  blobs: BlobStore,
  prefix: string,
  work: () => Promise<T>,
  isCertain: (error: unknown) => boolean = () => true,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isCertain(error)) await blobs.deletePrefix(prefix)
    throw error
  }
}
