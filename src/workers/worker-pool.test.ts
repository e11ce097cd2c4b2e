import { expect, it, onTestFinished } from 'vitest'
import { freshDatabase, unitOfWorkOn } from '../../test/support/database.ts'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { anAsset, aProject, aSource, START_MS } from '../../test/support/rows.ts'
import { MemoryBus } from '../bus/memory-bus.ts'
import { DomainError } from '../core/errors.ts'
import { type ClaimedJob, JOB_KINDS, type Job, type JobKind, type SourceJobKind } from '../core/jobs/job.ts'
import type { Source } from '../core/library/asset.ts'
import { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { JobQueue } from '../core/ports/job-queue.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { DatabaseJobQueue } from '../queue/database-job-queue.ts'
import { SystemRandom } from '../system/system-random.ts'
import { type JobHandler, WorkerPool, type WorkerPoolParts } from './worker-pool.ts'

const LEASE = { leaseMs: 15_000, heartbeatMs: 5_000 }
const LIMITS = { ...forEachKind(1), ingest: 2 }
const DEADLINE = { timeout: 30_000, interval: 2 }

function forEachKind<Value>(value: Value): Record<JobKind, Value> {
  return Object.fromEntries(JOB_KINDS.map((kind) => [kind, value])) as Record<JobKind, Value>
}

type Line = { level: 'info' | 'warn' | 'error'; fields: Record<string, unknown>; message: string }

async function open() {
  const database = (await freshDatabase()).open()
  const work = unitOfWorkOn(database)
  const clock = new ManualClock(START_MS)
  const bus = new MemoryBus({ onHandlerError: () => undefined })
  const queue = new DatabaseJobQueue({ database, clock, bus })
  const lifecycle = new SourceLifecycle({ work, clock, random: new SystemRandom() })
  const lines: Line[] = []
  const write =
    (level: Line['level']) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields: { ...fields }, message })
    }
  const logger = { info: write('info'), warn: write('warn'), error: write('error') }
  const project = aProject()
  await work.read.projects.insert(project)

  /** A source of its own with a job. */
  const enqueue = async (kind: SourceJobKind = 'encode', own: { maxAttempts?: number } = {}): Promise<Source> => {
    const asset = anAsset(project.id)
    const source = aSource(asset)
    await work.transaction(async (tx) => {
      await tx.assets.insert(asset)
      await tx.sources.insert(source)
      const job = { kind, projectId: project.id, assetId: asset.id, sourceId: source.id, ...own }
      await tx.jobs.enqueue(job, { key: `${kind}:${source.id}`, nowMs: clock.now() })
    })
    return source
  }
  const jobOf = async ({ id }: Source): Promise<Job | undefined> => (await work.read.jobs.listForSources([id]))[0]
  const waitFor = (source: Source, expected: Partial<Job>): Promise<void> =>
    expect.poll(() => jobOf(source), DEADLINE).toMatchObject(expected)

  const finish: JobHandler = (job) => work.transaction((tx) => tx.jobs.finish(job, clock.now()))
  const startPool = (handler: JobHandler = finish, own: Partial<WorkerPoolParts> = {}): WorkerPool => {
    const unasked = () => Promise.reject(new Error('nothing about an upload was asked for'))
    const handlers = { ...forEachKind(handler), pull: unasked, copy: unasked }
    const parts = { queue, lifecycle, clock, logger, handlers, limits: LIMITS, lease: LEASE, workerId: 'here' }
    const pool = new WorkerPool({ ...parts, ...own })
    pool.start()
    onTestFinished(async () => {
      const stopped = pool.stop()
      await clock.advance(60_000)
      await stopped
    })
    return pool
  }
  const takeOver = (): Promise<ClaimedJob | undefined> =>
    queue.claim({ kinds: ['encode'], workerId: 'there', leaseMs: LEASE.leaseMs })
  return { work, clock, queue, lines, enqueue, jobOf, waitFor, finish, startPool, takeOver }
}

