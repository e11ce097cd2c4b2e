import type { DisabledReason } from './endpoint.ts'

/** How a format wants its requests to be sent: the vendor's rules, as data. */
export type DeliveryPolicy = Readonly<{
  /** Until the connection stands, name look-up and TLS included. */
  connectTimeoutMs: number
  /** From then on, until the status and headers are there. */
  responseTimeoutMs: number
  isSuccess: (status: number) => boolean
  /** Waiting times after the first, second … failed attempt. After one more failure the delivery is dead. */
  retryDelaysMs: readonly number[]
  /** Each waiting time is longer by up to this share of itself, so that not everything comes back at once. 0…1 */
  jitter: number
  /** A longer `Retry-After` of the receiver counts. */
  heedsRetryAfter: boolean
  /** The status by which a receiver says that it wants nothing any more. */
  goneStatus: number | undefined
  /** An endpoint that nothing reached for this long is disabled when a delivery dies; undefined: never. */
  disableAfterMs: number | undefined
  /** Requests under way to one endpoint at a time, all nodes together; one while it is failing. */
  maxInFlight: number
}>

/** What came of an attempt. `status` is undefined when there was no answer. */
export type AttemptResult = Readonly<{ status: number | undefined; retryAfterMs: number | undefined }>

export type Verdict =
  | Readonly<{ state: 'delivered' }>
  | Readonly<{ state: 'pending'; waitMs: number }>
  | Readonly<{ state: 'dead'; disables: DisabledReason | undefined }>

/** A receiver may not put us off for longer. */
const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60_000

/**
 * What becomes of a delivery after an attempt.
 * @param tries attempts that had ended before this one
 * @param failingForMs how long nothing has reached the endpoint
 * @param chance 0…1, random
 */
export function judge(
  policy: DeliveryPolicy,
  result: AttemptResult,
  { tries, failingForMs, chance }: Readonly<{ tries: number; failingForMs: number; chance: number }>,
): Verdict {
  const { status, retryAfterMs } = result
  if (status !== undefined && policy.isSuccess(status)) return { state: 'delivered' }
  if (status !== undefined && status === policy.goneStatus) return { state: 'dead', disables: 'gone' }
  const delayMs = policy.retryDelaysMs[tries]
  if (delayMs === undefined) {
    const { disableAfterMs } = policy
    const isHopeless = disableAfterMs !== undefined && failingForMs >= disableAfterMs
    return { state: 'dead', disables: isHopeless ? 'failing' : undefined }
  }
  const jittered = Math.round(delayMs * (1 + policy.jitter * chance))
  const asked = policy.heedsRetryAfter ? Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS) : 0
  return { state: 'pending', waitMs: Math.max(jittered, asked) }
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds or a date. Undefined when it is neither, or none. */
export function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const dateMs = /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs)
}
