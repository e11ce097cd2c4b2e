import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { aMediaInfo, anAsset, anUpload, aProject, aSource, START_MS } from '../../../test/support/rows.ts'
import { MemoryBus } from '../../bus/memory-bus.ts'
import { DatabaseJobQueue } from '../../queue/database-job-queue.ts'
import { SystemRandom } from '../../system/system-random.ts'
import type { ClaimedJob } from '../jobs/job.ts'
import { JobService } from '../jobs/job-service.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { chooseTreatment } from '../transcoding/treatment.ts'
import { type Source, sourceFolder } from './asset.ts'
import { awaitedMoment, isTakingPicture, PosterLifecycle } from './poster-lifecycle.ts'
import { PosterService } from './poster-service.ts'

const LEASE_MS = 15_000
const FAILURE = { code: 'media_refused', reason: 'damaged', message: 'Nothing can be decoded.' }
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0])
const signal = new AbortController().signal

describeOnBothDatabases('PosterLifecycle', ({ fresh }) => {
  async function open(own: Partial<Source> = {}) {
    const database = (await fresh()).open()
    const work = unitOfWorkOn(database)
    const clock = new ManualClock(START_MS)
    const bus = new MemoryBus({ onHandlerError: () => undefined })
    const queue = new DatabaseJobQueue({ database, clock, bus })
    const random = new SystemRandom()
    const posters = new PosterLifecycle({ work, clock })
    const stored = new Set<string>()
    const blobs = {
      put: async (key: string) => stored.add(key),
      delete: async (key: string) => stored.delete(key),
    } as unknown as BlobStore
    const wakeWorkers = (): Promise<void> => queue.wake()
    const jobService = new JobService({ work, clock, wakeWorkers })
    const service = new PosterService({ work, blobs, clock, random, wakeWorkers })
    const project = aProject()
    const asset = anAsset(project.id)
    const treatment = chooseTreatment(anUpload(project.id).target)
    const bare = aSource(asset, { media: aMediaInfo(), treatment })
    const first = `${sourceFolder(bare.id)}posters/first.jpg`
    const source = { ...bare, posterKey: first, ...own }
    await work.read.projects.insert(project)
    await work.read.assets.insert(asset)
    await work.read.sources.insert(source)
    const take = (atMs?: number): Promise<void> => service.takeFromFilm(project.id, asset.id, atMs)
    const claim = async (): Promise<ClaimedJob> => {
      const job = await queue.claim({ kinds: ['poster'], workerId: 'w', leaseMs: LEASE_MS })
      if (job === undefined) throw new Error('there is no job')
      return job
    }
    /** What a worker knows when it begins. */
    const begin = async (): Promise<readonly [ClaimedJob, number | undefined]> => [
      await claim(),
      awaitedMoment(await current()),
    ]
    const current = async (): Promise<Source> => {
      const found = await work.read.sources.get(source.id)
      if (found === undefined) throw new Error('the source is gone')
      return found
    }
    const events = async () => (await work.read.outbox.list(project.id, 100)).map(({ event }) => event)
    const jobs = async () => (await work.read.jobs.listForAsset(asset.id)).map(({ state }) => state)
    return {
      first,
      jobService,
      work,
      clock,
      posters,
      service,
      project,
      asset,
      take,
      claim,
      begin,
      current,
      events,
      jobs,
      stored,
    }
  }

  it('shows the picture of the moment that was asked for, tells so, and names the one before', async () => {
    const { first, posters, asset, take, begin, current, events, jobs } = await open()
    await take(4_000)
    expect(awaitedMoment(await current())).toBe(4_000)
    const [job, atMs] = await begin()
    expect(await posters.made(job, 'second.jpg', atMs)).toBe(first)
    expect(await current()).toMatchObject({ posterKey: 'second.jpg', treatment: { poster: { atMs: 4_000 } } })
    expect(awaitedMoment(await current())).toBeUndefined()
    expect(await events()).toEqual([{ type: 'asset.updated', assetId: asset.id, changes: ['poster'] }])
    expect(await jobs()).toEqual(['done'])
  })

  it('has one job take the latest of several moments', async () => {
    const { posters, take, begin, current, jobs } = await open()
    await take(1_000)
    await take(2_000)
    expect(await jobs()).toEqual(['queued'])
    const [job, atMs] = await begin()
    expect(atMs).toBe(2_000)
    await posters.made(job, 'second.jpg', atMs)
    expect((await current()).posterKey).toBe('second.jpg')
  })

  it('does not show what was overtaken while it was taken', async () => {
    const { first, posters, clock, take, begin, current, events, jobs } = await open()
    await take(1_000)
    const [job, atMs] = await begin()
    await clock.advance(1)
    await take(2_000)
    expect(await jobs()).toEqual(['running', 'queued'])
    expect(await posters.made(job, 'late.jpg', atMs)).toBe('late.jpg')
    expect(await events()).toEqual([])
    const [next, nextMs] = await begin()
    expect(await posters.made(next, 'second.jpg', nextMs)).toBe(first)
    expect((await current()).posterKey).toBe('second.jpg')
  })

  it('does not show it over a picture that was set meanwhile', async () => {
    const { posters, service, project, asset, take, begin, current, stored } = await open()
    await take(1_000)
    const [job, atMs] = await begin()
    await service.set(project.id, asset.id, Readable.from([JPEG]), signal)
    expect(await posters.made(job, 'late.jpg', atMs)).toBe('late.jpg')
    expect([(await current()).posterKey]).toEqual([...stored])
  })

  it('shows a picture that nobody chose where there is none, and tells nobody', async () => {
    const { work, posters, project, asset, claim, current, events } = await open({ posterKey: undefined })
    const { id: sourceId } = await current()
    const enqueue = (key: string) =>
      work.read.jobs.enqueue({ kind: 'poster', projectId: project.id, assetId: asset.id, sourceId }, { key, nowMs: 0 })
    await enqueue('a')
    expect(await posters.made(await claim(), 'own.jpg', undefined)).toBeUndefined()
    expect((await current()).posterKey).toBe('own.jpg')
    await enqueue('b')
    expect(await posters.made(await claim(), 'late.jpg', undefined)).toBe('late.jpg')
    expect((await current()).posterKey).toBe('own.jpg')
    expect(await events()).toEqual([])
  })

  it('keeps the picture there is when that moment has none', async () => {
    const { first, clock, posters, take, claim, current, jobs } = await open()
    await take(1_000)
    await posters.failed(await claim(), FAILURE)
    expect(await current()).toMatchObject({ posterKey: first })
    expect(isTakingPicture(await current())).toBe(false)
    expect(await jobs()).toEqual(['failed'])
    await clock.advance(1)
    await take(2_000)
    expect(await jobs()).toEqual(['failed', 'queued'])
    expect(isTakingPicture(await current())).toBe(true)
  })

  it('takes none once somebody stopped it', async () => {
    const { jobService, project, take, claim, current } = await open()
    await take(1_000)
    await jobService.cancel(project.id, (await claim()).id)
    expect(isTakingPicture(await current())).toBe(false)
  })

  it('takes the moment that failed when its job is retried', async () => {
    const { jobService, project, posters, take, claim, begin, current } = await open()
    await take(1_000)
    const job = await claim()
    await posters.failed(job, FAILURE)
    await jobService.retry(project.id, job.id)
    const [again, atMs] = await begin()
    await posters.made(again, 'second.jpg', atMs)
    expect((await current()).posterKey).toBe('second.jpg')
    expect(isTakingPicture(await current())).toBe(false)
  })

  it('takes no result of a worker that lost the job, and brings nothing back that is gone', async () => {
    const { first, work, clock, posters, asset, take, begin, claim, current } = await open()
    await take(1_000)
    const [late, atMs] = await begin()
    await clock.advance(LEASE_MS)
    const other = await claim()
    await expect(posters.made(late, 'late.jpg', atMs)).rejects.toMatchObject({ code: 'lease_lost' })
    await expect(posters.failed(late, FAILURE)).rejects.toMatchObject({ code: 'lease_lost' })
    expect((await current()).posterKey).toBe(first)
    await work.transaction((tx) => tx.assets.delete(asset.id))
    expect(await posters.made(other, 'late.jpg', atMs)).toBe('late.jpg')
  })

  it('takes none of what has none, nor of what is not there', async () => {
    const { service, project, take } = await open({ media: aMediaInfo({ video: undefined }) })
    await expect(take(1)).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'no_film' } })
    const missing = { code: 'not_found' }
    await expect(service.takeFromFilm(project.id, anAsset(project.id).id)).rejects.toMatchObject(missing)
    const unseen = await open({ media: undefined, treatment: undefined })
    await expect(unseen.take(1)).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'not_ready' } })
    await expect(unseen.service.takeFromFilm(project.id, unseen.asset.id)).rejects.toMatchObject(missing)
  })

  it('takes the last picture behind the end, and one of the beginning unless a moment is named', async () => {
    const { take, current } = await open()
    await take(999_999_999)
    expect(awaitedMoment(await current())).toBe(10_010)
    await take()
    expect(awaitedMoment(await current())).toBe(1_001)
  })
})
