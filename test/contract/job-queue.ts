import { describe, expect, it } from 'vitest'
import { isDomainError } from '../../src/core/errors.ts'
import { type AssetId, newId, type ProjectId, type SourceId } from '../../src/core/ids.ts'
import { AGEING_MS, type ClaimedJob, type SourceJobKind } from '../../src/core/jobs/job.ts'
import type { JobQueue } from '../../src/core/ports/job-queue.ts'
import type { NewJob, UnitOfWork } from '../../src/core/ports/unit-of-work.ts'
import { SystemRandom } from '../../src/system/system-random.ts'
import type { ManualClock } from '../support/manual-clock.ts'

/** A node of the installation, with connections of its own. */
export type QueueNode = Readonly<{ queue: JobQueue; work: UnitOfWork }>

export type JobQueueUnderTest = Readonly<{ clock: ManualClock; openNode: () => Promise<QueueNode> }>

const LEASE_MS = 15_000
const KINDS: readonly SourceJobKind[] = ['ingest', 'encode', 'piece', 'poster', 'purge']
const ERROR = { code: 'unavailable', reason: 'unavailable', message: 'The store does not answer.' }
/** Thousands of synced commits, and other tests may want the disk. */
const SLOW = { timeout: 180_000 }
const DEADLINE = { timeout: 30_000, interval: 5 }

