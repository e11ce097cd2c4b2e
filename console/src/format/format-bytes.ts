const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const STEP = 1000

/** A size for people, in decimal units with three significant digits at most: "0 B", "1.5 kB", "12.4 MB", "980 MB". */
export function formatBytes(sizeBytes: number): string {
  let value = Math.max(0, sizeBytes)
  let unit = 0
  // 999.5 would be rounded to "1000": the next unit says it better.
  while (value >= STEP - 0.5 && unit < UNITS.length - 1) {
    value /= STEP
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${UNITS[unit]}`
}
