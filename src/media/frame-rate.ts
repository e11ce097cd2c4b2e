import { frameRateFraction } from '../core/transcoding/frame-grid.ts'

/** Rates that cameras, recorders and encoders use. */
const USUAL_RATES = [
  10,
  12,
  12.5,
  15,
  20,
  24_000 / 1001,
  24,
  25,
  30_000 / 1001,
  30,
  48,
  50,
  60_000 / 1001,
  60,
  90,
  100,
  120,
]
/** Time stamps in whole milliseconds make 60 frames per second look like 58.8 or 62.5. */
const ROUNDING = 0.05
/** A stream whose pictures come this much faster than their average has a varying rate. */
const VARYING = 1.25
const FALLBACK_RATE = 25

export type FrameRates = Readonly<{ average: number; peak: number }>

/**
 * Settles a stream's frame rates from what the header says (`nominal` is ffprobe's lowest rate that could carry every
 * time stamp and is nonsense for many files with a varying rate; `average` is pictures per duration) and what was
 * seen (`typical`, see `typicalRate`).
 */
export function settleFrameRates(seen: {
  nominal: number | undefined
  average: number | undefined
  typical: number | undefined
}): FrameRates {
  const average = seen.average ?? seen.typical ?? seen.nominal ?? FALLBACK_RATE
  const nominal = seen.nominal ?? average
  const typical = seen.typical ?? average
  const isNominal = Math.abs(nominal / average - 1) <= 0.1 && typical <= average * VARYING
  return { average, peak: isNominal ? nominal : Math.max(nearestUsual(typical), average) }
}

function nearestUsual(rate: number): number {
  const distance = (usual: number) => Math.abs(usual / rate - 1)
  const nearest = USUAL_RATES.toSorted((a, b) => distance(a) - distance(b))[0] ?? rate
  return distance(nearest) <= ROUNDING ? nearest : rate
}

/** The rate as ffmpeg's filters take it, exactly: `30000/1001` for 29.97002997…, `25` for 25. */
export function frameRateText(rate: number): string {
  const { numerator, denominator } = frameRateFraction(rate)
  return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`
}
