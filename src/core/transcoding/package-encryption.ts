/**
 * How the segments of a package are encrypted: whole, with AES-128 in CBC mode, the key changing after so many segments;
 * the initialisation segments stay clear (RFC 8216, 4.3.2.4). The vector is a segment's number in its playlist.
 */
export type PackageEncryption = Readonly<{
  /** 16 bytes each, in playing order. At least one; when they run out, the last one goes on. */
  keys: readonly Uint8Array[]
  /** Infinity: the first key is for all. */
  segmentsPerKey: number
}>

/** Number of the first segment in every playlist of ours. */
export const FIRST_SEGMENT = 1

/** Which key the segment at `position` (0 is the first one) is encrypted with. */
export function keyIndexOf(position: number, { keys, segmentsPerKey }: PackageEncryption): number {
  return Math.min(Math.floor(position / segmentsPerKey), keys.length - 1)
}

/** How many keys a source needs. `segmentsPerKey` undefined: one key for all. */
export function keysNeeded(durationMs: number, segmentDurationMs: number, segmentsPerKey: number | undefined): number {
  if (segmentsPerKey === undefined) return 1
  // One more than by the clock: the last segment may be a remainder.
  return Math.ceil((Math.ceil(durationMs / segmentDurationMs) + 1) / segmentsPerKey)
}
