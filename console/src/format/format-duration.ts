const SECONDS_PER_MINUTE = 60
const SECONDS_PER_HOUR = 3600

/** A running time as a player shows it: "0:07", "12:05", "1:02:03". */
export function formatDuration(durationMs: number): string {
  const total = Math.max(0, Math.round(durationMs / 1000))
  const hours = Math.floor(total / SECONDS_PER_HOUR)
  const minutes = Math.floor((total % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE)
  const seconds = String(total % SECONDS_PER_MINUTE).padStart(2, '0')
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
}

/**
 * A remaining time for people, as coarse as an estimate deserves: 5-second steps below a minute, 10-second steps below
 * ten minutes, then minutes. "a few seconds left", "about 35 s left", "about 2 min 10 s left", "about 3 h 5 min left".
 */
export function formatTimeLeft(etaMs: number): string {
  const seconds = etaMs / 1000
  if (seconds < 7.5) return 'a few seconds left'
  if (seconds < 57.5) return `about ${roundTo(seconds, 5)} s left`
  if (seconds < 595) {
    const rounded = roundTo(seconds, 10)
    return `about ${words(Math.floor(rounded / SECONDS_PER_MINUTE), 'min', rounded % SECONDS_PER_MINUTE, 's')} left`
  }
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE)
  if (minutes < 60) return `about ${minutes} min left`
  return `about ${words(Math.floor(minutes / 60), 'h', minutes % 60, 'min')} left`
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step
}

function words(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
