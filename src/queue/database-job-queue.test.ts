import { onTestFinished } from 'vitest'
import { jobQueueContract } from '../../test/contract/job-queue.ts'
import { describeOnBothDatabases, unitOfWorkOn } from '../../test/support/database.ts'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { MemoryBus } from '../bus/memory-bus.ts'
import { PostgresBus } from '../bus/postgres-bus.ts'
import type { MessageBus } from '../core/ports/message-bus.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import { SystemClock } from '../system/system-clock.ts'
import { DatabaseJobQueue } from './database-job-queue.ts'

const raise = (error: unknown): never => {
  throw error
}

describeOnBothDatabases('DatabaseJobQueue', ({ fresh }) => {
  jobQueueContract('jobs table', async () => {
    const clock = new ManualClock()
    const test = await fresh()
    const shared = new MemoryBus({ onHandlerError: raise })
    const openBus = async ({ pool }: OpenDatabase): Promise<MessageBus> =>
      pool === undefined
        ? shared
        : PostgresBus.open({ pool, clock: new SystemClock(), onHandlerError: raise, onConnectionError: raise })
    const openNode = async () => {
      const database = test.open()
      const bus = await openBus(database)
      const queue = new DatabaseJobQueue({ database, clock, bus })
      onTestFinished(async () => {
        queue.close()
        await bus.close()
      })
      return { queue, work: unitOfWorkOn(database) }
    }
    return { clock, openNode }
  })
})
