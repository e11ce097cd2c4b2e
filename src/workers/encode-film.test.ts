import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { LEASE_MS, openProcessing } from '../../test/support/processing.ts'
import { aMediaInfo } from '../../test/support/rows.ts'
import { DomainError } from '../core/errors.ts'
import type { ClaimedJob } from '../core/jobs/job.ts'
import { JobService } from '../core/jobs/job-service.ts'
import { SplitLifecycle } from '../core/library/split-lifecycle.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import { filmHandler } from './encode-film.ts'
import { pieceHandler } from './encode-piece.ts'
import { ingestHandler } from './ingest.ts'
import { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

const signal = new AbortController().signal
const attempt = { signal, reportProgress: () => undefined }
/** Twelve segments: in four pieces of three; and one piece is the sound. */
const FILM_MS = 48_000
const PIECES = 5

/** A film of 48 s, which is cut into pieces of 12 s; its encode job waits. */
async function openFilm(options: Readonly<{ fromMs?: number | undefined; isEncrypted?: boolean }> = {}) {
  const processing = await openProcessing()
  const { work, clock, random, queue, lifecycle } = processing
  const { source, asset } = await processing.upload(Buffer.from('film'))
  const info = { ...aMediaInfo(), durationMs: FILM_MS }
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools({ probe: async () => info }) }))
  if (options.isEncrypted === true) {
    const treatment = (await work.read.sources.get(source.id))?.treatment
    if (treatment === undefined) throw new Error('the treatment was decided')
    await work.read.sources.update(source.id, { treatment: { ...treatment, encryption: { segmentsPerKey: 5 } } })
  }
  const splits = new SplitLifecycle({ work, clock })
  const scratch = new ScratchSpace({ directory: processing.scratchDirectory, work })
  const whole: string[] = []
  const fromMs = 'fromMs' in options ? options.fromMs : FILM_MS
  const film = (own: Partial<MediaTools> = {}): JobHandler => {
    const parts = { ...processing, random, splits, scratch, splitting: { fromMs } }
    const encodeWhole: JobHandler = async (job) => {
      whole.push(job.id)
    }
    return filmHandler({ ...parts, media: fakeMediaTools(own), whole: encodeWhole }) as JobHandler
  }
  const piece = (own: Partial<MediaTools> = {}): JobHandler =>
    pieceHandler({ ...processing, splits, scratch, media: fakeMediaTools(own) }) as JobHandler
  const jobs = () => work.read.jobs.listForSources([source.id])
  const states = async () => {
    const found = (await jobs()).filter(({ kind }) => kind === 'encode' || kind === 'piece')
    return found.map(({ kind, state }) => `${kind} ${state}`).toSorted()
  }
  const makePieces = async (count = PIECES): Promise<void> => {
    for (let i = 0; i < count; i++) await processing.run('piece', piece())
  }
  const events = async () => (await work.read.outbox.list(source.projectId, 500)).map(({ event }) => event.type)
  const service = new JobService({ work, clock, wakeWorkers: () => queue.wake() })
  const due = async (kind: 'encode' | 'piece') => queue.claim({ kinds: [kind], workerId: 'here', leaseMs: LEASE_MS })
  const own = { source, asset, splits, film, piece, whole, jobs, states, makePieces, events, service, due, lifecycle }
  return { ...processing, ...own }
}

describe('a long film', () => {
  it('is cut into jobs, waits for them without a worker, and becomes ready once they are joined', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    expect(await film.states()).toEqual(['encode queued', ...Array.from({ length: PIECES }, () => 'piece queued')])
    expect(await film.due('encode')).toBeUndefined()
    await film.makePieces(PIECES - 1)
    expect(await film.due('encode')).toBeUndefined()
    await film.makePieces(1)
    await film.run('encode', film.film())
    expect(await film.states()).toEqual(['encode done', ...Array.from({ length: PIECES }, () => 'piece done')])
    expect((await film.events()).filter((type) => type === 'asset.ready')).toHaveLength(1)
    expect(film.whole).toEqual([])
    expect(await film.work.read.splits.get(film.source.id)).toBeUndefined()
    expect(await film.scratchNames()).toEqual([])
  })

  it('has a package of exactly the pieces’ segments, in playing order, and its playlists', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    await film.makePieces()
    await film.run('encode', film.film())
    const prefix = (await film.work.read.sources.get(film.source.id))?.packagePrefix ?? 'none'
    const { body } = await film.blobs.open(`${prefix}360p/index.m3u8`, { signal })
    const named = (await text(body)).split('\n')
    // The last piece has an open end; the fake tool makes one segment of it.
    expect(named).toEqual(Array.from({ length: 10 }, (_, i) => `360p/seg-${i}-1.m4s`))
    const stored = (await film.storedKeys()).filter((key) => key.startsWith(`${prefix}360p/`))
    expect(stored).toEqual(expect.arrayContaining(named.map((file) => `${prefix}${file}`)))
    // Of all the init segments, which are the same, one is left.
    expect(stored).toHaveLength(named.length + 2)
  })

  it('shows how far its pieces are', async () => {
    const film = await openFilm()
    const progress = async () => (await film.library.get(film.project.id, film.asset.id)).status.progress
    await film.run('encode', film.film())
    const before = await progress()
    await film.makePieces(2)
    expect((await progress()) - before).toBeGreaterThan(0.35)
    expect(await progress()).toBeLessThan(0.5)
  })

  it('is encrypted with the same keys in all of its pieces', async () => {
    const film = await openFilm({ isEncrypted: true })
    const seen: unknown[] = []
    const tools = fakeMediaTools()
    await film.run('encode', film.film())
    const spy = film.piece({
      async encodePiece(...call) {
        seen.push(call[3].encryption)
        return tools.encodePiece(...call)
      },
    })
    for (let i = 0; i < PIECES; i++) await film.run('piece', spy)
    await film.run('encode', film.film())
    const keys = await film.work.read.sources.contentKeys(film.source.id)
    expect(keys).toHaveLength(3)
    expect(seen).toEqual(Array.from({ length: PIECES }, () => ({ keys, segmentsPerKey: 5 })))
  })
})

