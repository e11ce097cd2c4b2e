import { isDomainError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { ReceivedAnswer, RequestSender } from '../ports/request-sender.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { AttemptError, ClaimedDelivery, DeliveryAttempt, RenderedRequest } from './delivery.ts'
import { type DeliveryPolicy, judge, readRetryAfter, type Verdict } from './delivery-policy.ts'
import type { DisabledReason, Endpoint } from './endpoint.ts'
import type { WebhookFormat, WebhookFormats } from './format.ts'

/** Beyond both timeouts; a worker that has not told the end of an attempt by then is taken for dead. */
const LEASE_MARGIN_MS = 15_000
/** An endpoint whose format this node does not know (an older release) is looked at again after this. */
const UNKNOWN_FORMAT_WAIT_MS = 60_000
/** Of an answer's body, in the log. */
const MAX_ANSWER_BYTES = 2_048

type Parts = Readonly<{
  work: UnitOfWork
  clock: Clock
  random: Random
  formats: WebhookFormats
  sender: RequestSender
}>

/** What came of an attempt, before anybody judged it. */
type Outcome = Readonly<{
  request: RenderedRequest | undefined
  answer: ReceivedAnswer | undefined
  error: AttemptError | undefined
}>

/** How an attempt ended, for the log. */
export type AttemptReport = Readonly<{
  state: 'delivered' | 'pending' | 'dead' | 'dropped' | 'released' | 'lease_lost'
  status: number | undefined
  reason: string | undefined
  disabled: DisabledReason | undefined
  /** Claimed by the way. */
  next: readonly ClaimedDelivery[]
}>

const NOTHING_CAME = { status: undefined, reason: undefined, disabled: undefined, next: [] } as const

/**
 * Sends deliveries. A delivery is claimed under its endpoint's lock, with a lease and a fence as jobs have them; its
 * attempt and what follows from it are one transaction.
 */
export class DeliveryService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Claims up to `limit` deliveries of the endpoint that has waited longest; undefined: none has anything to do now. */
  async claim(limit: number): Promise<readonly ClaimedDelivery[] | undefined> {
    const { work, clock, formats } = this.#parts
    return work.transaction(async (tx) => {
      const nowMs = clock.now()
      const endpoint = await tx.endpoints.lockDue(nowMs)
      if (endpoint === undefined) return undefined
      const policy = formats.find(endpoint.format)?.policy
      if (policy === undefined) {
        await tx.endpoints.setDue(endpoint.id, nowMs + UNKNOWN_FORMAT_WAIT_MS)
        return []
      }
      return this.#take(tx, endpoint, policy, limit)
    })
  }

  /** Claims what may be sent to a locked endpoint now, and notes when it has to be looked at again. */
  async #take(
    tx: Repositories,
    { id, failingSinceMs }: Endpoint,
    policy: DeliveryPolicy,
    limit: number,
  ): Promise<readonly ClaimedDelivery[]> {
    const nowMs = this.#parts.clock.now()
    const most = failingSinceMs === undefined ? policy.maxInFlight : 1
    const room = most - (await tx.deliveries.countSending(id, nowMs))
    const leaseUntilMs = nowMs + policy.connectTimeoutMs + policy.responseTimeoutMs + LEASE_MARGIN_MS
    const claimed = await tx.deliveries.take(id, { nowMs, leaseUntilMs, limit: Math.min(limit, room) })
    // What is due still has no room, or waits for one that is under way: whoever ends that looks again.
    const isCut = limit < room && claimed.length === limit
    await tx.endpoints.setDue(id, isCut ? nowMs : await tx.deliveries.nextDue(id, nowMs))
    return claimed
  }

  /**
   * One attempt. When `signal` aborts before an answer came, the delivery is given back untouched. With `goesOn`, the
   * transaction that ends a good one claims the next for the same endpoint (`report.next`): half the commits.
   */
  async attempt(
    claimed: ClaimedDelivery,
    signal: AbortSignal,
    goesOn: () => boolean = () => false,
  ): Promise<AttemptReport> {
    const { work, clock, formats } = this.#parts
    const endpoint = await work.read.endpoints.find(claimed.endpointId)
    const format = endpoint && formats.find(endpoint.format)
    if (endpoint === undefined || format === undefined) return this.#release(claimed)
    const startedAtMs = clock.now()
    const outcome = await this.#send(claimed, endpoint, format, signal)
    if (outcome === 'nothing') return this.#drop(claimed)
    if (outcome === 'aborted') return this.#release(claimed)
    return this.#settle(claimed, format.policy, outcome, { startedAtMs, goesOn })
  }

  async #send(
    claimed: ClaimedDelivery,
    endpoint: Endpoint,
    format: WebhookFormat,
    signal: AbortSignal,
  ): Promise<Outcome | 'nothing' | 'aborted'> {
    const { clock, sender } = this.#parts
    let request = claimed.request
    try {
      request ??= await this.#render(claimed, endpoint, format)
      if (request === undefined) return 'nothing'
      const signed = format.sign?.(request, { eventId: claimed.eventId, endpoint, nowMs: clock.now() })
      const { connectTimeoutMs, responseTimeoutMs } = format.policy
      const answer = await sender.send(
        { ...request, headers: { ...request.headers, ...signed } },
        { connectTimeoutMs, responseTimeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES, signal },
      )
      const error = format.policy.isSuccess(answer.status) ? undefined : statusError(answer.status)
      return { request, answer, error }
    } catch (error) {
      if (signal.aborted) return 'aborted'
      return { request, answer: undefined, error: attemptError(error) }
    }
  }

  /** An event that has been swept cannot be rendered any more. */
  async #render(
    { eventId }: ClaimedDelivery,
    endpoint: Endpoint,
    format: WebhookFormat,
  ): Promise<RenderedRequest | undefined> {
    const event = await this.#parts.work.read.outbox.get(eventId)
    return event && format.render(event, endpoint)
  }

  async #settle(
    claimed: ClaimedDelivery,
    policy: DeliveryPolicy,
    { request, answer, error }: Outcome,
    { startedAtMs, goesOn }: Readonly<{ startedAtMs: number; goesOn: () => boolean }>,
  ): Promise<AttemptReport> {
    const { work, clock } = this.#parts
    const nowMs = clock.now()
    const attempt: DeliveryAttempt = {
      deliveryId: claimed.id,
      number: claimed.attempts + 1,
      startedAtMs,
      durationMs: Math.max(0, nowMs - startedAtMs),
      status: answer?.status,
      error,
      answer: answer?.text ?? '',
    }
    const seen = { status: answer?.status, reason: error?.reason }
    return work.transaction(async (tx) => {
      const endpoint = await tx.endpoints.lock(claimed.endpointId)
      const judged = this.#judge(policy, claimed, answer, endpoint?.failingSinceMs, nowMs)
      // Nothing waits for an endpoint that was disabled meanwhile.
      const isOver = endpoint?.state === 'disabled' && judged.state === 'pending'
      const verdict: Verdict = isOver ? { state: 'dead', disables: undefined } : judged
      const dueAtMs = verdict.state === 'pending' ? nowMs + verdict.waitMs : undefined
      const isOurs = await tx.deliveries.end(claimed, { state: verdict.state, dueAtMs, request }, nowMs)
      if (endpoint === undefined || !isOurs) return { ...NOTHING_CAME, ...seen, state: 'lease_lost' }
      await tx.deliveries.addAttempt(attempt)
      const disabled = verdict.state === 'dead' && endpoint.state === 'active' ? verdict.disables : undefined
      const isGood = verdict.state === 'delivered'
      await this.#noteHealth(tx, endpoint, { isGood, disabled }, nowMs)
      const isTold = endpoint.state === 'active' || endpoint.state === 'spent'
      if (isGood && isTold && goesOn()) {
        const next = await this.#take(tx, { ...endpoint, failingSinceMs: undefined }, policy, 1)
        return { ...NOTHING_CAME, ...seen, state: verdict.state, next }
      }
      await tx.endpoints.setDue(endpoint.id, await tx.deliveries.nextDue(endpoint.id))
      return { ...NOTHING_CAME, ...seen, state: verdict.state, disabled }
    })
  }

  #judge(
    policy: DeliveryPolicy,
    { tries }: ClaimedDelivery,
    answer: ReceivedAnswer | undefined,
    failingSinceMs: number | undefined,
    nowMs: number,
  ): Verdict {
    const [byte = 0] = this.#parts.random.bytes(1)
    return judge(
      policy,
      { status: answer?.status, retryAfterMs: readRetryAfter(answer?.retryAfter, nowMs) },
      { tries, failingForMs: nowMs - (failingSinceMs ?? nowMs), chance: byte / 255 },
    )
  }

  async #noteHealth(
    tx: Repositories,
    endpoint: Endpoint,
    { isGood, disabled }: Readonly<{ isGood: boolean; disabled: DisabledReason | undefined }>,
    nowMs: number,
  ): Promise<void> {
    const { id, projectId, failingSinceMs } = endpoint
    if (isGood && failingSinceMs !== undefined) {
      await tx.endpoints.update(id, { failingSinceMs: undefined }, nowMs)
    }
    if (!isGood && failingSinceMs === undefined) await tx.endpoints.update(id, { failingSinceMs: nowMs }, nowMs)
    if (disabled === undefined) return
    await tx.endpoints.update(id, { state: 'disabled', disabledReason: disabled }, nowMs)
    await tx.deliveries.killPending(id, nowMs)
    await tx.outbox.append(projectId, { type: 'endpoint.disabled', endpointId: id, reason: disabled }, nowMs)
  }

  #release(claimed: ClaimedDelivery): Promise<AttemptReport> {
    return this.#giveUp(claimed, 'released', (tx, nowMs) => tx.deliveries.release(claimed, nowMs))
  }

  #drop(claimed: ClaimedDelivery): Promise<AttemptReport> {
    return this.#giveUp(claimed, 'dropped', (tx) => tx.deliveries.drop(claimed))
  }

  async #giveUp(
    claimed: ClaimedDelivery,
    state: 'released' | 'dropped',
    change: (tx: Repositories, nowMs: number) => Promise<void>,
  ): Promise<AttemptReport> {
    const { work, clock } = this.#parts
    await work.transaction(async (tx) => {
      const endpoint = await tx.endpoints.lock(claimed.endpointId)
      if (endpoint === undefined) return
      await change(tx, clock.now())
      await tx.endpoints.setDue(endpoint.id, await tx.deliveries.nextDue(endpoint.id))
    })
    return { ...NOTHING_CAME, state }
  }
}

function statusError(status: number): AttemptError {
  return { reason: 'status', message: `The receiver answered with status ${status}.` }
}

function attemptError(error: unknown): AttemptError {
  if (!isDomainError(error)) return { reason: 'internal', message: 'The request could not be made.' }
  const { reason } = error.details
  return { reason: typeof reason === 'string' ? reason : error.code, message: error.message }
}
