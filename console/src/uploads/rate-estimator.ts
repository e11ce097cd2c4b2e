/** How fast the rate follows what it sees: about this much of the past still counts. */
const RATE_MEMORY_MS = 4_000
/** How fast the shown remaining time follows the computed one. */
const ETA_MEMORY_MS = 3_000
/** A rate over less than this is noise: the first bytes only fill socket buffers. */
const WARM_UP_MS = 1_500
const STALL_MS = 5_000

/**
 * A damped estimate of how fast something grows (bytes sent, share encoded) and when it is done. A plain value, so that
 * it can live in a store; `value` and `total` may be of any unit, `perSecond` is in that unit.
 */
export interface RateEstimate {
  readonly startedAtMs: number
  readonly startedAtValue: number
  readonly atMs: number
  readonly value: number
  readonly lastGrowthAtMs: number
  /** null until there is enough to tell. */
  readonly perSecond: number | null
  /** Damped: counts down with the clock and is only nudged by new samples. null until known, and while stalled. */
  readonly etaMs: number | null
  /** True when nothing moved for five seconds. */
  readonly stalled: boolean
}

/** Starts at `value` already done, so that a resumed transfer is not taken for a fast one. */
export function startRate(atMs: number, value: number): RateEstimate {
  return {
    startedAtMs: atMs,
    startedAtValue: value,
    atMs,
    value,
    lastGrowthAtMs: atMs,
    perSecond: null,
    etaMs: null,
    stalled: false,
  }
}

/** The estimate after seeing `value` of `total` at `atMs`. Samples may come at any pace; a shrinking value starts over. */
export function sampleRate(before: RateEstimate, atMs: number, value: number, total: number): RateEstimate {
  if (value < before.value) return startRate(atMs, value)
  const elapsedMs = atMs - before.atMs
  if (elapsedMs <= 0) return before
  const lastGrowthAtMs = value > before.value ? atMs : before.lastGrowthAtMs
  const perSecond = nextRate(before, atMs, value)
  const stalled = atMs - lastGrowthAtMs >= STALL_MS
  const warm = atMs - before.startedAtMs >= WARM_UP_MS
  const targetMs = stalled || !warm || perSecond <= 0 ? null : (Math.max(0, total - value) / perSecond) * 1000
  return {
    startedAtMs: before.startedAtMs,
    startedAtValue: before.startedAtValue,
    atMs,
    value,
    lastGrowthAtMs,
    perSecond: warm ? perSecond : null,
    etaMs: nextEta(before.etaMs, targetMs, elapsedMs),
    stalled,
  }
}

/** Per second: during the warm-up the mean so far, afterwards an average that forgets exponentially with time. */
function nextRate(before: RateEstimate, atMs: number, value: number): number {
  if (before.perSecond === null) return ((value - before.startedAtValue) / (atMs - before.startedAtMs)) * 1000
  const elapsedMs = atMs - before.atMs
  const seen = ((value - before.value) / elapsedMs) * 1000
  const keep = Math.exp(-elapsedMs / RATE_MEMORY_MS)
  return before.perSecond * keep + seen * (1 - keep)
}

function nextEta(beforeMs: number | null, targetMs: number | null, elapsedMs: number): number | null {
  if (targetMs === null || beforeMs === null) return targetMs
  const expectedMs = Math.max(0, beforeMs - elapsedMs)
  return expectedMs + (targetMs - expectedMs) * (1 - Math.exp(-elapsedMs / ETA_MEMORY_MS))
}