describe('a piece', () => {
  it('whose worker died is taken over, and what the dead one stored is not in the package', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    const split = await film.work.read.splits.get(film.source.id)
    await film.claim('piece', 'dead')
    await film.blobs.put(`${split?.packagePrefix}360p/seg-0-99.m4s`, emptyBody(), { signal })
    await film.makePieces(PIECES - 1)
    await film.clock.advance(LEASE_MS)
    await film.makePieces(1)
    await film.run('encode', film.film())
    expect((await film.storedKeys()).filter((key) => key.includes('-99'))).toEqual([])
    expect((await film.events()).filter((type) => type === 'asset.ready')).toHaveLength(1)
  })

  it('that somebody else has taken over meanwhile leaves nothing and changes nothing', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    const slow = await film.claim('piece', 'slow')
    await film.clock.advance(LEASE_MS)
    const taken = await film.claim('piece', 'fast')
    expect(taken.id).toBe(slow.id)
    await film.piece()(taken, attempt)
    const before = await film.storedKeys()
    await expect(film.piece()(slow, attempt)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await film.storedKeys()).toEqual(before)
  })

  it('that fails for good fails the film once and stops the others; a retry of the film redoes only what is missing', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    await film.makePieces(1)
    const running = await film.claim('piece', 'elsewhere')
    const broken = await film.claim('piece')
    await film.splits.failed(broken, { code: 'media_refused', reason: 'damaged', message: 'Not to be decoded.' })
    expect(await film.states()).toEqual([
      'encode failed',
      'piece cancelled',
      'piece cancelled',
      'piece cancelled',
      'piece done',
      'piece failed',
    ])
    await expect(film.piece()(running, attempt)).rejects.toMatchObject({ code: 'lease_lost' })
    expect((await film.events()).filter((type) => type === 'asset.failed')).toHaveLength(1)
    const encode = (await film.jobs()).find(({ kind }) => kind === 'encode') as ClaimedJob
    await film.service.retry(film.project.id, encode.id)
    await film.run('encode', film.film())
    await film.makePieces(PIECES - 1)
    expect(await film.due('piece')).toBeUndefined()
    await film.run('encode', film.film())
    expect((await film.library.get(film.project.id, film.asset.id)).status.state).toBe('ready')
  })

  it('of a deleted film ends and leaves nothing', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    const job = await film.claim('piece')
    const tools = fakeMediaTools()
    const handler = film.piece({
      async encodePiece(...call) {
        const made = await tools.encodePiece(...call)
        await film.library.delete(film.project.id, film.asset.id)
        return made
      },
    })
    await expect(handler(job, attempt)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await film.storedKeys()).toEqual([film.source.blobKey])
  })

  it('that cannot be stored leaves nothing of it', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    const tools = fakeMediaTools()
    const handler = film.piece({
      async encodePiece(...call) {
        const made = await tools.encodePiece(...call)
        const [rendition] = made.renditions
        if (rendition === undefined) throw new Error('there is one')
        return { renditions: [{ ...rendition, initFile: `${rendition.name}/never-made.mp4` }] }
      },
    })
    await expect(film.run('piece', handler)).rejects.toThrow()
    expect(await film.storedKeys()).toEqual([film.source.blobKey])
  })
})

describe('stopping a film', () => {
  it.each(['encode', 'piece'] as const)('by its %s job stops all of it, and retrying that goes on', async (kind) => {
    const film = await openFilm()
    await film.run('encode', film.film())
    await film.makePieces(1)
    const waiting = (await film.jobs()).find((job) => job.kind === kind && job.state === 'queued') as ClaimedJob
    await film.service.cancel(film.project.id, waiting.id)
    expect(await film.states()).toEqual([
      'encode cancelled',
      'piece cancelled',
      'piece cancelled',
      'piece cancelled',
      'piece cancelled',
      'piece done',
    ])
    expect((await film.library.get(film.project.id, film.asset.id)).status.failure?.reason).toBe('cancelled')
    await film.service.retry(film.project.id, waiting.id)
    await film.run('encode', film.film())
    await film.makePieces(PIECES - 1)
    await film.run('encode', film.film())
    expect((await film.library.get(film.project.id, film.asset.id)).status.state).toBe('ready')
  })

  it('goes on after a worker was told to stop in the middle of joining', async () => {
    const film = await openFilm()
    await film.run('encode', film.film())
    await film.makePieces()
    const stopping = new DomainError('unavailable', 'The worker is stopping.')
    const handler = film.film({ joinPieces: () => Promise.reject(stopping) })
    const job = await film.claim('encode')
    await expect(handler(job, attempt)).rejects.toBe(stopping)
    await film.queue.release(job)
    await film.run('encode', film.film())
    expect((await film.library.get(film.project.id, film.asset.id)).status.state).toBe('ready')
  })
})

describe('a film is encoded as a whole', () => {
  it.each([
    ['when it is shorter than those that are split', { fromMs: FILM_MS + 1 }],
    ['when none are split', { fromMs: undefined }],
  ])('%s', async (_, options) => {
    const film = await openFilm(options)
    await film.run('encode', film.film())
    expect(film.whole).toHaveLength(1)
    expect(await film.states()).toEqual(['encode running'])
  })
})

function emptyBody(): Readable {
  return Readable.from([Buffer.from('of the dead')])
}
