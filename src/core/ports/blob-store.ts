import type { Readable } from 'node:stream'

/**
 * Opaque to the store: segments of 1 to 255 characters of [A-Za-z0-9._-], none of them '.' or '..', joined by '/', at
 * most 512 characters together. No key may be the folder of another one ('a' beside 'a/b'). Never from a client.
 */
export type BlobKey = string

/** Bytes from `start` up to but not including `end`. */
export type ByteRange = Readonly<{ start: number; end: number }>

export type BlobInfo = Readonly<{ sizeBytes: number; modifiedAtMs: number }>

/**
 * Immutable byte objects under opaque keys. Implementation: blobs/disk-blob-store.ts (S3 comes with scale-out).
 * test/contract/blob-store.ts proves for each of them:
 * - `put` is all-or-nothing: a reader sees the old object or the whole new one, never a prefix; once it resolves the
 *   object survives power loss;
 * - sizes and offsets are bytes, ranges half-open [start, end); a range past the end is cut to the object, one that
 *   starts at or past the end throws DomainError('invalid_argument');
 * - `delete` of a missing key succeeds, `open`/`info` of one throws DomainError('not_found');
 * - each call stops soon after `signal` aborts, rejects with its reason and leaves no partial object behind;
 * - a key that is not of the documented form throws DomainError('invalid_argument') and touches nothing.
 */
export interface BlobStore {
  /** Stores `body`. With `sizeBytes`, a body of another length throws DomainError('length_mismatch') and stores nothing. */
  put(key: BlobKey, body: Readable, options: { sizeBytes?: number; signal: AbortSignal }): Promise<BlobInfo>
  /** Moves a finished local file into the store (a rename where that is possible); the local file is gone afterwards. */
  adoptFile(key: BlobKey, path: string, options: { signal: AbortSignal }): Promise<BlobInfo>
  info(key: BlobKey): Promise<BlobInfo>
  /** The caller reads `body` to its end or destroys it. */
  open(key: BlobKey, options: { range?: ByteRange; signal: AbortSignal }): Promise<{ info: BlobInfo; body: Readable }>
  delete(key: BlobKey): Promise<void>
  /** Deletes every object whose key starts with `prefix` (which ends in '/'); none is fine. */
  deletePrefix(prefix: string): Promise<void>
  /** Keys under `prefix` (ends in '/', or empty for all), in no promised order. */
  list(prefix: string): AsyncIterable<BlobKey>
  /** Lends a local path to tools that need one (ffmpeg); any temporary copy is gone once `use` settles. */
  withLocalFile<T>(key: BlobKey, signal: AbortSignal, use: (path: string) => Promise<T>): Promise<T>
}