/** A handler that works until told otherwise, and says what it is working on. */
function busyHandler() {
  const started: ClaimedJob[] = []
  const aborted: unknown[] = []
  const ends = new Map<string, PromiseWithResolvers<void>>()
  const reports: ((fraction: number) => void)[] = []
  const handler: JobHandler = async (job, { signal, reportProgress }) => {
    const end = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => {
      aborted.push(signal.reason)
      end.reject(signal.reason)
    })
    ends.set(job.sourceId, end)
    reports.push(reportProgress)
    started.push(job)
    await end.promise
  }
  return { handler, started, aborted, reports, ends }
}

const unavailable = new DomainError('unavailable', 'The store does not answer.')

it('works on as many jobs of a kind as it may, on kinds side by side, and on all of them in the end', async () => {
  const { enqueue, startPool, finish, waitFor } = await open()
  const sources: Source[] = []
  for (const kind of ['ingest', 'encode', 'poster', 'purge'] as const) {
    for (let i = 0; i < 6; i++) sources.push(await enqueue(kind))
  }
  const active: SourceJobKind[] = []
  const peaks = forEachKind(0)
  const gate = Promise.withResolvers<void>()
  startPool(async (job, attempt) => {
    active.push(job.kind)
    peaks[job.kind] = Math.max(peaks[job.kind], active.filter((kind) => kind === job.kind).length)
    await gate.promise
    await finish(job, attempt)
    active.splice(active.indexOf(job.kind), 1)
  })
  await expect.poll(() => active.length, DEADLINE).toBe(5)
  gate.resolve()
  for (const source of sources) await waitFor(source, { state: 'done' })
  expect(peaks).toEqual({ ...forEachKind(0), ingest: 2, encode: 1, poster: 1, purge: 1 })
})

it('works on no kind whose limit is 0', async () => {
  const { enqueue, startPool, jobOf, waitFor } = await open()
  const [encode, poster] = [await enqueue('encode'), await enqueue('poster')]
  startPool(undefined, { limits: { ...LIMITS, encode: 0 } })
  await waitFor(poster, { state: 'done' })
  expect(await jobOf(encode)).toMatchObject({ state: 'queued' })
})

it('takes a job up at once when it is woken', async () => {
  const { queue, enqueue, startPool, waitFor, clock } = await open()
  startPool()
  await expect.poll(() => clock.pendingTimers, DEADLINE).toBe(1)
  const source = await enqueue()
  await queue.wake()
  await waitFor(source, { state: 'done' })
})

it('finds a job that nobody told of', async () => {
  const { enqueue, startPool, waitFor, clock } = await open()
  startPool()
  await expect.poll(() => clock.pendingTimers, DEADLINE).toBe(1)
  const source = await enqueue()
  await clock.advance(1_000)
  await waitFor(source, { state: 'done' })
})

it('wakes others after a job, for it may have led to another', async () => {
  const { queue, enqueue, startPool, finish, clock } = await open()
  await enqueue()
  const woken = queue.waitForWork({ timeoutMs: 3_600_000, signal: new AbortController().signal })
  startPool(finish)
  await woken
  expect(clock.now()).toBe(START_MS)
})

it('keeps the lease of a long job, and shows its progress', async () => {
  const { enqueue, startPool, jobOf, waitFor, takeOver, clock } = await open()
  const source = await enqueue()
  const { handler, started, aborted, reports } = busyHandler()
  startPool(handler)
  await expect.poll(() => started.length, DEADLINE).toBe(1)
  for (let i = 1; i <= 9; i++) {
    reports[0]?.(i / 10)
    await clock.advance(LEASE.heartbeatMs)
    await waitFor(source, { state: 'running', attempt: 1, fence: 1, progress: i / 10 })
    expect((await jobOf(source))?.leaseUntilMs).toBeGreaterThan(clock.now() + LEASE.heartbeatMs)
  }
  expect(await takeOver()).toBeUndefined()
  expect(aborted).toEqual([])
})

