import { DomainError } from '../../src/core/errors.ts'
import type { ReceivedAnswer, RequestSender } from '../../src/core/ports/request-sender.ts'
import type { RenderedRequest } from '../../src/core/webhooks/delivery.ts'

/** How a receiver behaves: a status, the reason why no answer came, or a promise of one of them. */
export type Behaviour = number | string | Partial<ReceivedAnswer>

/** Receivers that answer as told. */
export class FakeRequestSender implements RequestSender {
  /** Every request, in the order they were sent. */
  readonly sent: RenderedRequest[] = []
  behave: (request: RenderedRequest, signal: AbortSignal) => Behaviour | Promise<Behaviour> = () => 200

  assertAddress(url: string): void {
    if (!URL.canParse(url)) throw new DomainError('invalid_argument', 'Nothing can be sent to this address.')
  }

  async send(request: RenderedRequest, { signal }: { signal: AbortSignal }): Promise<ReceivedAnswer> {
    this.sent.push(request)
    const behaviour = await this.behave(request, signal)
    signal.throwIfAborted()
    if (typeof behaviour === 'string') {
      throw new DomainError('unavailable', 'No answer came.', { details: { reason: behaviour } })
    }
    const answer = { status: 200, retryAfter: undefined, text: '' }
    return typeof behaviour === 'number' ? { ...answer, status: behaviour } : { ...answer, ...behaviour }
  }
}
