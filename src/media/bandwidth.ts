export type MeasuredSegment = Readonly<{ sizeBytes: number; durationMs: number }>

/**
 * BANDWIDTH and AVERAGE-BANDWIDTH of a rendition in bits per second, rounded up (RFC 8216, 4.1): the average over
 * everything, and the highest rate of any run of neighbouring segments that lasts between 0.5 and 1.5 times the
 * target duration. The init segment is not counted. Where no run is that long (a very short clip), the peak is the
 * average.
 */
export function measureBandwidth(segments: readonly MeasuredSegment[]): { peak: number; average: number } {
  const targetMs = Math.round(Math.max(0, ...segments.map((segment) => segment.durationMs)) / 1000) * 1000
  const average = bitsPerSecond(segments)
  let peak = average
  for (let first = 0; first < segments.length; first++) {
    let durationMs = 0
    for (let last = first; last < segments.length; last++) {
      durationMs += segments[last]?.durationMs ?? 0
      if (durationMs > 1.5 * targetMs) break
      if (durationMs >= 0.5 * targetMs) peak = Math.max(peak, bitsPerSecond(segments.slice(first, last + 1)))
    }
  }
  return { peak, average }
}

function bitsPerSecond(segments: readonly MeasuredSegment[]): number {
  const bytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0)
  const durationMs = segments.reduce((sum, segment) => sum + segment.durationMs, 0)
  return durationMs === 0 ? 0 : Math.ceil((bytes * 8 * 1000) / durationMs)
}
