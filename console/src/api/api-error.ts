/** `code` of an ApiError when no answer came at all. */
const UNREACHABLE = 'unreachable'

/** A request that did not succeed, in words that can be shown. `status` is 0 when no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** The problem document's `code`; `unreachable` without an answer, `http_<status>` when it was no problem document. */
  readonly code: string
  /** The problem document's `reason` when it has one: why a file was refused, for example. */
  readonly reason: string | undefined

  constructor(status: number, code: string, message: string, reason?: string) {
    super(message)
    this.status = status
    this.code = code
    this.reason = reason
  }
}

/** The error for a request that got no answer: server down, network gone, connection cut. */
export function unreachable(): ApiError {
  return new ApiError(0, UNREACHABLE, 'The server cannot be reached. Check the connection and try again.')
}

/**
 * Reads a failed answer's body as application/problem+json. Anything else (a proxy's HTML page, an empty body) becomes a
 * plain sentence with the status, never the foreign text itself.
 */
export function errorFromBody(status: number, body: string): ApiError {
  const problem = parseObject(body)
  const code = text(problem['code']) ?? `http_${status}`
  const message = text(problem['detail']) ?? text(problem['title']) ?? `The server answered with status ${status}.`
  return new ApiError(status, code, message, text(problem['reason']))
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
