import type { Readable } from 'node:stream'
import type { BlobKey, ByteRange } from './blob-store.ts'

/**
 * Names one staged file. `key` is 1 to 200 characters of [A-Za-z0-9._-], not '.' or '..'; another one throws
 * DomainError('invalid_argument'). `layout` is the store's own note to itself, written by `create` and kept by the caller with
 * the upload (an S3 store keeps its multipart id and fixed part size there; the disk store needs none).
 */
export type StagingRef = Readonly<{ key: string; layout: string }>

/** How much fits. `undefined` where the store has no practical limit. */
export type StagingSpace = Readonly<{ freeBytes: number | undefined; totalBytes: number | undefined }>

/**
 * What `sync` proved: every byte of this writer below `durableEnd` is on stable storage. `receipts` are opaque
 * strings which the caller commits together with the range and hands back to `publish` (an S3 store names parts by
 * ETag and edge fragments in them; the disk store returns none).
 */
export type SyncResult = Readonly<{ durableEnd: number; receipts: readonly string[] }>

/**
 * One request's run of consecutive bytes. Not shared between requests. Calls of `write` do not overlap each other, nor
 * do calls of `sync`; but a `sync` may run beside a `write`, and then covers what was written before it was called.
 */
export interface StagingWriter {
  /**
   * Takes the next bytes. Resolves when the store is ready for more, which is the back-pressure. The buffers
   * are the caller's again once it settles. After it threw (also because the signal aborted) it takes nothing more, but `sync` still
   * makes durable what had been taken before, and says how far that reaches.
   */
  write(buffers: readonly Uint8Array[]): Promise<void>
  /** Makes durable what was written so far. */
  sync(): Promise<SyncResult>
  /** Ends the run and frees what it held. Bytes not synced are of no value afterwards. Again, it does nothing. */
  close(): Promise<void>
}

/**
 * Where the bytes of an unfinished upload live: one random-access file per upload, written in any order by any
 * number of requests (on any node, where the store is shared). Implementation: blobs/disk-staging-store.ts.
 * docs/decisions/0004-staging-port-fits-s3.md says how an S3 store fits.
 * test/contract/staging-store.ts proves for each of them:
 * - bytes land where they were sent, whatever the order and the size of runs (from 1 byte), also in parallel;
 * - where runs overlap, the bytes of the run with the higher `sequence` win once both are synced; a store may instead
 *   refuse further bytes of the older one with DomainError('superseded');
 * - a run whose receipts were never committed is in nobody's way, even when its number is used again (but on a disk it
 *   has changed the bytes it ran over);
 * - what `sync` reported is still there when the store is opened anew;
 * - `publish` takes time that does not grow with the file, is idempotent, and loses nothing when it is interrupted;
 * - a published or discarded key, or one that was never created, refuses further writers, and what writers that are
 *   still open try to write or sync, with DomainError('state_conflict');
 * - a full store throws DomainError('storage_full') and keeps what was synced.
 */
export interface StagingStore {
  /**
   * Makes room for a new staged file. `sizeBytes` when it is known (it chooses the part size of an S3 store). For a key
   * that exists it loses nothing: it returns the same layout, or another one that can be discarded for itself.
   */
  create(key: string, options: { sizeBytes?: number }): Promise<StagingRef>
  /**
   * Opens a run at `offset`. `sequence` grows with every run of this upload (the caller counts in its database).
   * The caller closes the writer.
   */
  openWriter(
    ref: StagingRef,
    options: { offset: number; sequence: number; signal: AbortSignal },
  ): Promise<StagingWriter>
  /**
   * Reads staged bytes (for digests and type sniffing), all of which must have been synced. Throws
   * DomainError('not_found') for a file that is not staged, DomainError('length_mismatch') when `range` ends behind the
   * last stored byte. The caller reads the stream to its end or destroys it.
   */
  read(
    ref: StagingRef,
    range: ByteRange,
    options: { receipts: readonly string[]; signal: AbortSignal },
  ): Promise<Readable>
  /**
   * Turns the staged file, `sizeBytes` long, into the blob `to`. Called again after success it does nothing.
   * Throws DomainError('not_found') when neither the staged file nor the blob exists, DomainError('length_mismatch')
   * when the staged file is shorter than `sizeBytes`, or the blob of another length. Bytes past `sizeBytes` are dropped:
   * the caller never acknowledged them.
   */
  publish(ref: StagingRef, to: BlobKey, options: { sizeBytes: number; receipts: readonly string[] }): Promise<void>
  /** Removes the staged file, if there is one; every layout of the key when `layout` is empty. */
  discard(ref: StagingRef): Promise<void>
  /** Every staged file and when it was last written: the sweeper compares this with the database. */
  list(): AsyncIterable<Readonly<{ key: string; modifiedAtMs: number }>>
  space(): Promise<StagingSpace>
}
