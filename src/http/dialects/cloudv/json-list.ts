/** A list that clients send as JSON text, plain or in url-safe base64; undefined for what is neither. */
export function readJsonList(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  for (const candidate of [text, Buffer.from(text, 'base64url').toString('utf8')]) {
    const value = parsed(candidate)
    if (Array.isArray(value) && value.every(isRecord)) return value
  }
  return undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A text or number of such a list, trimmed; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}
