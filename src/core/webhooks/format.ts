import { DomainError } from '../errors.ts'
import type { RecordedEvent } from '../events.ts'
import type { EventId } from '../ids.ts'
import type { RenderedRequest } from './delivery.ts'
import type { DeliveryPolicy } from './delivery-policy.ts'
import type { Endpoint, EndpointSettings } from './endpoint.ts'

/**
 * How one kind of receiver is told. `standard` is ours (standard-format.ts); a dialect's lies in the dialect's folder and
 * is listed in src/webhook-formats.ts.
 */
export interface WebhookFormat {
  /** Stored with endpoints: never changes. */
  readonly name: string
  readonly policy: DeliveryPolicy
  /** Throws invalid_argument for settings that `render` could make nothing of. Without it, any settings are taken. */
  checkSettings?(settings: EndpointSettings): void
  /**
   * The request that tells `endpoint` of `event`; undefined: there is nothing to tell it. Called soon after the event,
   * outside of any transaction, so that it may ask services; what it names may have changed or be gone by now. What it
   * returns is stored and sent at each attempt as it is. When it throws, the delivery is kept, and rendered again at
   * each attempt.
   */
  render(event: RecordedEvent, endpoint: Endpoint): Promise<RenderedRequest | undefined>
  /** Further headers, made anew for each attempt: timestamps and signatures. */
  sign?(request: RenderedRequest, context: SigningContext): Readonly<Record<string, string>>
}

export type SigningContext = Readonly<{
  /** The same at every attempt and for every endpoint: what receivers tell duplicates by. */
  eventId: EventId
  endpoint: Endpoint
  nowMs: number
}>

/** The formats that this installation knows, by name. */
export class WebhookFormats {
  readonly #formats: ReadonlyMap<string, WebhookFormat>

  constructor(formats: readonly WebhookFormat[]) {
    this.#formats = new Map(formats.map((format) => [format.name, format]))
    if (this.#formats.size < formats.length) throw new Error('two webhook formats have the same name')
  }

  find(name: string): WebhookFormat | undefined {
    return this.#formats.get(name)
  }

  /** Throws invalid_argument for a name that nobody registered. */
  get(name: string): WebhookFormat {
    const format = this.#formats.get(name)
    if (format !== undefined) return format
    const known = [...this.#formats.keys()].join(', ')
    throw new DomainError('invalid_argument', `There is no format "${name}"; there are ${known}.`)
  }
}
