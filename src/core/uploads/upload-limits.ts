/** The operator's bounds on uploads. Sizes in bytes, times in milliseconds. */
export type UploadLimits = Readonly<{
  /** No token allows more. */
  maxSizeBytes: number
  /** Time to live of a token when the caller names none, and the most a caller may ask for. */
  defaultLeaseMs: number
  maxLeaseMs: number
  /** A lease is renewed by activity, but an upload is over this long after its token was issued. */
  hardLifetimeMs: number
  /** A request that brings no byte for this long is ended. */
  idleTimeoutMs: number
  /** A request that brings fewer bytes per second than this, averaged over `slowWindowMs`, is ended. */
  minBytesPerSecond: number
  slowWindowMs: number
  /** Memory for bytes on their way from sockets to the disk, all uploads together. */
  bufferBytes: number
  /** After this many bytes, or this long since the last time, what has arrived is synced and committed. */
  syncStepBytes: number
  syncStepMs: number
  /** Of bodies that are held until it is known where they belong, all together in this process. */
  heldBytes: number
  /** Kept free for encoding and the database when space is promised to an upload. */
  headroomBytes: number
  /** How long a complete file waits for somebody to use it, and ended uploads stay visible. */
  retentionMs: number
  /** Staged files that no upload owns are removed when they were not written for this long. */
  orphanAgeMs: number
}>

const MIB = 1024 * 1024
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export const DEFAULT_UPLOAD_LIMITS: UploadLimits = {
  maxSizeBytes: 5 * 1024 * 1024 * MIB,
  defaultLeaseMs: 60 * MINUTE,
  maxLeaseMs: 7 * DAY,
  hardLifetimeMs: 7 * DAY,
  idleTimeoutMs: MINUTE,
  minBytesPerSecond: 128,
  slowWindowMs: 2 * MINUTE,
  bufferBytes: 32 * MIB,
  syncStepBytes: 32 * MIB,
  syncStepMs: 5_000,
  heldBytes: 4 * 1024 * MIB,
  headroomBytes: 512 * MIB,
  retentionMs: 7 * DAY,
  orphanAgeMs: 60 * MINUTE,
}
