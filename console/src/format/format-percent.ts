/** Whole per cent of a fraction 0..1, rounded down: 100 means done, nothing less does. */
export function wholePercent(fraction: number): number {
  // The epsilon keeps 0.29 (28.999… in binary) at 29.
  return Math.min(100, Math.max(0, Math.floor(fraction * 100 + 1e-9)))
}
