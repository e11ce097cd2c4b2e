/** A frame rate as a fraction of whole numbers, exactly: 30000/1001 for 29.97002997…, 25/1 for 25. */
export type Fraction = Readonly<{ numerator: number; denominator: number }>

/** The rates of television (a multiple of 1/1001) are meant exactly; others are rounded to a thousandth. */
export function frameRateFraction(rate: number): Fraction {
  const whole = Math.round(rate)
  if (Math.abs(rate - whole) < 1e-6) return { numerator: whole, denominator: 1 }
  const ntsc = Math.round(rate * 1.001)
  if (Math.abs(rate - (ntsc * 1000) / 1001) < 1e-4) return { numerator: ntsc * 1000, denominator: 1001 }
  return { numerator: Math.round(rate * 1000), denominator: 1000 }
}

/** When a picture is shown, in seconds from the start of the film. */
export function frameSeconds(frame: number, rate: number): number {
  const { numerator, denominator } = frameRateFraction(rate)
  return frame * (denominator / numerator)
}

/**
 * The picture that a segment begins with: the first one at or after the segment's place in the grid, reckoned in the
 * same floating-point steps as the encoder's own condition, so that a piece of a film is cut where the whole would be.
 */
export function firstFrameOf(segment: number, segmentDurationMs: number, rate: number): number {
  const startSeconds = segment * (segmentDurationMs / 1000)
  let frame = Math.max(0, Math.floor(startSeconds * rate) - 1)
  while (frameSeconds(frame, rate) < startSeconds) frame++
  return frame
}