/** Proves the promises of core/ports/job-queue.ts. `open` gives an installation nobody else uses. */
export function jobQueueContract(name: string, open: () => Promise<JobQueueUnderTest>): void {
  const random = new SystemRandom()

  async function openOne(): Promise<QueueNode & { clock: ManualClock }> {
    const { clock, openNode } = await open()
    return { clock, ...(await openNode()) }
  }

  /** Enqueues a job of a new source and returns that source's id, by which the tests tell jobs apart. */
  async function enqueue(
    work: UnitOfWork,
    clock: ManualClock,
    job: Partial<NewJob<SourceJobKind>> = {},
  ): Promise<SourceId> {
    const sourceId = newId('source', clock.now(), random)
    await work.transaction((tx) =>
      tx.jobs.enqueue(newJob(sourceId, job), { key: `${job.kind ?? 'ingest'}:${sourceId}`, nowMs: clock.now() }),
    )
    return sourceId
  }

  const claim = (queue: JobQueue, kinds = KINDS, workerId = 'worker-1'): Promise<ClaimedJob | undefined> =>
    queue.claim({ kinds, workerId, leaseMs: LEASE_MS })

  async function claimed(queue: JobQueue, kinds = KINDS, workerId = 'worker-1'): Promise<ClaimedJob> {
    const job = await claim(queue, kinds, workerId)
    if (job === undefined) throw new Error('there was no job to claim')
    return job
  }

  const finish = (work: UnitOfWork, job: ClaimedJob, nowMs: number): Promise<void> =>
    work.transaction((tx) => tx.jobs.finish(job, nowMs))

  /** Claims and finishes until nothing is left; the sources in the order of their claims. */
  async function drain({ queue, work, clock }: QueueNode & { clock: ManualClock }): Promise<SourceId[]> {
    const order: SourceId[] = []
    for (let job = await claim(queue); job !== undefined; job = await claim(queue)) {
      order.push(job.sourceId)
      await finish(work, job, clock.now())
    }
    return order
  }

  describe(`JobQueue contract: ${name}`, () => {
    it('hands out what was enqueued, with a lease and a fence', async () => {
      const { queue, work, clock } = await openOne()
      const sourceId = await enqueue(work, clock, { kind: 'encode', priority: 7, maxAttempts: 3 })
      const job = await claimed(queue)
      expect(job).toMatchObject({
        kind: 'encode',
        sourceId,
        projectId: PROJECT_ID,
        assetId: ASSET_ID,
        state: 'running',
        priority: 7,
        attempt: 1,
        maxAttempts: 3,
        fence: 1,
        progress: 0,
        workerId: 'worker-1',
        leaseUntilMs: clock.now() + LEASE_MS,
        startedAtMs: clock.now(),
        finishedAtMs: undefined,
        error: undefined,
      })
      expect(await work.read.jobs.get(job.id)).toEqual(job)
    })

    it('has nothing to hand out when nothing was enqueued, or no kind is asked for', async () => {
      const { queue, work, clock } = await openOne()
      expect(await claim(queue)).toBeUndefined()
      await enqueue(work, clock)
      expect(await claim(queue, [])).toBeUndefined()
    })

    it('hands out nothing of a transaction that was rolled back', async () => {
      const { queue, work, clock } = await openOne()
      const rolledBack = work.transaction(async (tx) => {
        await tx.jobs.enqueue(newJob(newId('source', clock.now(), random)), { key: 'k', nowMs: clock.now() })
        throw new Error('no')
      })
      await expect(rolledBack).rejects.toThrow('no')
      expect(await claim(queue)).toBeUndefined()
    })

    it('takes a second job of the same key for the first', async () => {
      const { queue, work, clock } = await openOne()
      const job = newJob(newId('source', clock.now(), random))
      await work.transaction((tx) => tx.jobs.enqueue(job, { key: 'same', nowMs: clock.now() }))
      await work.transaction((tx) => tx.jobs.enqueue(job, { key: 'same', nowMs: clock.now() }))
      await finish(work, await claimed(queue), clock.now())
      await work.transaction((tx) => tx.jobs.enqueue(job, { key: 'same', nowMs: clock.now() }))
      expect(await claim(queue)).toBeUndefined()
    })

    it('gives hundreds of jobs to many workers that ask at once, each job exactly once', SLOW, async () => {
      const { clock, openNode } = await open()
      const nodes = await Promise.all([openNode(), openNode(), openNode()])
      const expected: SourceId[] = []
      await nodes[0]?.work.transaction(async (tx) => {
        for (let i = 0; i < 300; i++) {
          const sourceId = newId('source', clock.now(), random)
          const kind = KINDS[i % KINDS.length] as SourceJobKind
          await tx.jobs.enqueue(newJob(sourceId, { kind }), { key: `${kind}:${sourceId}`, nowMs: clock.now() })
          expected.push(sourceId)
        }
      })
      const workers = nodes.flatMap((node) => [node, node, node]).map((node) => drain({ ...node, clock }))
      const done = (await Promise.all(workers)).flat()
      expect(done.sort()).toEqual(expected.sort())
    })

    it('gives a job whose lease expired to one of those who ask at once', async () => {
      const { clock, openNode } = await open()
      const nodes = await Promise.all([openNode(), openNode(), openNode()])
      const first = nodes[0] as QueueNode
      for (let round = 1; round <= 10; round++) {
        const sourceId = await enqueue(first.work, clock)
        await claimed(first.queue)
        await clock.advance(LEASE_MS)
        const got = await Promise.all([...nodes, ...nodes].map(({ queue }) => claim(queue)))
        const jobs = got.filter((job) => job !== undefined)
        expect(jobs.map((job) => job.sourceId)).toEqual([sourceId])
        for (const job of jobs) await finish(first.work, job, clock.now())
      }
    })

    it('leaves a job to its holder while the lease lives, then hands it out again with a higher fence', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const first = await claimed(queue)
      await clock.advance(LEASE_MS - 1)
      expect(await claim(queue)).toBeUndefined()
      await clock.advance(1)
      const second = await claimed(queue, KINDS, 'worker-2')
      expect(second).toMatchObject({ id: first.id, attempt: 2, workerId: 'worker-2', startedAtMs: clock.now() })
      expect(second.fence).toBeGreaterThan(first.fence)
    })

    it.each([
      ['finish', (work: UnitOfWork, job: ClaimedJob, nowMs: number) => finish(work, job, nowMs)],
      [
        'failure',
        (work: UnitOfWork, job: ClaimedJob, nowMs: number) => work.transaction((tx) => tx.jobs.fail(job, ERROR, nowMs)),
      ],
    ])('refuses the late holder’s %s, before and after the new holder’s own end', async (_, end) => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const late = await claimed(queue)
      await clock.advance(LEASE_MS)
      const current = await claimed(queue)
      await expect(end(work, late, clock.now())).rejects.toMatchObject({ code: 'lease_lost' })
      expect(await work.read.jobs.get(late.id)).toEqual(current)
      await finish(work, current, clock.now())
      const done = await work.read.jobs.get(late.id)
      await expect(end(work, late, clock.now() + 1)).rejects.toMatchObject({ code: 'lease_lost' })
      expect(await work.read.jobs.get(late.id)).toEqual(done)
    })

    it('undoes everything else in the transaction of a late result', async () => {
      const { queue, work, clock } = await openOne()
      await work.transaction((tx) => tx.projects.insert({ id: PROJECT_ID, name: 'p', createdAtMs: clock.now() }))
      await enqueue(work, clock)
      const late = await claimed(queue)
      await clock.advance(LEASE_MS)
      await claimed(queue)
      const lateResult = work.transaction(async (tx) => {
        await tx.outbox.append(PROJECT_ID, { type: 'asset.deleted', assetId: ASSET_ID }, clock.now())
        await tx.jobs.finish(late, clock.now())
      })
      await expect(lateResult).rejects.toMatchObject({ code: 'lease_lost' })
      expect(await work.read.outbox.list(PROJECT_ID, 10)).toEqual([])
    })

    it('does nothing when a late holder beats, retries or releases', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const late = await claimed(queue)
      await clock.advance(LEASE_MS)
      const current = await claimed(queue)
      expect(await queue.heartbeat(late, { leaseMs: LEASE_MS, progress: 1 })).toBe(false)
      await queue.retry(late, ERROR, clock.now())
      await queue.release(late)
      expect(await work.read.jobs.get(late.id)).toEqual(current)
    })

    it('lets either the holder end the job or another take it over, when both try at the same moment', async () => {
      const { clock, openNode } = await open()
      const [here, there] = [await openNode(), await openNode()]
      for (let round = 1; round <= 20; round++) {
        const sourceId = await enqueue(here.work, clock)
        const late = await claimed(here.queue)
        await clock.advance(LEASE_MS)
        const [ending, taken] = await Promise.all([
          finish(here.work, late, clock.now()).catch((error: unknown) => error),
          claim(there.queue),
        ])
        const [job] = await here.work.read.jobs.listForSources([sourceId])
        if (taken === undefined) expect(job).toMatchObject({ state: 'done', fence: 1 })
        else {
          expect(isDomainError(ending, 'lease_lost')).toBe(true)
          expect(job).toEqual(taken)
          await finish(there.work, taken, clock.now())
        }
      }
    })

    it('keeps a job for the holder whose heart beats, and notes the progress', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const job = await claimed(queue)
      for (const progress of [0.25, 0.5, 0.75]) {
        await clock.advance(LEASE_MS - 1)
        expect(await queue.heartbeat(job, { leaseMs: LEASE_MS, progress })).toBe(true)
        expect(await claim(queue)).toBeUndefined()
        expect(await work.read.jobs.get(job.id)).toMatchObject({ progress, leaseUntilMs: clock.now() + LEASE_MS })
      }
      await finish(work, job, clock.now())
      expect(await work.read.jobs.get(job.id)).toMatchObject({
        state: 'done',
        progress: 1,
        finishedAtMs: clock.now(),
        leaseUntilMs: undefined,
        workerId: undefined,
      })
    })

    it('keeps progress between 0 and 1', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const job = await claimed(queue)
      await queue.heartbeat(job, { leaseMs: LEASE_MS, progress: 1.7 })
      expect(await work.read.jobs.get(job.id)).toMatchObject({ progress: 1 })
      await queue.heartbeat(job, { leaseMs: LEASE_MS, progress: -1 })
      expect(await work.read.jobs.get(job.id)).toMatchObject({ progress: 0 })
    })

    it('hands out the more urgent job first, and the older one of two that are as urgent', async () => {
      const node = await openOne()
      const { work, clock } = node
      const later = await enqueue(work, clock, { priority: 100 })
      await clock.advance(10)
      const lowest = await enqueue(work, clock, { priority: 101, kind: 'encode' })
      const latest = await enqueue(work, clock, { priority: 100, kind: 'poster' })
      const first = await enqueue(work, clock, { priority: 99, kind: 'purge' })
      await clock.advance(10)
      expect(await drain(node)).toEqual([first, later, latest, lowest])
    })

    it('hands out a job that has waited long before newer, more urgent ones', async () => {
      const node = await openOne()
      const { work, clock } = node
      const old = await enqueue(work, clock, { priority: 103 })
      await clock.advance(3 * AGEING_MS - 1)
      const urgent = await enqueue(work, clock, { priority: 100 })
      await clock.advance(2)
      const tooLate = await enqueue(work, clock, { priority: 100 })
      expect(await drain(node)).toEqual([urgent, old, tooLate])
    })

    it('does not hand out a job before its time, whatever its urgency', async () => {
      const { queue, work, clock } = await openOne()
      const later = await enqueue(work, clock, { priority: 1, runAtMs: clock.now() + 1_000 })
      const now = await enqueue(work, clock, { priority: 100 })
      expect((await claimed(queue)).sourceId).toBe(now)
      await clock.advance(999)
      expect(await claim(queue)).toBeUndefined()
      await clock.advance(1)
      expect((await claimed(queue)).sourceId).toBe(later)
    })

    it('hands out only the kinds that are asked for, also of those whose lease expired', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock, { kind: 'encode' })
      const poster = await enqueue(work, clock, { kind: 'poster' })
      expect(await claim(queue, ['ingest', 'purge'])).toBeUndefined()
      expect((await claimed(queue, ['poster'])).sourceId).toBe(poster)
      await claimed(queue, ['encode'])
      await clock.advance(LEASE_MS)
      expect(await claim(queue, ['ingest', 'purge'])).toBeUndefined()
      expect((await claimed(queue, ['ingest', 'poster'])).sourceId).toBe(poster)
    })

    it('lets others pass a project that has as many jobs of a kind running as it may', async () => {
      const { queue, work, clock } = await openOne()
      const [busy, other] = [newId('project', clock.now(), random), newId('project', clock.now(), random)]
      const first = await enqueue(work, clock, { kind: 'encode', projectId: busy })
      await clock.advance(1)
      // A piece of a film is as much work as a whole one.
      const second = await enqueue(work, clock, { kind: 'piece', projectId: busy })
      const poster = await enqueue(work, clock, { kind: 'poster', projectId: busy, priority: 300 })
      await clock.advance(1)
      const theirs = await enqueue(work, clock, { kind: 'encode', projectId: other })
      const perProject = { encode: 1 }
      const next = () => queue.claim({ kinds: KINDS, workerId: 'w', leaseMs: LEASE_MS, perProject })
      const running = await next()
      expect(running?.sourceId).toBe(first)
      expect((await next())?.sourceId).toBe(theirs)
      expect((await next())?.sourceId).toBe(poster)
      expect(await next()).toBeUndefined()
      await finish(work, running as ClaimedJob, clock.now())
      expect((await next())?.sourceId).toBe(second)
    })

    it('gives a project its interrupted job back, for that is not running', async () => {
      const { queue, work, clock } = await openOne()
      const lost = await enqueue(work, clock, { kind: 'encode' })
      await clock.advance(1)
      await enqueue(work, clock, { kind: 'encode' })
      const next = () => queue.claim({ kinds: KINDS, workerId: 'w', leaseMs: LEASE_MS, perProject: { encode: 1 } })
      expect((await next())?.sourceId).toBe(lost)
      expect(await next()).toBeUndefined()
      await clock.advance(LEASE_MS)
      expect((await next())?.sourceId).toBe(lost)
    })

    it('hands out an interrupted job in its old place in line', async () => {
      const node = await openOne()
      const { queue, work, clock } = node
      const interrupted = await enqueue(work, clock, { priority: 100 })
      await claimed(queue)
      await clock.advance(LEASE_MS)
      const urgent = await enqueue(work, clock, { priority: 10 })
      const usual = await enqueue(work, clock, { priority: 100 })
      expect(await drain(node)).toEqual([urgent, interrupted, usual])
    })

    it('parks a job until its time or until it is called back, and does not count the attempt', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const first = await claimed(queue)
      await work.transaction((tx) => tx.jobs.park(first, clock.now() + 10_000))
      expect(await claim(queue)).toBeUndefined()
      await expect(finish(work, first, clock.now())).rejects.toMatchObject({ code: 'lease_lost' })
      await clock.advance(10_000)
      const second = await claimed(queue)
      expect([second.id, second.attempt]).toEqual([first.id, 1])
      expect(second.fence).toBeGreaterThan(first.fence)
      await work.transaction((tx) => tx.jobs.park(second, clock.now() + 10_000))
      await work.transaction((tx) => tx.jobs.requeue(second.id, clock.now()))
      expect((await claimed(queue)).id).toBe(first.id)
      await expect(work.transaction((tx) => tx.jobs.park(second, 0))).rejects.toMatchObject({ code: 'lease_lost' })
    })

    it('gives a retried job back at its time, says why it failed, and counts the attempt', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const first = await claimed(queue)
      await queue.heartbeat(first, { leaseMs: LEASE_MS, progress: 0.5 })
      await queue.retry(first, ERROR, clock.now() + 5_000)
      expect(await work.read.jobs.get(first.id)).toMatchObject({
        state: 'queued',
        error: ERROR,
        progress: 0,
        leaseUntilMs: undefined,
        workerId: undefined,
        startedAtMs: undefined,
      })
      await clock.advance(4_999)
      expect(await claim(queue)).toBeUndefined()
      await clock.advance(1)
      const second = await claimed(queue)
      expect(second).toMatchObject({ id: first.id, attempt: 2, error: ERROR })
      await expect(finish(work, first, clock.now())).rejects.toMatchObject({ code: 'lease_lost' })
      await finish(work, second, clock.now())
      expect(await work.read.jobs.get(first.id)).toMatchObject({ state: 'done', error: undefined })
    })

    it('lets a retried job wait in line from its new time on', async () => {
      const node = await openOne()
      const { queue, work, clock } = node
      const retried = await enqueue(work, clock)
      const job = await claimed(queue)
      const other = await enqueue(work, clock)
      await queue.retry(job, ERROR, clock.now() + 5_000)
      await clock.advance(5_000)
      expect(await drain(node)).toEqual([other, retried])
    })

    it('gives a released job back at once, as if it had not been started', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const [before] = await work.read.jobs.listForSources([(await claimed(queue)).sourceId])
      await queue.heartbeat(before as ClaimedJob, { leaseMs: LEASE_MS, progress: 0.5 })
      await queue.release(before as ClaimedJob)
      expect(await work.read.jobs.get((before as ClaimedJob).id)).toMatchObject({
        state: 'queued',
        attempt: 0,
        progress: 0,
        leaseUntilMs: undefined,
        startedAtMs: undefined,
      })
      const again = await claimed(queue)
      expect(again).toMatchObject({ id: before?.id, attempt: 1 })
      await expect(finish(work, before as ClaimedJob, clock.now())).rejects.toMatchObject({ code: 'lease_lost' })
    })

    it('hands out a job that killed the workers of all its attempts once more, to be failed', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock, { maxAttempts: 2 })
      for (const attempt of [1, 2]) {
        expect(await claimed(queue)).toMatchObject({ attempt, maxAttempts: 2 })
        await clock.advance(LEASE_MS)
      }
      const last = await claimed(queue)
      expect(last).toMatchObject({ attempt: 3, maxAttempts: 2 })
      await work.transaction((tx) => tx.jobs.fail(last, ERROR, clock.now()))
      await clock.advance(LEASE_MS)
      expect(await claim(queue)).toBeUndefined()
    })

    it('hands out no job that has ended, well or badly', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      await enqueue(work, clock)
      const [one, two] = [await claimed(queue), await claimed(queue)]
      await finish(work, one, clock.now())
      await work.transaction((tx) => tx.jobs.fail(two, ERROR, clock.now()))
      await clock.advance(100 * LEASE_MS)
      expect(await claim(queue)).toBeUndefined()
      expect(await work.read.jobs.get(two.id)).toMatchObject({
        state: 'failed',
        error: ERROR,
        finishedAtMs: expect.any(Number),
        leaseUntilMs: undefined,
      })
    })

    it('tells the holder of a deleted job that the lease is lost', async () => {
      const { queue, work, clock } = await openOne()
      await enqueue(work, clock)
      const job = await claimed(queue)
      await work.transaction((tx) => tx.jobs.deleteForSource(job.sourceId))
      expect(await queue.heartbeat(job, { leaseMs: LEASE_MS, progress: 0 })).toBe(false)
      await queue.retry(job, ERROR, clock.now())
      await queue.release(job)
      expect(await claim(queue)).toBeUndefined()
      await expect(finish(work, job, clock.now())).rejects.toMatchObject({ code: 'lease_lost' })
    })

    describe('waiting', () => {
      it('ends when another node wakes, on every node', async () => {
        const { openNode } = await open()
        const nodes = await Promise.all([openNode(), openNode()])
        const { signal } = new AbortController()
        const waits = nodes.map(({ queue }) => queue.waitForWork({ timeoutMs: 3_600_000, signal }))
        await nodes[0]?.queue.wake()
        await Promise.all(waits)
      })

      it('ends when another node releases a job', async () => {
        const { clock, openNode } = await open()
        const [here, there] = [await openNode(), await openNode()]
        await enqueue(here.work, clock)
        const job = await claimed(here.queue)
        const wait = there.queue.waitForWork({ timeoutMs: 3_600_000, signal: new AbortController().signal })
        await here.queue.release(job)
        await wait
        expect(await claim(there.queue)).toMatchObject({ id: job.id })
      })

      it('ends at its time, not before, when nobody wakes', async () => {
        const { queue, clock } = await openOne()
        let ended = false
        const wait = queue.waitForWork({ timeoutMs: 1_000, signal: new AbortController().signal })
        const watched = wait.then(() => {
          ended = true
        })
        await clock.advance(999)
        expect(ended).toBe(false)
        await clock.advance(1)
        await watched
        expect(clock.pendingTimers).toBe(0)
      })

      it('ends when it is aborted, and at once when it was aborted before', async () => {
        const { queue, clock } = await openOne()
        const abort = new AbortController()
        const wait = queue.waitForWork({ timeoutMs: 1_000, signal: abort.signal })
        abort.abort()
        await wait
        await queue.waitForWork({ timeoutMs: 1_000, signal: abort.signal })
        expect(clock.pendingTimers).toBe(0)
      })

      it('ends at once when the wake came after the last claim began', async () => {
        const { clock, openNode } = await open()
        const [here, there] = [await openNode(), await openNode()]
        const { signal } = new AbortController()
        expect(await claim(here.queue)).toBeUndefined()
        await there.queue.wake()
        await expect
          .poll(async () => {
            // A wait that still waits leaves a timer behind.
            void here.queue.waitForWork({ timeoutMs: 1_000, signal })
            const isWaiting = clock.pendingTimers > 0
            await clock.advance(1_000)
            return isWaiting
          }, DEADLINE)
          .toBe(false)
      })
    })
  })
}

const PROJECT_ID = 'prj_00000000000000000000000000' as ProjectId
const ASSET_ID = 'ast_00000000000000000000000000' as AssetId

function newJob(sourceId: SourceId, job: Partial<NewJob<SourceJobKind>> = {}): NewJob<SourceJobKind> {
  return { kind: 'ingest', projectId: PROJECT_ID, assetId: ASSET_ID, sourceId, ...job }
}