it('aborts a job that was deleted, and says nothing to anybody', async () => {
  const { work, enqueue, startPool, jobOf, lines, clock } = await open()
  const source = await enqueue()
  const { handler, started, aborted } = busyHandler()
  startPool(handler)
  await expect.poll(() => started.length, DEADLINE).toBe(1)
  await work.read.jobs.deleteForSource(source.id)
  await clock.advance(LEASE.heartbeatMs)
  await expect.poll(() => aborted, DEADLINE).toMatchObject([{ code: 'lease_lost' }])
  await expect.poll(() => lines.map(({ level }) => level), DEADLINE).toEqual(['info'])
  expect(await jobOf(source)).toBeUndefined()
})

it('aborts a job when no heartbeat got through until its lease ended, and leaves it to whoever has it then', async () => {
  const { queue, enqueue, startPool, jobOf, takeOver, clock, lines } = await open()
  const source = await enqueue()
  const { handler, started, aborted } = busyHandler()
  const cutOff = withMethod(queue, 'heartbeat', () => Promise.reject(new Error('no route to host')))
  // This pool would be the first to take it over.
  const claim: JobQueue['claim'] = (options) => (started.length > 0 ? Promise.resolve(undefined) : queue.claim(options))
  startPool(handler, { queue: withMethod(cutOff, 'claim', claim) })
  await expect.poll(() => started.length, DEADLINE).toBe(1)
  await clock.advance(LEASE.leaseMs - 1)
  expect(aborted).toEqual([])
  await clock.advance(1)
  expect(aborted).toMatchObject([{ code: 'lease_lost' }])
  const taken = await takeOver()
  expect(taken).toMatchObject({ sourceId: source.id, fence: 2 })
  await expect.poll(() => lines.at(-1)?.message, DEADLINE).toMatch('taken over')
  expect(await jobOf(source)).toEqual(taken)
})

it('aborts a job whose heartbeat hangs, when the lease ends', async () => {
  const { queue, enqueue, startPool, clock } = await open()
  await enqueue()
  const { handler, started, aborted } = busyHandler()
  startPool(handler, { queue: withMethod(queue, 'heartbeat', () => new Promise<boolean>(() => undefined)) })
  await expect.poll(() => started.length, DEADLINE).toBe(1)
  await clock.advance(LEASE.leaseMs)
  expect(aborted).toMatchObject([{ code: 'lease_lost' }])
})

it.each([
  ['media_refused', mediaRefused('damaged', 'Nothing can be decoded.'), 'damaged'],
  ['length_mismatch', new DomainError('length_mismatch', 'The file is too short.'), 'length_mismatch'],
  ['not_found', new DomainError('not_found', 'The file is gone.'), 'not_found'],
])('fails a job for good at the first %s', async (code, error, reason) => {
  const { work, enqueue, startPool, waitFor } = await open()
  const source = await enqueue('ingest')
  startPool(() => Promise.reject(error))
  const failure = { code, reason, message: error.message }
  await waitFor(source, { state: 'failed', attempt: 1, error: failure })
  expect(await work.read.sources.get(source.id)).toMatchObject({ failure })
})

it('tries again after 5, 20, 80 … seconds, and fails the job after its last attempt', async () => {
  const { work, enqueue, startPool, jobOf, waitFor, clock } = await open()
  const source = await enqueue('encode', { maxAttempts: 4 })
  const attemptsAtMs: number[] = []
  startPool(() => {
    attemptsAtMs.push(clock.now())
    return Promise.reject(unavailable)
  })
  const failure = { code: 'unavailable', reason: 'unavailable', message: unavailable.message }
  for (const [i, delayMs] of [5_000, 20_000, 80_000].entries()) {
    await waitFor(source, { state: 'queued', attempt: i + 1, error: failure })
    const runAtMs = (await jobOf(source))?.runAtMs ?? 0
    expect(runAtMs - (attemptsAtMs[i] ?? 0)).toBe(delayMs)
    await clock.advance(runAtMs - 1 - clock.now())
    expect(attemptsAtMs).toHaveLength(i + 1)
    await clock.advance(1)
    // The rest is the poll's, at most.
    await expect.poll(() => clock.advance(1).then(() => attemptsAtMs.length), DEADLINE).toBe(i + 2)
  }
  await waitFor(source, { state: 'failed', attempt: 4, error: failure })
  expect(await work.read.sources.get(source.id)).toMatchObject({ failure })
  expect(attemptsAtMs).toHaveLength(4)
})

