import { MemoryBus } from '../../src/bus/memory-bus.ts'
import type { DatabaseKind } from '../../src/db/open-database.ts'
import { DatabaseJobQueue } from '../../src/queue/database-job-queue.ts'
import { SystemClock } from '../../src/system/system-clock.ts'
import { openDatabaseAt, unitOfWorkOn } from './database.ts'

// A worker in a process of its own: ends one job after the other, each with an event, and says so after the commit.
// work-until-killed.ts KIND LOCATION
const [kind, location] = process.argv.slice(2) as [DatabaseKind, string]
const database = openDatabaseAt(kind, location)
const work = unitOfWorkOn(database)
const clock = new SystemClock()
const bus = new MemoryBus({ onHandlerError: () => undefined })
const queue = new DatabaseJobQueue({ database, clock, bus })
for (;;) {
  const job = await queue.claim({ kinds: ['ingest'], workerId: 'victim', leaseMs: 3_600_000 })
  if (job === undefined) break
  await work.transaction(async (tx) => {
    const event = { type: 'asset.probed', assetId: job.assetId, sourceId: job.sourceId } as const
    await tx.outbox.append(job.projectId, event, clock.now())
    await tx.jobs.finish(job, clock.now())
  })
  process.stdout.write(`${job.sourceId}\n`)
}
setInterval(() => undefined, 3_600_000)
