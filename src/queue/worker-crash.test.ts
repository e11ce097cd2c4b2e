import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { describeOnBothDatabases, type TestDatabase, unitOfWorkOn } from '../../test/support/database.ts'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { MemoryBus } from '../bus/memory-bus.ts'
import { newId } from '../core/ids.ts'
import { SystemRandom } from '../system/system-random.ts'
import { DatabaseJobQueue } from './database-job-queue.ts'

const WORKER = fileURLToPath(new URL('../../test/support/work-until-killed.ts', import.meta.url))
const JOBS = 400
/** Processes are started, and other tests may want the machine. */
const SLOW = { timeout: 180_000 }

describeOnBothDatabases('a worker that is killed', ({ fresh }) => {
  it.each([1, 40, 90])('has lost and doubled nothing after %i jobs', SLOW, async (killAfter) => {
    const test = await fresh()
    const database = test.open()
    const work = unitOfWorkOn(database)
    const random = new SystemRandom()
    const nowMs = Date.now()
    const projectId = newId('project', nowMs, random)
    await work.transaction(async (tx) => {
      await tx.projects.insert({ id: projectId, name: 'p', createdAtMs: nowMs })
      for (let i = 0; i < JOBS; i++) {
        const [assetId, sourceId] = [newId('asset', nowMs, random), newId('source', nowMs, random)]
        await tx.jobs.enqueue({ kind: 'ingest', projectId, assetId, sourceId }, { key: sourceId, nowMs })
      }
    })

    const acknowledged = await workUntilKilled(test, killAfter)
    const done = (await work.read.outbox.list(projectId, JOBS)).map(
      ({ event }) => 'sourceId' in event && event.sourceId,
    )
    expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter)
    for (const sourceId of acknowledged) expect(done).toContain(sourceId)

    // After its lease the job that was in the dead worker's hands is worked on like the others.
    const clock = new ManualClock(nowMs + 7_200_000)
    const queue = new DatabaseJobQueue({ database, clock, bus: new MemoryBus({ onHandlerError: () => undefined }) })
    const finishNext = async (): Promise<boolean> => {
      const job = await queue.claim({ kinds: ['ingest'], workerId: 'heir', leaseMs: 15_000 })
      if (job === undefined) return false
      await work.transaction(async (tx) => {
        const event = { type: 'asset.probed', assetId: job.assetId, sourceId: job.sourceId } as const
        await tx.outbox.append(projectId, event, clock.now())
        await tx.jobs.finish(job, clock.now())
      })
      return true
    }
    while (await finishNext());
    const events = await work.read.outbox.list(projectId, 2 * JOBS)
    expect(events).toHaveLength(JOBS)
    expect(new Set(events.map(({ event }) => 'sourceId' in event && event.sourceId)).size).toBe(JOBS)
  })
})

/** Lets a process work until it has reported `killAfter` jobs, kills it, and returns what it reported in all. */
async function workUntilKilled(test: TestDatabase, killAfter: number): Promise<string[]> {
  const child = spawn(process.execPath, [WORKER, test.kind, test.location], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const exited = once(child, 'exit')
  const reported: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    reported.push(line)
    if (reported.length === killAfter) child.kill('SIGKILL')
  }
  await exited
  return reported
}
