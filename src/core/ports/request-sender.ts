import type { RenderedRequest } from '../webhooks/delivery.ts'

/**
 * Sends requests to other people's servers. Implementation: pull/http-request-sender.ts; its test proves that
 * - connections are made only to addresses that are public or that the operator allows, whatever a name resolves to,
 *   and a closed one fails like one that does not exist;
 * - redirects are answers like any other and are not followed;
 * - an attempt ends within both its timeouts, and holds no more of the answer than `maxAnswerBytes`;
 * - an answer counts once its status and headers are there, whatever becomes of its body.
 */
export interface RequestSender {
  /** Throws invalid_argument for text that is no http(s) address, or is the number of a closed one. */
  assertAddress(url: string): void
  /**
   * Rejects with DomainError('unavailable') when no answer came; `details.reason` is one of `address_unreachable`,
   * `timeout_connect`, `timeout_response`, `connection_refused`, `connection_broken`, `tls_failed`, `not_http`. Rejects
   * with the signal's reason when that aborts.
   */
  send(request: RenderedRequest, limits: SendLimits): Promise<ReceivedAnswer>
}

export type SendLimits = Readonly<{
  /** Until the connection stands, name look-up and TLS included. */
  connectTimeoutMs: number
  /** From then on, until the headers are there; the beginning of the body is waited for no longer either. */
  responseTimeoutMs: number
  /** More of the answer's body is not read. */
  maxAnswerBytes: number
  signal: AbortSignal
}>

export type ReceivedAnswer = Readonly<{
  status: number
  /** As sent. */
  retryAfter: string | undefined
  /** The beginning of the body; bytes that are no UTF-8 are replaced. */
  text: string
}>