it('logs a bug once for each attempt, tries again, and shows no user what it says', async () => {
  const { work, enqueue, startPool, waitFor, lines } = await open()
  const source = await enqueue('encode', { maxAttempts: 1 })
  const bug = new TypeError('cannot read the secret of undefined')
  startPool(() => Promise.reject(bug))
  await waitFor(source, { state: 'failed' })
  expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
    { fields: { err: bug, sourceId: source.id, kind: 'encode', attempt: 1 } },
  ])
  const failure = (await work.read.sources.get(source.id))?.failure
  expect(failure).toMatchObject({ code: 'internal', reason: 'internal_error' })
  expect(JSON.stringify(failure)).not.toContain('secret')
})

it('tries again after a bug, too', async () => {
  const { enqueue, startPool, waitFor, lines } = await open()
  const source = await enqueue()
  startPool(() => Promise.reject(new TypeError('oops')))
  await waitFor(source, { state: 'queued', attempt: 1 })
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
})

it('logs no expected failure as an error', async () => {
  const { enqueue, startPool, waitFor, lines } = await open()
  const [retried, failed] = [await enqueue('encode'), await enqueue('ingest')]
  startPool((job) => Promise.reject(job.kind === 'encode' ? unavailable : mediaRefused('empty_file', 'Empty.')))
  await waitFor(retried, { state: 'queued', attempt: 1 })
  await waitFor(failed, { state: 'failed' })
  expect(lines.map(({ level }) => level).toSorted()).toEqual(['warn', 'warn'])
})

it('fails a job whose workers died in all its attempts, without running it again', async () => {
  const { work, enqueue, startPool, takeOver, waitFor, clock } = await open()
  const source = await enqueue('encode', { maxAttempts: 2 })
  for (let i = 0; i < 2; i++) {
    await takeOver()
    await clock.advance(LEASE.leaseMs)
  }
  let runs = 0
  startPool(async () => {
    runs += 1
  })
  await waitFor(source, { state: 'failed', attempt: 3 })
  expect(await work.read.sources.get(source.id)).toMatchObject({ failure: { reason: 'worker_died' } })
  expect(runs).toBe(0)
})

it('leaves a job to its lease when its end cannot be noted', async () => {
  const { queue, enqueue, startPool, waitFor, lines, clock, finish } = await open()
  const source = await enqueue()
  let attempts = 0
  const handler: JobHandler = (job, attempt) => {
    attempts += 1
    return attempts === 1 ? Promise.reject(unavailable) : finish(job, attempt)
  }
  startPool(handler, { queue: withMethod(queue, 'retry', () => Promise.reject(new Error('no route to host'))) })
  await expect.poll(() => lines.map(({ level }) => level), DEADLINE).toContain('error')
  await clock.advance(LEASE.leaseMs)
  await expect.poll(() => clock.advance(1_000).then(() => attempts), DEADLINE).toBe(2)
  await waitFor(source, { state: 'done', attempt: 2, fence: 2 })
})

it('goes on claiming after the database was away, and complains once', async () => {
  const { queue, enqueue, startPool, waitFor, lines, clock } = await open()
  const source = await enqueue()
  let isAway = true
  let asked = 0
  const claim: JobQueue['claim'] = (options) => {
    asked += 1
    return isAway ? Promise.reject(new Error('no route to host')) : queue.claim(options)
  }
  startPool(undefined, { queue: withMethod(queue, 'claim', claim) })
  await expect.poll(() => clock.advance(1_000).then(() => asked), DEADLINE).toBeGreaterThan(3)
  isAway = false
  await expect.poll(() => clock.advance(1_000).then(() => lines.length), DEADLINE).toBeGreaterThan(1)
  await waitFor(source, { state: 'done' })
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
})

