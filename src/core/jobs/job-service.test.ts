import { expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { aMediaInfo, anAsset, aProject, aSource, START_MS } from '../../../test/support/rows.ts'
import { MemoryBus } from '../../bus/memory-bus.ts'
import { DatabaseJobQueue } from '../../queue/database-job-queue.ts'
import { SystemRandom } from '../../system/system-random.ts'
import { LibraryService } from '../library/library-service.ts'
import { PosterLifecycle } from '../library/poster-lifecycle.ts'
import { SourceLifecycle } from '../library/source-lifecycle.ts'
import { CANCELLED, type ClaimedJob, type SourceJobKind } from './job.ts'
import { JobService } from './job-service.ts'

const LEASE_MS = 15_000
const FAILURE = { code: 'unavailable', reason: 'stalled', message: 'The encoder made no progress.' }

describeOnBothDatabases('JobService', ({ fresh }) => {
  async function open() {
    const database = (await fresh()).open()
    const work = unitOfWorkOn(database)
    const clock = new ManualClock(START_MS)
    const random = new SystemRandom()
    const queue = new DatabaseJobQueue({ database, clock, bus: new MemoryBus({ onHandlerError: () => undefined }) })
    const lifecycle = new SourceLifecycle({ work, clock, random })
    const posters = new PosterLifecycle({ work, clock })
    let wakes = 0
    const wakeWorkers = async (): Promise<void> => {
      wakes += 1
    }
    const jobs = new JobService({ work, clock, wakeWorkers })
    const library = new LibraryService({ work, clock, random, wakeWorkers })
    const project = aProject()
    const asset = anAsset(project.id)
    const source = aSource(asset)
    await work.transaction(async (tx) => {
      await tx.projects.insert(project)
      await tx.assets.insert(asset)
      await tx.sources.insert(source)
      const ingest = { kind: 'ingest', projectId: project.id, assetId: asset.id, sourceId: source.id } as const
      await tx.jobs.enqueue(ingest, { key: `ingest:${source.id}`, nowMs: START_MS })
    })
    const claim = async (kind: SourceJobKind): Promise<ClaimedJob> => {
      const job = await queue.claim({ kinds: [kind], workerId: 'here', leaseMs: LEASE_MS })
      if (job === undefined) throw new Error(`there is no ${kind} job`)
      return job
    }
    const mayClaim = (kind: SourceJobKind) => queue.claim({ kinds: [kind], workerId: 'there', leaseMs: LEASE_MS })
    const probed = async (): Promise<void> => {
      // Ids sort by time; what follows is to come later.
      await clock.advance(1)
      await lifecycle.probed(await claim('ingest'), aMediaInfo())
    }
    const status = async () => (await library.get(project.id, asset.id)).status
    const list = () => jobs.listForAsset(project.id, asset.id)
    const states = async () => (await list()).map(({ kind, state }) => `${kind} ${state}`)
    const events = async () => (await work.read.outbox.list(project.id, 100)).map(({ event }) => event.type)
    const parts = { work, clock, queue, lifecycle, posters, jobs, project, asset, source }
    return { ...parts, claim, mayClaim, probed, status, list, states, events, wakes: () => wakes }
  }

  it('lists the work about an asset in the order in which it came up', async () => {
    const { probed, states } = await open()
    expect(await states()).toEqual(['ingest queued'])
    await probed()
    expect((await states())[0]).toBe('ingest done')
    expect((await states()).slice(1).toSorted()).toEqual(['encode queued', 'poster queued'])
  })

  it('knows no job and no asset of another project, nor any that does not exist', async () => {
    const { jobs, list, asset } = await open()
    const other = aProject()
    const [job] = await list()
    const ids = [job?.id ?? '', `job_${'0'.repeat(26)}`, 'nonsense', asset.id]
    const missing = { code: 'not_found' }
    for (const id of ids) {
      await expect(jobs.get(other.id, id)).rejects.toMatchObject(missing)
      await expect(jobs.cancel(other.id, id)).rejects.toMatchObject(missing)
      await expect(jobs.retry(other.id, id)).rejects.toMatchObject(missing)
    }
    await expect(jobs.listForAsset(other.id, asset.id)).rejects.toMatchObject(missing)
    await expect(jobs.retryAsset(other.id, asset.id)).rejects.toMatchObject(missing)
  })

  it('runs a failed encode again without probing again, and the asset is in work meanwhile', async () => {
    const { lifecycle, posters, jobs, project, claim, mayClaim, probed, status, states, events, wakes } = await open()
    await probed()
    const failing = await claim('encode')
    await posters.made(await claim('poster'), 'poster.jpg', undefined)
    await lifecycle.failed(failing, { ...FAILURE, logTail: 'frame=  12\nConversion failed!' })
    expect(await status()).toMatchObject({ state: 'failed', failure: FAILURE })
    expect((await status()).failure).not.toHaveProperty('logTail')
    expect(await jobs.get(project.id, failing.id)).toMatchObject({
      error: { logTail: 'frame=  12\nConversion failed!' },
    })

    const again = await jobs.retry(project.id, failing.id)
    expect(again).toMatchObject({ state: 'queued', attempt: 0, finishedAtMs: undefined })
    expect(wakes()).toBe(1)
    expect(await status()).toMatchObject({ state: 'processing', stage: 'encoding', failure: undefined })
    expect(await mayClaim('ingest')).toBeUndefined()
    expect(await mayClaim('poster')).toBeUndefined()
    const second = await claim('encode')
    expect(second.fence).toBeGreaterThan(failing.fence)
    await lifecycle.encoded(second, { renditions: [] }, 'packages/2/')
    expect((await states()).toSorted()).toEqual(['encode done', 'ingest done', 'poster done', 'sprites queued'])
    expect(await status()).toMatchObject({ state: 'ready' })
    expect((await events()).filter((type) => type === 'asset.ready')).toHaveLength(1)
  })

  it('makes only the picture again when only that failed; the asset stays as it is', async () => {
    const { lifecycle, posters, jobs, project, asset, claim, mayClaim, probed, status } = await open()
    await probed()
    await lifecycle.encoded(await claim('encode'), { renditions: [] }, 'packages/1/')
    await posters.failed(await claim('poster'), FAILURE)
    expect(await status()).toMatchObject({ state: 'ready' })
    const after = await jobs.retryAsset(project.id, asset.id)
    expect(after.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
      'encode done',
      'ingest done',
      'poster queued',
      'sprites queued',
    ])
    expect(await status()).toMatchObject({ state: 'ready' })
    expect(await mayClaim('encode')).toBeUndefined()
    await posters.made(await claim('poster'), 'poster.jpg', undefined)
    await expect(jobs.retryAsset(project.id, asset.id)).rejects.toMatchObject({ code: 'state_conflict' })
  })

  it('gives a retried job all its attempts, and its place in line from now on', async () => {
    const { lifecycle, jobs, project, clock, claim, mayClaim } = await open()
    for (let round = 1; round <= 3; round++) {
      const job = await claim('ingest')
      expect(job).toMatchObject({ attempt: 1, fence: round })
      await lifecycle.failed(job, FAILURE)
      await clock.advance(3_600_000)
      const queued = await jobs.retry(project.id, job.id)
      expect(queued).toMatchObject({ runAtMs: clock.now(), priority: job.priority })
    }
    expect(await mayClaim('ingest')).toBeDefined()
  })

  it('does not make a job that waits for its next attempt wait any longer when it is retried', async () => {
    const { queue, jobs, project, clock, claim, mayClaim } = await open()
    const job = await claim('ingest')
    await queue.retry(job, FAILURE, clock.now() + 600_000)
    expect(await mayClaim('ingest')).toBeUndefined()
    await jobs.retry(project.id, job.id)
    expect(await mayClaim('ingest')).toMatchObject({ id: job.id })
  })

  it('refuses to retry what runs or is done, and takes a second retry for the first', async () => {
    const { lifecycle, jobs, project, claim, list } = await open()
    const job = await claim('ingest')
    await expect(jobs.retry(project.id, job.id)).rejects.toMatchObject({ code: 'state_conflict' })
    await lifecycle.failed(job, FAILURE)
    await jobs.retry(project.id, job.id)
    const before = await list()
    await jobs.retry(project.id, job.id)
    expect(await list()).toEqual(before)
    await lifecycle.probed(await claim('ingest'), aMediaInfo())
    await expect(jobs.retry(project.id, job.id)).rejects.toMatchObject({ code: 'state_conflict' })
  })

  it('takes a running job out of its worker’s hands when it is cancelled, and drops the result', async () => {
    const { queue, lifecycle, jobs, project, claim, mayClaim, probed, status, events, clock } = await open()
    await probed()
    const job = await claim('encode')
    const cancelled = await jobs.cancel(project.id, job.id)
    expect(cancelled).toMatchObject({ state: 'cancelled', error: CANCELLED, workerId: undefined })
    expect(await queue.heartbeat(job, { leaseMs: LEASE_MS, progress: 0.5 })).toBe(false)
    await expect(lifecycle.encoded(job, { renditions: [] }, 'packages/1/')).rejects.toMatchObject({
      code: 'lease_lost',
    })
    expect(await status()).toMatchObject({ state: 'failed', failure: { reason: 'cancelled' } })
    await clock.advance(LEASE_MS)
    expect(await mayClaim('encode')).toBeUndefined()
    expect((await events()).filter((type) => type === 'asset.failed')).toHaveLength(1)
  })

  it('cancels once, and not what has ended', async () => {
    const { lifecycle, jobs, project, claim, events } = await open()
    const job = await claim('ingest')
    await jobs.cancel(project.id, job.id)
    await jobs.cancel(project.id, job.id)
    expect((await events()).filter((type) => type === 'asset.failed')).toHaveLength(1)
    await jobs.retry(project.id, job.id)
    await lifecycle.probed(await claim('ingest'), aMediaInfo())
    await expect(jobs.cancel(project.id, job.id)).rejects.toMatchObject({ code: 'state_conflict' })
  })

  it('leaves a source alone when the job that is cancelled was not essential to it', async () => {
    const { jobs, project, probed, list, status } = await open()
    await probed()
    const poster = (await list()).find(({ kind }) => kind === 'poster')
    await jobs.cancel(project.id, poster?.id ?? '')
    expect(await status()).toMatchObject({ state: 'processing', failure: undefined })
  })

  it('does not stop the removal of what was deleted', async () => {
    const { work, jobs, project, asset, source, list } = await open()
    const purge = { kind: 'purge', projectId: project.id, assetId: asset.id, sourceId: source.id } as const
    await work.transaction((tx) => tx.jobs.enqueue(purge, { key: 'purge', nowMs: START_MS }))
    const job = (await list()).find(({ kind }) => kind === 'purge')
    await expect(jobs.cancel(project.id, job?.id ?? '')).rejects.toMatchObject({ code: 'state_conflict' })
  })
})
