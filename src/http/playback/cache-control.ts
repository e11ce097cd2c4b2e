/** Files whose address names a source never change. */
export const IMMUTABLE = 'public, max-age=31536000, immutable'

/** What may be another one soon, after a replacement. */
export const SHORT = 'public, max-age=10'
