/**
 * How much of its promised duration a file may lack before it counts as cut off or damaged: a tenth, at most half a
 * second, and 2 % of long files. Containers round their durations, sound and pictures end at different times, and a
 * last group of pictures is often incomplete; a file that lacks more lost content.
 */
export function shortfallToleranceMs(durationMs: number): number {
  return Math.max(100, Math.min(500, durationMs * 0.1), durationMs * 0.02)
}
