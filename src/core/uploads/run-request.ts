import type { Readable } from 'node:stream'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { ChunkDigest } from './digests.ts'
import type { FileDigest, Upload } from './upload.ts'

/** One request's bytes, as any transport hands them to the core. */
export type RunRequest = Readonly<{
  /** Position of the first byte in the file; `append` is where the unbroken beginning ends. */
  offset: number | 'append'
  /** Read to its end or to its limit, never destroyed; the transport answers and closes. */
  body: Readable
  /** Of the body, where it is known (`Content-Length`). */
  lengthBytes?: number | undefined
  /** A body that goes past this many bytes is a length_mismatch; what came before is kept. */
  limitBytes?: number | undefined
  /**
   * Among parallel runs whose lengths nobody knows: it takes over from an older one that begins at the same byte, and
   * leaves the others alone. Where they overlap after all, the newest bytes win.
   */
  isOneOfMany?: boolean
  /** Of the whole file, where the request states it. */
  sizeBytes?: number | undefined
  /**
   * True: the body's end is the end of the file. False: the sender will say so later, and the upload does not complete
   * even when its size is reached. Undefined: the size decides.
   */
  isLast?: boolean | undefined
  /** The body is the file from its first byte on, so `offset` is 0: what earlier requests stored is forgotten first. */
  startsOver?: boolean
  /** `offset` must be exactly where the unbroken beginning ends (tus and its kin); else offset_mismatch. */
  mustContinue?: boolean
  /** Nothing of the body counts unless it has this digest. */
  digest?: ChunkDigest | undefined
  /** As `digest`, for clients that send it in a trailer: asked after the body's end. */
  digestAfter?: (() => ChunkDigest | undefined) | undefined
  /** The whole file must have this digest, besides the token's own, if this run turns out to complete it. */
  fileDigest?: FileDigest | undefined
  /** The server itself sends the bytes of a pulled upload. */
  isPull?: boolean
  /** Part of each transaction that commits bytes; when it throws, they are not committed and the run ends with that. */
  alongside?: ((tx: Repositories) => Promise<void>) | undefined
  /** The bytes come from the parts that this upload joins. */
  isJoining?: boolean
  /** The name under which the client sends the file, where the token did not fix one. */
  fileName?: string | undefined
  /** Sees every byte in order, before it is stored (a dialect's own digests). Must not throw. */
  onChunk?: ((chunk: Uint8Array) => void) | undefined
  /** Told after each durable step how long the unbroken beginning is. */
  onDurable?: ((contiguousBytes: number) => void) | undefined
}>

/** What became of a run. `upload` is the row after the last commit. */
export type RunResult = Readonly<{ upload: Upload; offset: number; receivedBytes: number }>
