import type { LibraryService } from './core/library/library-service.ts'
import type { UnitOfWork } from './core/ports/unit-of-work.ts'
import { WebhookFormats } from './core/webhooks/format.ts'
import { standardFormat } from './core/webhooks/standard-format.ts'
import { cloudvFormat } from './http/dialects/cloudv/notifications/notification-format.ts'
import { kalturaFormat } from './http/dialects/kaltura/notification/notification-format.ts'
import { kollusFormat } from './http/dialects/kollus/callbacks/kollus-format.ts'
import type { Services } from './http/services.ts'

/** What formats may ask. */
export type FormatParts = Readonly<{
  work: UnitOfWork
  library: LibraryService
  /** Asked when there is something to tell: the services are built with the formats. */
  services: () => Services
}>

/** Every way a receiver can be told: ours, and one for each dialect that has callbacks of its own. */
export function webhookFormats({ work, services }: FormatParts): WebhookFormats {
  return new WebhookFormats([
    standardFormat({ read: work.read }),
    kollusFormat({ read: work.read }),
    cloudvFormat({ services }),
    kalturaFormat({ services }),
  ])
}
