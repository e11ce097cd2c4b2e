import { DeliveryService } from '../../src/core/webhooks/delivery-service.ts'
import { EventFanOut } from '../../src/core/webhooks/event-fan-out.ts'
import { HttpRequestSender } from '../../src/pull/http-request-sender.ts'
import { webhookFormats } from '../../src/webhook-formats.ts'
import type { TestApp } from './test-app.ts'

/**
 * Does what a worker does with events and deliveries until nothing is due any more: every attempt that is due now has
 * been made when it resolves. Receivers on the loopback are allowed. A format that throws fails the test.
 */
export async function deliverAll({ services, infrastructure }: Pick<TestApp, 'services' | 'infrastructure'>) {
  const { work, clock, random } = infrastructure
  const formats = webhookFormats({ work, library: services.library, services: () => services })
  const onRenderError = (error: unknown): never => {
    throw error
  }
  const fanOut = new EventFanOut({ work, clock, random, formats, onRenderError })
  const sender = new HttpRequestSender({ allow: ['127.0.0.1'] })
  const deliveries = new DeliveryService({ work, clock, random, formats, sender })
  while ((await fanOut.run()) > 0);
  for (let claimed = await deliveries.claim(50); claimed !== undefined; claimed = await deliveries.claim(50)) {
    await Promise.all(claimed.map((delivery) => deliveries.attempt(delivery, new AbortController().signal)))
  }
}
