const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const LAST_RELATIVE_DAYS = 7

/** How long ago something was, seen from `nowMs`: "just now", "5 min ago", "3 h ago", "yesterday", then the date. */
export function formatAge(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs
  if (ageMs < MINUTE_MS) return 'just now'
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} min ago`
  if (ageMs < DAY_MS) return `${Math.floor(ageMs / HOUR_MS)} h ago`
  const days = Math.floor(ageMs / DAY_MS)
  if (days === 1) return 'yesterday'
  if (days < LAST_RELATIVE_DAYS) return `${days} days ago`
  return new Date(atMs).toLocaleDateString(undefined, { dateStyle: 'medium' })
}
