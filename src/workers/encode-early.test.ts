import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FAKE_PACKAGE, fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { LEASE_MS, openProcessing } from '../../test/support/processing.ts'
import { aMediaInfo } from '../../test/support/rows.ts'
import type { ClaimedJob } from '../core/jobs/job.ts'
import { JobService } from '../core/jobs/job-service.ts'
import type { Asset, Source } from '../core/library/asset.ts'
import { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import { SplitLifecycle } from '../core/library/split-lifecycle.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { EncodedRendition, EncodePlan } from '../core/transcoding/encode-plan.ts'
import { encodeHandler } from './encode.ts'
import { filmHandler } from './encode-film.ts'
import { pieceHandler } from './encode-piece.ts'
import { ingestHandler } from './ingest.ts'
import { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

const attempt = { signal: new AbortController().signal, reportProgress: () => undefined }
/** Twelve segments; the fake tools make one of the last three, so that all of it lasts ten. */
const FILM_MS = 48_000
const MADE_MS = 40_000
const [LIKE] = FAKE_PACKAGE.renditions as [EncodedRendition]
const ALL = ['360p', '240p', 'audio']
const DAMAGED = { code: 'media_refused', reason: 'damaged', message: 'It cannot be decoded.' }

/** Makes exactly what is planned, one file each besides the playlist. */
const encode: MediaTools['encode'] = async (path, plan, directory) => {
  const original = await readFile(path, 'utf8')
  const renditions = [...plan.video, ...plan.audio].map((step) => {
    const { name } = step
    const size = { widthPx: undefined, heightPx: undefined, ...('widthPx' in step ? step : {}) }
    const made = { name, files: [`${name}/0.m4s`], playlist: `${name}/index.m3u8`, durationMs: MADE_MS }
    return { ...LIKE, ...made, widthPx: size.widthPx, heightPx: size.heightPx }
  })
  for (const { name, files, playlist } of renditions) {
    for (const file of [...files, playlist]) {
      await mkdir(dirname(join(directory, file)), { recursive: true })
      await writeFile(join(directory, file), `${original} in ${name}`)
    }
  }
  return { renditions }
}

/** A film that has been looked at and gets two sizes; films from `earlyFromMs` on play early. */
async function openFilm(own: Readonly<{ earlyFromMs?: number; splitFromMs?: number; isEncrypted?: boolean }> = {}) {
  const processing = await openProcessing()
  const { work, clock, random, queue, project, scratchDirectory } = processing
  const lifecycle = new SourceLifecycle({ work, clock, random, earlyFromMs: own.earlyFromMs ?? FILM_MS })
  const splits = new SplitLifecycle({ work, clock })
  const info = aMediaInfo({ durationMs: FILM_MS })
  const plans: EncodePlan[] = []
  const ingest = async (into?: Asset) => {
    const { asset, source, upload } = await processing.upload(Buffer.from('film'), into)
    if (own.isEncrypted === true) {
      await work.read.uploads.update(upload.id, { target: { ...upload.target, encrypt: true } }, clock.now())
    }
    const media = fakeMediaTools({ probe: async () => info })
    await processing.run('ingest', ingestHandler({ ...processing, lifecycle, media }))
    await clock.advance(1)
    return { asset, source }
  }
  const encoder = (media: Partial<MediaTools> = {}, directory = scratchDirectory): JobHandler => {
    const scratch = new ScratchSpace({ directory, work })
    const tools = fakeMediaTools({
      encode(path, plan, ...rest) {
        plans.push(plan)
        return encode(path, plan, ...rest)
      },
      ...media,
    })
    const parts = { ...processing, lifecycle, splits, scratch, media: tools }
    const whole = encodeHandler(parts)
    return filmHandler({ ...parts, whole, splitting: { fromMs: own.splitFromMs } }) as JobHandler
  }
  const piece = (): JobHandler => {
    const scratch = new ScratchSpace({ directory: scratchDirectory, work })
    return pieceHandler({ ...processing, lifecycle, splits, scratch, media: fakeMediaTools() }) as JobHandler
  }
  const run = async (media: Partial<MediaTools> = {}): Promise<void> => {
    await processing.run('encode', encoder(media))
    await clock.advance(1)
  }
  const { asset, source } = await ingest()
  const view = () => processing.library.find(asset.id)
  const seen = async () => {
    const { status, isPlayable, renditions } = await view()
    return [status.state, isPlayable, renditions.map(({ name }) => name)]
  }
  const events = async (): Promise<string[]> => {
    const types = (await work.read.outbox.list(project.id, 100)).map(({ event }) => event.type)
    return types.filter((type) => type.startsWith('asset.') && type !== 'asset.probed')
  }
  /** The sizes of each run of the encoder, whatever folder they went to. */
  const planned = () =>
    plans.map(({ video, audio }) => [...video, ...audio].map(({ name }) => name.replace(/-\d+-[0-9a-z]{8}$/, '')))
  const jobs = new JobService({ work, clock, wakeWorkers: () => queue.wake() })
  const due = async (kind: 'encode' | 'piece') => queue.claim({ kinds: [kind], workerId: 'x', leaseMs: LEASE_MS })
  const tools = { lifecycle, splits, ingest, encoder, piece, run, view, seen, events, plans, planned, jobs, due }
  return { ...processing, ...tools, runAs: processing.run, asset, source }
}

describe('a film that plays early', () => {
  it('plays in its smallest size while the others are made, and is ready once, with all of them in one package', async () => {
    const film = await openFilm()
    await film.run()
    expect(await film.seen()).toEqual(['processing', true, ['240p', 'audio']])
    const { packagePrefix } = (await film.view()).source as Source
    await film.run()
    expect(await film.seen()).toEqual(['ready', true, ALL])
    expect(film.planned()).toEqual([['240p', 'audio'], ['360p']])
    expect(await film.events()).toEqual(['asset.playable', 'asset.ready'])
    const { source, renditions } = await film.view()
    expect(source?.packagePrefix).toBe(packagePrefix)
    const stored = await film.storedKeys()
    for (const { playlist } of renditions) expect(stored).toContain(`${packagePrefix}${playlist}`)
    expect(await film.scratchNames()).toEqual([])
    expect(await film.due('encode')).toBeUndefined()
  })

  it('is further with every step', async () => {
    const film = await openFilm()
    const progress = async (): Promise<number> => (await film.view()).status.progress
    const shares = [await progress()]
    const job = await film.claim('encode')
    await film.queue.heartbeat(job, { leaseMs: LEASE_MS, progress: 0.9 })
    shares.push(await progress())
    await film.encoder()(job, attempt)
    shares.push(await progress())
    const rest = await film.claim('encode')
    await film.queue.heartbeat(rest, { leaseMs: LEASE_MS, progress: 0.1 })
    shares.push(await progress())
    await film.encoder()(rest, attempt)
    shares.push(await progress())
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(new Set(shares).size).toBe(shares.length)
    expect(shares.at(-1)).toBe(1)
  })

  it('is encrypted with the same keys in all sizes', async () => {
    const film = await openFilm({ isEncrypted: true })
    const used: unknown[] = []
    const spying: Partial<MediaTools> = {
      encode(path, plan, directory, options) {
        used.push(options.encryption?.keys)
        return encode(path, plan, directory, options)
      },
    }
    await film.run(spying)
    const keys = await film.work.read.sources.contentKeys(film.source.id)
    await film.run(spying)
    expect(keys).toHaveLength(1)
    expect(used).toEqual([keys, keys])
    expect(await film.work.read.sources.contentKeys(film.source.id)).toEqual(keys)
  })

  it('says so when the picture of its watermark was deleted in between', async () => {
    const film = await openFilm()
    const { sources } = film.work.read
    const watermark = { kind: 'image', imageId: 'img_gone' as never, widthPercent: 10, opacity: 1 } as const
    const note = 'The picture of the watermark had been deleted.'
    await film.run()
    const { treatment } = (await film.view()).source as Source
    if (treatment === undefined) throw new Error('the treatment was decided')
    const marked = { ...watermark, position: 'center', marginPercent: 2 } as const
    await sources.update(film.source.id, { treatment: { ...treatment, omissions: ['Before.'], watermark: marked } })
    await film.run()
    expect((await film.view()).source?.treatment?.omissions).toEqual(['Before.', note])
  })

  it('goes on playing when the rest fails, says so, and makes only the rest when it is tried again', async () => {
    const film = await openFilm()
    await film.run()
    const before = await film.storedKeys()
    const job = await film.claim('encode')
    const failing = film.encoder({
      async encode(...call) {
        await encode(...call)
        throw new Error('crashed at the end')
      },
    })
    await expect(failing(job, attempt)).rejects.toThrow('crashed')
    await film.lifecycle.failed(job, DAMAGED)
    expect(await film.seen()).toEqual(['failed', true, ['240p', 'audio']])
    expect(await film.storedKeys()).toEqual(before)
    await film.clock.advance(1)
    await film.jobs.retryAsset(film.project.id, film.asset.id)
    expect(await film.seen()).toEqual(['processing', true, ['240p', 'audio']])
    await film.run()
    expect(await film.seen()).toEqual(['ready', true, ALL])
    expect(film.planned()).toEqual([['240p', 'audio'], ['360p']])
    expect(await film.events()).toEqual(['asset.playable', 'asset.failed', 'asset.ready'])
  })

  it('is not completed by sizes of another length, between which no player could change', async () => {
    const film = await openFilm()
    await film.run()
    const before = await film.storedKeys()
    const longer: MediaTools['encode'] = async (...call) => ({
      renditions: (await encode(...call)).renditions.map((made) => ({ ...made, durationMs: MADE_MS + 100 })),
    })
    await expect(film.run({ encode: longer })).rejects.toThrow('lasts')
    expect(await film.storedKeys()).toEqual(before)
  })

  it('fails as every other when not even its smallest size can be made', async () => {
    const film = await openFilm()
    await film.lifecycle.failed(await film.claim('encode'), DAMAGED)
    expect(await film.seen()).toEqual(['failed', false, []])
    expect(await film.events()).toEqual(['asset.failed'])
  })

  it('can be stopped in between, and goes on from there', async () => {
    const film = await openFilm()
    await film.run()
    const rest = await film.claim('encode')
    await film.jobs.cancel(film.project.id, rest.id)
    await expect(film.encoder()(rest, attempt)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await film.seen()).toEqual(['failed', true, ['240p', 'audio']])
    await film.jobs.retry(film.project.id, rest.id)
    await film.run()
    expect(await film.seen()).toEqual(['ready', true, ALL])
  })

  it('leaves nothing when it is deleted while the rest is made', async () => {
    const film = await openFilm()
    await film.run()
    const before = await film.storedKeys()
    const deleting = film.encoder({
      async encode(...call) {
        await film.library.delete(film.project.id, film.asset.id)
        return encode(...call)
      },
    })
    await expect(film.runAs('encode', deleting)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await film.storedKeys()).toEqual(before)
  })

  it.each(['first', 'second'])('ignores who lost the %s part to another worker', async (part) => {
    const film = await openFilm()
    if (part === 'second') await film.run()
    const slow = film.encoder({
      async encode(...call) {
        const made = await encode(...call)
        await film.clock.advance(LEASE_MS)
        await film.runAs('encode', film.encoder({}, `${film.scratchDirectory}-there`))
        await film.clock.advance(1)
        return made
      },
    })
    await expect(film.runAs('encode', slow)).rejects.toMatchObject({ code: 'lease_lost' })
    if (part === 'first') await film.run()
    expect(await film.seen()).toEqual(['ready', true, ALL])
    expect(await film.events()).toEqual(['asset.playable', 'asset.ready'])
    const { source, renditions } = await film.view()
    const folders = renditions.map(({ playlist }) => `${source?.packagePrefix}${playlist.split('/')[0]}/`)
    const stored = (await film.storedKeys()).filter((key) => key !== film.source.blobKey)
    expect(stored.filter((key) => !folders.some((folder) => key.startsWith(folder)))).toEqual([])
  })

  it('goes on playing when its file is replaced, until the new one is ready as a whole', async () => {
    const film = await openFilm()
    await film.run()
    const old = await film.claim('encode')
    const { source: second } = await film.ingest(film.asset)
    const between = await film.view()
    expect([between.source?.id, between.isChanging, between.isPlayable]).toEqual([film.source.id, true, true])
    await film.run()
    expect(film.planned().at(-1)).toEqual(ALL)
    expect((await film.view()).source?.id).toBe(second.id)
    await film.encoder()(old, attempt)
    const after = await film.view()
    expect([after.source?.id, after.isChanging, after.status.state]).toEqual([second.id, false, 'ready'])
    expect((await film.events()).filter((type) => type === 'asset.playable')).toHaveLength(1)
  })
})

describe('a film does not play early', () => {
  it('when it is too short for a second decode', async () => {
    const film = await openFilm({ earlyFromMs: FILM_MS + 1 })
    await film.run()
    expect(film.planned()).toEqual([ALL])
    expect(await film.events()).toEqual(['asset.ready'])
  })

  it('when it replaces one that plays', async () => {
    const film = await openFilm()
    await film.run()
    await film.run()
    await film.ingest(film.asset)
    await film.run()
    expect(film.planned()).toEqual([['240p', 'audio'], ['360p'], ALL])
    expect(await film.events()).toEqual(['asset.playable', 'asset.ready', 'asset.ready'])
  })
})

describe('a long film that plays early', () => {
  /** Four pieces of pictures; the sound is there by then. */
  const PIECES = 4
  const states = async (film: Awaited<ReturnType<typeof openFilm>>) => {
    const found = await film.jobs.listForAsset(film.project.id, film.asset.id)
    const made = found.filter(({ kind }) => kind === 'encode' || kind === 'piece')
    return made.map(({ kind, state }) => `${kind} ${state}`).toSorted()
  }

  it('has its other sizes made in pieces, which join what plays', async () => {
    const film = await openFilm({ splitFromMs: FILM_MS, isEncrypted: true })
    await film.run()
    expect(await film.seen()).toEqual(['processing', true, ['240p', 'audio']])
    const first = await film.storedKeys()
    const keys = await film.work.read.sources.contentKeys(film.source.id)
    await film.run()
    expect(await states(film)).toEqual(['encode done', 'encode queued', ...Array(PIECES).fill('piece queued')])
    for (let i = 0; i < PIECES; i++) await film.runAs('piece', film.piece())
    expect(await film.seen()).toEqual(['processing', true, ['240p', 'audio']])
    await film.run()
    expect(await film.seen()).toEqual(['ready', true, ALL])
    expect(await film.events()).toEqual(['asset.playable', 'asset.ready'])
    expect(await film.storedKeys()).toEqual(expect.arrayContaining(first))
    expect(await film.work.read.sources.contentKeys(film.source.id)).toEqual(keys)
    expect(await film.work.read.splits.get(film.source.id)).toBeUndefined()
    const { source, renditions } = await film.view()
    expect(renditions[0]?.playlist).toMatch(/^360p-1-[0-9a-z]{8}\/index\.m3u8$/)
    expect(await film.storedKeys()).toContain(`${source?.packagePrefix}${renditions[0]?.playlist}`)
  })

  it('goes on playing when a piece fails, and needs only the pieces when it is tried again', async () => {
    const film = await openFilm({ splitFromMs: FILM_MS })
    await film.run()
    await film.run()
    const broken = (await film.claim('piece')) as ClaimedJob<'piece'>
    await film.splits.failed(broken, DAMAGED)
    expect(await film.seen()).toEqual(['failed', true, ['240p', 'audio']])
    await film.jobs.retryAsset(film.project.id, film.asset.id)
    await film.run()
    for (let i = 0; i < PIECES; i++) await film.runAs('piece', film.piece())
    await film.run()
    expect(await film.seen()).toEqual(['ready', true, ALL])
    expect(film.planned()).toEqual([['240p', 'audio']])
  })
})
