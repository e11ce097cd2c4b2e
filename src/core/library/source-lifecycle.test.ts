import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import {
  aCategory,
  aChannel,
  aMediaInfo,
  anAsset,
  anUpload,
  aProject,
  aRendition,
  aSource,
  START_MS,
} from '../../../test/support/rows.ts'
import { MemoryBus } from '../../bus/memory-bus.ts'
import { DatabaseJobQueue } from '../../queue/database-job-queue.ts'
import { SystemRandom } from '../../system/system-random.ts'
import type { DomainEvent } from '../events.ts'
import { newId, type ProjectId, type SubtitleId } from '../ids.ts'
import type { ClaimedJob, SourceJobKind } from '../jobs/job.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { EncodedPackage } from '../transcoding/encode-plan.ts'
import { chooseTreatment, type Treatment } from '../transcoding/treatment.ts'
import { DEFAULT_WORKFLOW, type Workflow, type WorkflowSettings } from '../transcoding/workflow.ts'
import type { Asset, Source } from './asset.ts'
import { SourceLifecycle } from './source-lifecycle.ts'

const LEASE_MS = 15_000
const REFUSAL = { code: 'media_refused', reason: 'empty_file', message: 'The file is empty.' }
const PLAIN_TEXT = { codec: 'subrip', language: 'kor', title: undefined, isForced: false, isForHearingImpaired: false }

/** The standard workflow, as a project has changed it. */
function aWorkflow(projectId: ProjectId, own: Partial<WorkflowSettings>): Workflow {
  const settings = { ...DEFAULT_WORKFLOW, ...own }
  const id = newId('workflow', START_MS, new SystemRandom())
  return { id, projectId, key: 'standard', name: 'Mine', settings, createdAtMs: START_MS, updatedAtMs: START_MS }
}

const PACKAGE: EncodedPackage = {
  renditions: [
    {
      name: '360p',
      playlist: '360p/index.m3u8',
      files: ['360p/init.mp4', '360p/0.m4s'],
      widthPx: 640,
      heightPx: 360,
      frameRate: 30,
      codecs: 'avc1.64001e,mp4a.40.2',
      bandwidth: 800_000,
      averageBandwidth: 700_000,
      durationMs: 10_010,
      sizeBytes: 900_000,
    },
    {
      name: 'audio',
      playlist: 'audio/index.m3u8',
      files: ['audio/init.mp4'],
      widthPx: undefined,
      heightPx: undefined,
      frameRate: undefined,
      codecs: 'mp4a.40.2',
      bandwidth: 64_000,
      averageBandwidth: 64_000,
      durationMs: 10_010,
      sizeBytes: 80_000,
    },
  ],
}

