import type { RecordedEvent } from '../../../../core/events.ts'
import type { RenderedRequest } from '../../../../core/webhooks/delivery.ts'
import type { DeliveryPolicy } from '../../../../core/webhooks/delivery-policy.ts'
import type { Endpoint } from '../../../../core/webhooks/endpoint.ts'
import type { WebhookFormat } from '../../../../core/webhooks/format.ts'
import type { Services } from '../../../services.ts'
import { operationsNotice } from './operations-notice.ts'
import { projectNotice } from './project-notice.ts'
import { pullNotice } from './pull-notice.ts'
import { FORMAT, type NotifySettings } from './settings.ts'

const MINUTE_MS = 60_000

/** Of retries and signatures of its notifications the vendor says nothing; this is ours. */
const POLICY: DeliveryPolicy = {
  connectTimeoutMs: 5_000,
  responseTimeoutMs: 10_000,
  isSuccess: (status) => status >= 200 && status < 300,
  retryDelaysMs: [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * 60 * MINUTE_MS, 8 * 60 * MINUTE_MS],
  jitter: 0.1,
  heedsRetryAfter: true,
  goneStatus: 410,
  disableAfterMs: undefined,
  maxInFlight: 4,
}

/** Notifications of the vendor's form: docs/dialects/cloudv.md#notifications. */
export function cloudvFormat({ services }: Readonly<{ services: () => Services }>): WebhookFormat {
  return {
    name: FORMAT,
    policy: POLICY,
    async render(event: RecordedEvent, endpoint: Endpoint): Promise<RenderedRequest | undefined> {
      const body = await bodyFor(services(), event, endpoint)
      if (body === undefined) return undefined
      const isJson = body.startsWith('{')
      const headers = { 'content-type': isJson ? 'application/json' : 'text/plain' }
      return { method: 'POST', url: endpoint.url, headers, body }
    },
  }
}

async function bodyFor(services: Services, recorded: RecordedEvent, endpoint: Endpoint): Promise<string | undefined> {
  const settings = endpoint.settings as Partial<NotifySettings>
  switch (settings.what) {
    case 'deletion': {
      const { taskId, videoId } = settings
      return JSON.stringify({ code: 200, message: 'Operation successfully', data: { taskId, videoId } })
    }
    case 'pull':
      return pullNotice(services, recorded, settings as NotifySettings & { what: 'pull' })
    case 'operations':
      return operationsNotice(recorded, settings as NotifySettings & { what: 'operations' })
    case undefined:
      return projectNotice(services, recorded)
  }
}
