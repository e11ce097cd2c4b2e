import type { Readable } from 'node:stream'
import { Readable as ReadableStream } from 'node:stream'
import { DomainError } from '../errors.ts'
import { type AssetId, type ProjectId, parseId } from '../ids.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { posterTimeMs } from '../transcoding/poster-time.ts'
import { readAtMost } from '../uploads/read-at-most.ts'
import { type Asset, type Source, sourceFolder } from './asset.ts'
import { replacedPicture } from './replaced-picture.ts'

export const MAX_POSTER_BYTES = 10 * 1024 * 1024

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  clock: Clock
  random: Random
  /** Tells waiting workers that there is something to do. */
  wakeWorkers: () => Promise<void>
}>

/** Pictures that somebody chose instead of the one that was taken from the film. */
export class PosterService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes this picture the asset's. `body` is read to its end, at most `MAX_POSTER_BYTES`; what it is, JPEG, PNG or WebP,
   * is seen by its bytes. Throws not_found, state_conflict before the asset has a file, too_large, type_not_allowed.
   */
  async set(projectId: ProjectId, id: AssetId, body: Readable, signal: AbortSignal): Promise<void> {
    const { work, blobs, clock, random } = this.#parts
    const asset = parseId('asset', id) && (await work.read.assets.get(projectId, id))
    if (!asset) throw noAsset()
    const picture = await readAtMost(body, MAX_POSTER_BYTES)
    const suffix = pictureSuffix(picture)
    if (suffix === undefined) throw new DomainError('type_not_allowed', 'The picture must be JPEG, PNG or WebP.')
    const shown = await shownSource(work.read, asset)
    const name = Buffer.from(random.bytes(8)).toString('hex')
    const key = `${sourceFolder(shown.id)}posters/${name}.${suffix}`
    await blobs.put(key, ReadableStream.from([picture]), { sizeBytes: picture.length, signal })
    const replaced = await work.transaction(async (tx) => {
      const locked = await tx.assets.lock(id)
      const source = await tx.sources.get(shown.id)
      if (locked === undefined || source === undefined) return key
      await tx.sources.update(shown.id, { posterKey: key, ...withMoment(source, undefined) })
      const nowMs = clock.now()
      await tx.assets.update(id, {}, nowMs)
      await tx.outbox.append(projectId, { type: 'asset.updated', assetId: id, changes: ['poster'] }, nowMs)
      return replacedPicture(tx, source)
    })
    if (replaced !== undefined) await blobs.delete(replaced)
    if (replaced === key) throw noAsset()
  }

  /**
   * Has the picture of that moment taken from the film: a worker does it, and asset.updated tells when it is the asset's.
   * Until then the one before is. The latest wish counts, and so does a picture that is set meanwhile. Behind the film's
   * end its last picture is meant; without `atMs` one a tenth into it. Throws not_found, and state_conflict
   * (details.reason: `not_ready`, before the file has been looked at; `no_film`, of sound alone).
   */
  async takeFromFilm(projectId: ProjectId, id: AssetId, atMs?: number): Promise<void> {
    const { work, clock, wakeWorkers } = this.#parts
    const assetId = parseId('asset', id)
    await work.transaction(async (tx) => {
      const asset = assetId && (await tx.assets.lock(assetId))
      if (asset?.projectId !== projectId) throw noAsset()
      const source = await shownSource(tx, asset)
      const { media, treatment } = source
      if (media === undefined || treatment === undefined) throw conflict('not_ready', 'The file was not looked at yet.')
      if (media.video === undefined) throw conflict('no_film', 'There are no pictures in the file.')
      const moment = Math.min(Math.round(atMs ?? posterTimeMs(media)), media.durationMs)
      await tx.sources.update(source.id, withMoment(source, moment))
      const jobs = (await tx.jobs.listForSources([source.id])).filter(({ kind }) => kind === 'poster')
      const waiting = jobs.find(({ state }) => state === 'queued')
      const nowMs = clock.now()
      if (waiting !== undefined) await tx.jobs.requeue(waiting.id, nowMs)
      else {
        const job = { kind: 'poster', projectId, assetId: asset.id, sourceId: source.id } as const
        await tx.jobs.enqueue(job, { key: `poster:${source.id}:${jobs.length}`, nowMs })
      }
    })
    await wakeWorkers()
  }
}

/** The source that plays, or the newest while none does. Throws state_conflict. */
async function shownSource({ sources }: Repositories, { id, currentSourceId }: Asset): Promise<Source> {
  const current = currentSourceId && (await sources.get(currentSourceId))
  const shown = current || (await sources.newestForAssets([id])).get(id)
  if (shown === undefined) throw conflict('no_file', 'The asset has no file yet.')
  return shown
}

/** What it takes to note that this moment is wanted from now on; undefined: that none is. */
function withMoment({ treatment }: Source, atMs: number | undefined): Partial<Pick<Source, 'treatment'>> {
  if (treatment === undefined) return {}
  return { treatment: { ...treatment, poster: atMs === undefined ? undefined : { atMs, isMade: false } } }
}

/** What browsers show, by the first bytes of a file. Source: the formats' own signatures. */
function pictureSuffix(bytes: Buffer): 'jpg' | 'png' | 'webp' | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg'
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'png'
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp'
  return undefined
}

function conflict(reason: string, message: string): DomainError {
  return new DomainError('state_conflict', message, { details: { reason } })
}

function noAsset(): DomainError {
  return new DomainError('not_found', 'No such asset.')
}