it('gives its jobs back when it stops, and takes no more', async () => {
  const { enqueue, startPool, jobOf, takeOver, clock } = await open()
  const sources = [await enqueue('encode'), await enqueue('ingest'), await enqueue('encode')]
  const { handler, started, aborted } = busyHandler()
  const pool = startPool(handler)
  await expect.poll(() => started.length, DEADLINE).toBe(2)
  await pool.stop()
  expect(aborted).toMatchObject([{ code: 'unavailable' }, { code: 'unavailable' }])
  for (const source of sources) expect(await jobOf(source)).toMatchObject({ state: 'queued', attempt: 0 })
  expect(clock.pendingTimers).toBe(0)
  expect(clock.now()).toBe(START_MS)
  expect(await takeOver()).toMatchObject({ attempt: 1 })
  expect(started).toHaveLength(2)
})

it('notes a result that comes while it stops', async () => {
  const { enqueue, startPool, jobOf, finish } = await open()
  const source = await enqueue()
  const gate = Promise.withResolvers<void>()
  let isStarted = false
  const pool = startPool(async (job, attempt) => {
    isStarted = true
    await gate.promise
    await finish(job, attempt)
  })
  await expect.poll(() => isStarted, DEADLINE).toBe(true)
  const stopped = pool.stop()
  gate.resolve()
  await stopped
  expect(await jobOf(source)).toMatchObject({ state: 'done' })
})

it('gives back a job that it was handed just as it stopped', async () => {
  const { queue, enqueue, startPool, jobOf } = await open()
  const source = await enqueue()
  const claimed = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const claim: JobQueue['claim'] = async (options) => {
    const job = await queue.claim(options)
    claimed.resolve()
    await gate.promise
    return job
  }
  const { handler, started } = busyHandler()
  const pool = startPool(handler, { queue: withMethod(queue, 'claim', claim) })
  await claimed.promise
  const stopped = pool.stop()
  gate.resolve()
  await stopped
  expect(await jobOf(source)).toMatchObject({ state: 'queued', attempt: 0 })
  expect(started).toEqual([])
})

it('does not wait for ever for a handler that heeds no abort, and lets its lease run out', async () => {
  const { enqueue, startPool, jobOf, takeOver, clock, lines } = await open()
  const source = await enqueue()
  let isStarted = false
  const pool = startPool(
    () => {
      isStarted = true
      return new Promise(() => undefined)
    },
    { drainMs: 3_000 },
  )
  await expect.poll(() => isStarted, DEADLINE).toBe(true)
  let isStopped = false
  const stopped = pool.stop().then(() => {
    isStopped = true
  })
  await clock.advance(2_999)
  expect(isStopped).toBe(false)
  await clock.advance(1)
  await stopped
  expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { jobs: 1 } })
  expect(await jobOf(source)).toMatchObject({ state: 'running' })
  expect(clock.pendingTimers).toBe(0)
  await clock.advance(LEASE.leaseMs)
  expect(await takeOver()).toMatchObject({ attempt: 2 })
})

it('can be stopped twice, and before it was started', async () => {
  const { startPool, queue, clock, enqueue, jobOf } = await open()
  const pool = startPool()
  await Promise.all([pool.stop(), pool.stop()])
  const source = await enqueue()
  await queue.wake()
  await clock.advance(10_000)
  expect(await jobOf(source)).toMatchObject({ state: 'queued' })
})

/** The queue with one method replaced. */
function withMethod<Name extends keyof JobQueue>(queue: JobQueue, name: Name, method: JobQueue[Name]): JobQueue {
  return new Proxy(queue, {
    get: (target, property) => {
      const value: unknown = property === name ? method : Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
