/** `HH:MM:SS`, whole seconds. Clients also know `MM:SS`, but read this one too. */
export function playTime(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** For people, for example `1.4 GB`, in steps of 1024. */
export function humanSize(sizeBytes: number): string {
  let value = sizeBytes
  let step = 0
  while (value >= 1024 && step < UNITS.length - 1) {
    value /= 1024
    step++
  }
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`
}

/** Whole Unix seconds; null while it has not happened. */
export function unixSeconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.floor(ms / 1000)
}

/** As clients of every generation read truth. */
export function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0
}
