import type { LibraryService } from './core/library/library-service.ts'
import type { UnitOfWork } from './core/ports/unit-of-work.ts'
import { WebhookFormats } from './core/webhooks/format.ts'
import { standardFormat } from './core/webhooks/standard-format.ts'
import { kollusFormat } from './http/dialects/kollus/callbacks/kollus-format.ts'

/** What formats may ask. */
export type FormatParts = Readonly<{ work: UnitOfWork; library: LibraryService }>

/** Every way a receiver can be told: ours, and one for each dialect that has callbacks of its own. */
export function webhookFormats({ work }: FormatParts): WebhookFormats {
  return new WebhookFormats([standardFormat({ read: work.read }), kollusFormat({ read: work.read })])
}
