import type { Logger } from 'pino'
import type { Config } from './config/load-config.ts'
import { DeliveryService } from './core/webhooks/delivery-service.ts'
import { EventFanOut } from './core/webhooks/event-fan-out.ts'
import type { Services } from './http/services.ts'
import type { Infrastructure } from './infrastructure.ts'
import { HttpRequestSender } from './pull/http-request-sender.ts'
import { webhookFormats } from './webhook-formats.ts'
import { Deliverers } from './workers/deliver.ts'

/** What turns events into requests to receivers, in processes with the role `worker`. */
export function buildDeliverers(
  config: Config,
  services: Services,
  infrastructure: Infrastructure,
  logger: Logger,
): Deliverers {
  const { work, clock, random, locker, eventWake: wake } = infrastructure
  const formats = webhookFormats({ work, library: services.library, services: () => services })
  const onRenderError = (err: unknown, about: object): void =>
    logger.error({ ...about, err }, 'a format made no request; it is tried again with each attempt')
  const fanOut = new EventFanOut({ work, clock, random, formats, onRenderError })
  const deliveries = new DeliveryService({
    work,
    clock,
    random,
    formats,
    sender: new HttpRequestSender(config.webhooks),
  })
  return new Deliverers({ fanOut, deliveries, wake, locker, clock, logger })
}
