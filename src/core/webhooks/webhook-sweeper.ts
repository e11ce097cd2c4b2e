import type { Clock } from '../ports/clock.ts'
import type { Locker } from '../ports/locker.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'

const BATCH = 500

type Parts = Readonly<{ work: UnitOfWork; locker: Locker; clock: Clock; retentionMs: number }>

/** Removes events that were told, deliveries that ended, and receivers for one upload that nothing is left of. */
export class WebhookSweeper {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** One sweep; undefined when another process is at it. */
  sweep(): Promise<Readonly<{ sweptEvents: number; sweptDeliveries: number; sweptEndpoints: number }> | undefined> {
    const { work, locker, clock, retentionMs } = this.#parts
    const { outbox, deliveries, endpoints } = work.read
    const beforeMs = clock.now() - retentionMs
    return locker.tryHold('sweep-webhooks', async () => ({
      sweptDeliveries: await repeated(() => deliveries.deleteFinished(beforeMs, BATCH)),
      sweptEvents: await repeated(() => outbox.deleteDispatched(beforeMs, BATCH)),
      sweptEndpoints: await repeated(() => endpoints.deleteForgotten(beforeMs, BATCH)),
    }))
  }
}

/** In short transactions, so that nobody waits long for the database. */
async function repeated(removeSome: () => Promise<number>): Promise<number> {
  let total = 0
  for (let removed = BATCH; removed === BATCH; total += removed) removed = await removeSome()
  return total
}
