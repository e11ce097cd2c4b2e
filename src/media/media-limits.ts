/** What a stranger's file may ask of us. */
export type MediaLimits = Readonly<{
  maxDurationMs: number
  /** Width times height, as coded. */
  maxPixels: number
  maxStreams: number
  /** For finding out what the file is. Looking through a file without an index may take the other limit. */
  probeTimeMs: number
  scanTimeMs: number
  /** Address space of one probing or encoding process. */
  probeMemoryBytes: number
  encodeMemoryBytes: number
  /** Largest single file a tool may write: one segment, one picture. */
  maxOutputFileBytes: number
  /** Without progress for this long an encoder counts as hung. */
  encodeStallMs: number
  /** An encode may take this long, whatever the length of the source, … */
  encodeTimeBaseMs: number
  /** … and this many times the source's duration in addition. */
  encodeTimePerDuration: number
  posterTimeMs: number
}>

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const MIB = 1024 * 1024

export const DEFAULT_MEDIA_LIMITS: MediaLimits = {
  maxDurationMs: 24 * HOUR,
  maxPixels: 8192 * 4608,
  maxStreams: 64,
  probeTimeMs: 30 * SECOND,
  scanTimeMs: 10 * MINUTE,
  probeMemoryBytes: 2048 * MIB,
  // Seen: 2.3 GiB for HEVC 2160p to five renditions on two cores; it grows with threads and picture size.
  encodeMemoryBytes: 16_384 * MIB,
  maxOutputFileBytes: 512 * MIB,
  encodeStallMs: 2 * MINUTE,
  encodeTimeBaseMs: 10 * MINUTE,
  encodeTimePerDuration: 20,
  posterTimeMs: 2 * MINUTE,
}