describeOnBothDatabases('SourceLifecycle', ({ kind, fresh }) => {
  async function open() {
    const database = (await fresh()).open()
    const work = unitOfWorkOn(database)
    const clock = new ManualClock(START_MS)
    const bus = new MemoryBus({ onHandlerError: () => undefined })
    const queue = new DatabaseJobQueue({ database, clock, bus })
    const lifecycle = new SourceLifecycle({ work, clock, random: new SystemRandom() })
    const project = aProject()
    const asset = anAsset(project.id)
    const source = aSource(asset)
    await work.read.projects.insert(project)
    await work.read.assets.insert(asset)
    await work.read.sources.insert(source)
    /** A job of that kind in a worker's hands. */
    const claim = async (kind: SourceJobKind, of: Source = source): Promise<ClaimedJob> => {
      const { projectId, assetId, id: sourceId } = of
      const key = `${kind}:${sourceId}`
      await work.read.jobs.enqueue({ kind, projectId, assetId, sourceId }, { key, nowMs: clock.now() })
      const job = await queue.claim({ kinds: [kind], workerId: 'w', leaseMs: LEASE_MS })
      if (job?.sourceId !== sourceId) throw new Error('another job came first')
      return job
    }
    const events = async (): Promise<DomainEvent[]> =>
      (await work.read.outbox.list(project.id, 100)).map(({ event }) => event)
    const jobsOf = async (of: Source = source): Promise<[SourceJobKind, string][]> =>
      (await work.read.jobs.listForSources([of.id]))
        .map(({ kind, state }): [SourceJobKind, string] => [kind, state])
        .toSorted()
    const insertVersion = async (version: number): Promise<Source> => {
      const next = aSource(asset, { version })
      await work.read.sources.insert(next)
      return next
    }
    const deleteAsset = (): Promise<void> =>
      work.transaction(async (tx) => {
        await tx.assets.lock(asset.id)
        await tx.jobs.deleteForSource(source.id)
        await tx.assets.delete(asset.id)
      })
    /** Waits until a transaction that was begun waits for another one's lock, or is done. */
    const until = async (transaction: Promise<unknown>): Promise<void> => {
      // On SQLite the whole transaction waits its turn.
      if (kind === 'sqlite') return
      let isDone = false
      void transaction.then(() => {
        isDone = true
      })
      const waiting = sql`select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      const isWaiting = async () => isDone || (await waiting.execute(database.db)).rows.length > 0
      await expect.poll(isWaiting, { timeout: 30_000, interval: 5 }).toBe(true)
    }
    return { work, clock, queue, lifecycle, asset, source, claim, events, jobsOf, insertVersion, deleteAsset, until }
  }

  it('notes what probing found, and goes on with package and picture', async () => {
    const { work, lifecycle, asset, source, claim, events, jobsOf } = await open()
    const job = await claim('ingest')
    expect(await lifecycle.probed(job, aMediaInfo())).toBe(true)
    expect(await work.read.sources.get(source.id)).toEqual({
      ...source,
      media: aMediaInfo(),
      treatment: chooseTreatment(anUpload(source.projectId).target),
    })
    expect(await jobsOf()).toEqual([
      ['encode', 'queued'],
      ['ingest', 'done'],
      ['poster', 'queued'],
    ])
    expect(await events()).toEqual([{ type: 'asset.probed', assetId: asset.id, sourceId: source.id }])
  })

  it.each([
    ['takes no picture of sound', { video: undefined }, false],
    ['takes the cover of sound that has one', { video: undefined, coverStreamIndex: 1 }, true],
  ])('%s', async (_, own, hasPoster) => {
    const { lifecycle, claim, jobsOf } = await open()
    await lifecycle.probed(await claim('ingest'), aMediaInfo(own))
    expect((await jobsOf()).some(([kind]) => kind === 'poster')).toBe(hasPoster)
  })

  it('makes small pictures only of films, once they play, and looks for texts only where there are some', async () => {
    const { work, lifecycle, claim, insertVersion, jobsOf } = await open()
    const texts = [{ ...PLAIN_TEXT, streamIndex: 2 }]
    await lifecycle.probed(await claim('ingest'), aMediaInfo({ texts }))
    expect((await jobsOf()).map(([kind]) => kind)).toEqual(['encode', 'ingest', 'poster', 'subtitles'])
    await lifecycle.encoded(await claim('encode'), PACKAGE, 'film/')
    expect((await jobsOf()).map(([kind]) => kind)).toEqual(['encode', 'ingest', 'poster', 'sprites', 'subtitles'])
    const song = await insertVersion(2)
    await lifecycle.probed(await claim('ingest', song), aMediaInfo({ video: undefined, texts: [] }))
    await lifecycle.encoded(await claim('encode', song), PACKAGE, 'song/')
    expect((await jobsOf(song)).map(([kind]) => kind)).toEqual(['encode', 'ingest'])
    await work.read.workflows.put(aWorkflow(song.projectId, { sprites: false }))
    const plain = await insertVersion(3)
    await lifecycle.probed(await claim('ingest', plain), aMediaInfo())
    await lifecycle.encoded(await claim('encode', plain), PACKAGE, 'plain/')
    expect((await jobsOf(plain)).map(([kind]) => kind)).toEqual(['encode', 'ingest', 'poster'])
  })

  it('treats a file as its categories and channels say, the nearest one first, unless its token does', async () => {
    const { work, lifecycle, asset, claim, insertVersion } = await open()
    const { projectId } = asset
    const [above, below] = [aCategory(projectId, { profileKey: 'mobile' }), aCategory(projectId)]
    const channel = aChannel(projectId, { workflowKey: 'encrypted', profileKey: 'ultra-hd' })
    await work.transaction(async (tx) => {
      await tx.channels.insert(channel)
      await tx.categories.insert(above)
      await tx.categories.insert({ ...below, parentId: above.id })
      await tx.categories.addChannel(below.id, channel.id)
      await tx.categories.addAsset(below.id, asset.id, START_MS)
    })
    const treated = async (version: number) => {
      const source = await insertVersion(version)
      await lifecycle.probed(await claim('ingest', source), aMediaInfo())
      const { treatment } = (await work.read.sources.get(source.id)) ?? {}
      return [treatment?.workflowKey, treatment?.profileKey, treatment?.encryption !== undefined]
    }
    expect(await treated(2)).toEqual(['encrypted', 'mobile', true])
    await work.read.categories.update(below.id, { profileKey: 'efficient' }, START_MS)
    expect(await treated(3)).toEqual(['encrypted', 'efficient', true])
    await work.read.channels.update(channel.id, { workflowKey: undefined }, START_MS)
    expect(await treated(4)).toEqual(['standard', 'efficient', false])
    const policy = { ...channel.policy, requiresEncryption: true }
    await work.read.channels.update(channel.id, { policy }, START_MS)
    expect(await treated(5)).toEqual(['standard', 'efficient', true])
  })

  it('makes an encoded source the one that plays', async () => {
    const { work, clock, lifecycle, asset, source, claim, events, jobsOf } = await open()
    const job = await claim('encode')
    await clock.advance(1_000)
    expect(await lifecycle.encoded(job, PACKAGE, 'prefix/')).toBe(true)
    const readyAtMs = clock.now()
    expect(await work.read.sources.get(source.id)).toEqual({ ...source, packagePrefix: 'prefix/', readyAtMs })
    const renditions = await work.read.sources.renditions([source.id])
    expect(renditions).toEqual(
      PACKAGE.renditions.map(({ files: _, ...rendition }) => ({
        ...rendition,
        id: expect.stringMatching(/^ren_/),
        sourceId: source.id,
      })),
    )
    const expected: Asset = { ...asset, currentSourceId: source.id, updatedAtMs: readyAtMs }
    expect(await work.read.assets.find(asset.id)).toEqual(expected)
    expect(await jobsOf()).toEqual([['encode', 'done']])
    expect(await events()).toEqual([{ type: 'asset.ready', assetId: asset.id, sourceId: source.id }])
  })

  it('lets a newer version replace the one that plays, and never an older one', async () => {
    const { work, lifecycle, asset, source, claim, insertVersion } = await open()
    const [second, third] = [await insertVersion(2), await insertVersion(3)]
    const current = async () => (await work.read.assets.find(asset.id))?.currentSourceId
    await lifecycle.encoded(await claim('encode', second), PACKAGE, 'second/')
    expect(await current()).toBe(second.id)
    await lifecycle.encoded(await claim('encode', source), PACKAGE, 'first/')
    expect(await current()).toBe(second.id)
    expect(await work.read.sources.get(source.id)).toMatchObject({ packagePrefix: 'first/' })
    await lifecycle.encoded(await claim('encode', third), PACKAGE, 'third/')
    expect(await current()).toBe(third.id)
  })

  it('plays the newer version also when an older one is at the point of taking its place', async () => {
    const { work, clock, lifecycle, asset, claim, insertVersion, until } = await open()
    const [older, newer] = [await claim('encode'), await claim('encode', await insertVersion(2))]
    const paused = pausedBefore(work, 'assets', 'update')
    const slow = new SourceLifecycle({ work: paused.work, clock, random: new SystemRandom() })
    const first = slow.encoded(older, PACKAGE, 'older/')
    await paused.isReached
    const second = lifecycle.encoded(newer, PACKAGE, 'newer/')
    await until(second)
    paused.resume()
    await Promise.all([first, second])
    expect(await work.read.assets.find(asset.id)).toMatchObject({ currentSourceId: newer.sourceId })
  })

  it('notes where the small pictures and the files to download are', async () => {
    const { work, lifecycle, source, claim } = await open()
    const sprites = {
      prefix: 'p/',
      sheets: 1,
      columns: 1,
      rows: 1,
      widthPx: 2,
      heightPx: 2,
      intervalMs: 1000,
      count: 1,
    }
    expect(await lifecycle.spritesMade(await claim('sprites'), sprites)).toBe(true)
    const download = { name: '720p', file: '720p.mp4', key: 'd/720p.mp4', sizeBytes: 1, widthPx: 2, heightPx: 2 }
    await work.read.sources.setRenditions(source.id, [aRendition(source, { name: '720p' })])
    const ofNoRendition = { ...download, name: '144p', key: 'd/144p.mp4' }
    expect(await lifecycle.downloadsMade(await claim('downloads'), [download, ofNoRendition])).toEqual([download])
    expect(await work.read.sources.get(source.id)).toEqual({ ...source, sprites, downloads: [download] })
  })

  it('has files to download made of clear packages whose profile asks for them', async () => {
    const { work, lifecycle, insertVersion, claim, jobsOf } = await open()
    const treatment = chooseTreatment({ ...anUpload(aProject().id).target, profileKey: 'download' })
    const asked = async (version: number, encryption: Treatment['encryption']) => {
      const source = await insertVersion(version)
      await work.read.sources.update(source.id, { treatment: { ...treatment, encryption } })
      await lifecycle.encoded(await claim('encode', source), PACKAGE, 'prefix/')
      return (await jobsOf(source)).map(([kind]) => kind)
    }
    expect(await asked(2, undefined)).toEqual(['downloads', 'encode'])
    expect(await asked(3, { segmentsPerKey: undefined })).toEqual(['encode'])
  })

  it('makes the texts of a file subtitles, in their order, unless there are some of that name', async () => {
    const { work, clock, lifecycle, asset, claim } = await open()
    const text = (label: string) => ({ label, language: 'ko', kind: 'subtitles' as const, vtt: `WEBVTT ${label}` })
    await lifecycle.textsFound(await claim('subtitles'), [text('one'), text('two')])
    await clock.advance(1000)
    const again = { ...(await claim('poster')), kind: 'subtitles' as const }
    await lifecycle.textsFound(again, [text('two'), text('three')])
    const found = await work.read.subtitles.listForAsset(asset.id)
    expect(found.map(({ label, isDefault }) => [label, isDefault])).toEqual([
      ['one', false],
      ['two', false],
      ['three', false],
    ])
    expect(await work.read.subtitles.vtt(found[0]?.id as SubtitleId)).toBe('WEBVTT one')
  })

  it.each(['ingest', 'encode'] as const)('lets the source fail with its %s', async (kind) => {
    const { work, lifecycle, asset, source, claim, events } = await open()
    const job = await claim(kind)
    await lifecycle.failed(job, REFUSAL)
    expect(await work.read.sources.get(source.id)).toEqual({ ...source, failure: REFUSAL })
    expect(await work.read.jobs.get(job.id)).toMatchObject({ state: 'failed', error: REFUSAL })
    expect(await events()).toEqual([
      { type: 'asset.failed', assetId: asset.id, sourceId: source.id, reason: 'empty_file' },
    ])
  })

  it.each(['poster', 'purge'] as const)('does not let the source fail with its %s', async (kind) => {
    const { work, lifecycle, source, claim, events } = await open()
    const job = await claim(kind)
    await lifecycle.failed(job, REFUSAL)
    expect(await work.read.sources.get(source.id)).toEqual(source)
    expect(await work.read.jobs.get(job.id)).toMatchObject({ state: 'failed', error: REFUSAL })
    expect(await events()).toEqual([])
  })

  it('forgets an earlier failure once the source is encoded after all', async () => {
    const { work, lifecycle, source, claim } = await open()
    await work.read.sources.update(source.id, { failure: REFUSAL })
    await lifecycle.encoded(await claim('encode'), PACKAGE, 'prefix/')
    expect(await work.read.sources.get(source.id)).toMatchObject({ failure: undefined, packagePrefix: 'prefix/' })
  })

  it('keeps what plays when a replacement fails', async () => {
    const { work, lifecycle, asset, source, claim, insertVersion } = await open()
    await lifecycle.encoded(await claim('encode'), PACKAGE, 'first/')
    await lifecycle.failed(await claim('encode', await insertVersion(2)), REFUSAL)
    expect(await work.read.assets.find(asset.id)).toMatchObject({ currentSourceId: source.id })
    expect(await work.read.sources.get(source.id)).toMatchObject({ failure: undefined })
  })

  it('ends a purge, whose source is gone', async () => {
    const { work, lifecycle, source, claim, deleteAsset } = await open()
    await deleteAsset()
    const job = await claim('purge', source)
    await lifecycle.purged(job)
    expect(await work.read.jobs.get(job.id)).toMatchObject({ state: 'done' })
  })

  type Fixture = Awaited<ReturnType<typeof open>>
  const results: [string, SourceJobKind, (lifecycle: Fixture['lifecycle'], job: ClaimedJob) => Promise<unknown>][] = [
    ['probing', 'ingest', (lifecycle, job) => lifecycle.probed(job, aMediaInfo())],
    ['encoding', 'encode', (lifecycle, job) => lifecycle.encoded(job, PACKAGE, 'late/')],
    ['a failure', 'encode', (lifecycle, job) => lifecycle.failed(job, REFUSAL)],
    ['nothing', 'encode', (lifecycle, job) => lifecycle.abandoned(job)],
  ]

  async function everything({ work, asset, source, events, jobsOf }: Fixture): Promise<unknown> {
    const { assets, sources } = work.read
    const renditions = await sources.renditions([source.id])
    return [await assets.find(asset.id), await sources.get(source.id), renditions, await events(), await jobsOf()]
  }

  it.each(results)('takes no result of a worker that lost the job: %s', async (_, kind, report) => {
    const fixture = await open()
    const late = await fixture.claim(kind)
    await fixture.clock.advance(LEASE_MS)
    await fixture.queue.claim({ kinds: [kind], workerId: 'other', leaseMs: LEASE_MS })
    const before = await everything(fixture)
    await expect(report(fixture.lifecycle, late)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await everything(fixture)).toEqual(before)
  })

  it.each(results)('brings nothing back when the asset was deleted meanwhile: %s', async (_, kind, report) => {
    const fixture = await open()
    const late = await fixture.claim(kind)
    await fixture.deleteAsset()
    const before = await everything(fixture)
    await expect(report(fixture.lifecycle, late)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await everything(fixture)).toEqual(before)
  })

  it.each(results)('ends a job that outlived its source, and nothing more: %s', async (_, kind, report) => {
    const fixture = await open()
    const job = await fixture.claim(kind)
    await fixture.work.transaction((tx) => tx.assets.delete(fixture.asset.id))
    expect(await report(fixture.lifecycle, job)).not.toBe(true)
    expect(await fixture.jobsOf()).toEqual([[kind, expect.stringMatching(/done|failed/)]])
    expect(await fixture.events()).toEqual([])
  })

  it('leaves no job over when the asset is deleted while a result is being stored', async () => {
    const { work, clock, source, claim, jobsOf, deleteAsset, until } = await open()
    const job = await claim('ingest')
    const paused = pausedBefore(work, 'outbox', 'append')
    const slow = new SourceLifecycle({ work: paused.work, clock, random: new SystemRandom() })
    const result = slow.probed(job, aMediaInfo())
    await paused.isReached
    const deletion = deleteAsset()
    await until(deletion)
    paused.resume()
    await Promise.all([result, deletion])
    expect(await jobsOf()).toEqual([])
    expect(await work.read.sources.get(source.id)).toBeUndefined()
  })
})

/** `work` whose transactions wait before that call of a repository until they are resumed. */
function pausedBefore(work: UnitOfWork, repository: keyof Repositories, method: string) {
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const pausing = (tx: Repositories): Repositories => ({
    ...tx,
    [repository]: {
      ...tx[repository],
      [method]: async (...call: unknown[]) => {
        reached.resolve()
        await gate.promise
        return (Reflect.get(tx[repository], method) as (...all: unknown[]) => unknown)(...call)
      },
    },
  })
  return {
    work: {
      read: work.read,
      transaction: <T>(run: (tx: Repositories) => Promise<T>) => work.transaction((tx) => run(pausing(tx))),
    },
    isReached: reached.promise,
    resume: gate.resolve,
  }
}
