import { newId } from '../ids.ts'
import { encodePriority } from '../jobs/encode-priority.ts'
import { type ClaimedJob, ESSENTIAL_KINDS, type JobError } from '../jobs/job.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { decideTreatment } from '../transcoding/decide-treatment.ts'
import { playsEarly } from '../transcoding/early-part.ts'
import type { EmbeddedSubtitle } from '../transcoding/embedded-subtitles.ts'
import type { EncodedPackage, EncodedRendition } from '../transcoding/encode-plan.ts'
import { type FurtherProfile, inPlayingOrder } from '../transcoding/further-renditions.ts'
import type { MediaInfo } from '../transcoding/media-info.ts'
import { type Download, hasDownloads, type Sprites } from '../transcoding/package-extras.ts'
import { promisedWishes } from '../transcoding/promised-wishes.ts'
import { MAX_SUBTITLES } from '../transcoding/subtitle.ts'
import type { Treatment } from '../transcoding/treatment.ts'
import type { Asset, Source } from './asset.ts'
import { becomeReady } from './become-ready.ts'

type Parts = Readonly<{
  work: UnitOfWork
  clock: Clock
  random: Random
  /** Films that last this long or longer play in their smallest size before the others are made; undefined: none. */
  earlyFromMs?: number | undefined
}>

/** What a transaction of the lifecycle works on: the asset is locked. */
type Living = Readonly<{ tx: Repositories; asset: Asset; source: Source; nowMs: number }>

/**
 * What workers found out or made becomes the state of a source. Each method is one transaction: it ends the job with
 * its fence, changes the source, enqueues what follows and tells what happened, or does none of that. All of them throw
 * DomainError('lease_lost') when the job was given to another worker or deleted. When the source is gone, they end the
 * job and change nothing else: nothing that was deleted comes back.
 */
export class SourceLifecycle {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * The file is media: what is done to it is decided, and begins. The original itself is playable at once where it is
   * to be passed through. A picture is taken if there is anything to see. False: the source is gone.
   */
  probed(job: ClaimedJob, info: MediaInfo): Promise<boolean> {
    return this.#finish(job, async (living) => {
      const { tx, asset, source, nowMs } = living
      const upload = await tx.uploads.get(source.uploadId)
      const wishes = await promisedWishes(tx, asset, upload?.target)
      const decided = await decideTreatment(tx, source.projectId, upload?.target, wishes)
      const treatment = { ...decided, ...(await this.#asVersion(living, info, decided)) }
      await tx.sources.update(source.id, { media: info, treatment })
      if (asset.kind === undefined && (info.video !== undefined || info.audio.length > 0)) {
        const isFilm = info.video !== undefined && treatment.delivery !== 'audio'
        await tx.assets.update(asset.id, { kind: isFilm ? 'video' : 'audio' }, nowMs)
      }
      const { projectId, assetId, id: sourceId } = source
      const subject = { projectId, assetId, sourceId }
      await tx.outbox.append(projectId, { type: 'asset.probed', assetId, sourceId }, nowMs)
      if (treatment.delivery === 'passthrough') await this.#becomeReady(living)
      else {
        const priority = encodePriority(info)
        await tx.jobs.enqueue({ kind: 'encode', ...subject, priority }, { key: `encode:${sourceId}`, nowMs })
      }
      if (info.video !== undefined || info.coverStreamIndex !== undefined) {
        await tx.jobs.enqueue({ kind: 'poster', ...subject }, { key: `poster:${sourceId}`, nowMs })
      }
      if (treatment.delivery === 'passthrough') await enqueueSprites(living, info, treatment)
      if ((info.texts ?? []).length > 0) {
        await tx.jobs.enqueue({ kind: 'subtitles', ...subject }, { key: `subtitles:${sourceId}`, nowMs })
      }
    })
  }

  /**
   * What of the treatment depends on the asset's other versions. What was asked for besides the file's own profile is
   * asked for again of a new version of the same bytes. In its smallest size a film plays early only where nothing of
   * the asset plays yet: no version gives way to a smaller one.
   */
  async #asVersion(
    { tx, source }: Living,
    info: MediaInfo,
    treatment: Treatment,
  ): Promise<Pick<Treatment, 'further' | 'playsEarly'>> {
    const others = (await tx.sources.listForAsset(source.assetId)).filter(({ id }) => id !== source.id)
    const before = others.find(({ blobKey, version }) => blobKey === source.blobKey && version < source.version)
    const further = before?.treatment?.further?.map(({ profileKey, profile }) => ({ profileKey, profile }))
    const isFirst = others.every(
      ({ packagePrefix, readyAtMs }) => packagePrefix === undefined && readyAtMs === undefined,
    )
    return {
      ...(further !== undefined && { further }),
      ...(isFirst && playsEarly(info, treatment, this.#parts.earlyFromMs) && { playsEarly: true }),
    }
  }

  /**
   * The smallest size of a film plays from `packagePrefix`; what else was promised is made next, into the same package.
   * `keys` are those of all of it. False: the source is gone, and what was stored is the caller's to delete.
   */
  playable(
    job: ClaimedJob,
    made: EncodedPackage,
    packagePrefix: string,
    keys: readonly Uint8Array[] = [],
  ): Promise<boolean> {
    return this.#finish(job, async (living) => {
      const { tx, asset, source, nowMs } = living
      await this.#package(living, made, packagePrefix, keys)
      const { projectId, assetId, id: sourceId } = source
      const { priority } = job
      const rest = { kind: 'encode', projectId, assetId, sourceId, priority } as const
      await tx.jobs.enqueue(rest, { key: `encode:${sourceId}:rest`, nowMs })
      // A newer version may have been faster.
      if (asset.currentSourceId !== undefined) return
      await tx.outbox.append(projectId, { type: 'asset.playable', assetId, sourceId }, nowMs)
    })
  }

  /**
   * The source is playable from `packagePrefix`, and is what its asset plays unless a newer version does already.
   * `keys` are those of an encrypted package. False: the source is gone, and what was stored is the caller's to delete.
   */
  encoded(
    job: ClaimedJob,
    made: EncodedPackage,
    packagePrefix: string,
    keys: readonly Uint8Array[] = [],
  ): Promise<boolean> {
    return this.#finish(job, async (living) => {
      const treatment = await this.#package(living, made, packagePrefix, keys)
      await this.#becomeReady(living)
      await this.#enqueueDownloads(living, treatment, job)
    })
  }

  async #package(
    { tx, source, nowMs }: Living,
    made: EncodedPackage,
    packagePrefix: string,
    keys: readonly Uint8Array[],
  ): Promise<Treatment | undefined> {
    const { random } = this.#parts
    const renditions = made.renditions.map(({ files: _, ...rendition }) => ({
      ...rendition,
      id: newId('rendition', nowMs, random),
      sourceId: source.id,
    }))
    const { omissions = [], further = new Map() } = made
    await tx.sources.setRenditions(source.id, further.size > 0 ? inPlayingOrder(renditions) : renditions)
    await tx.sources.setContentKeys(source.id, keys)
    if (source.treatment === undefined) {
      await tx.sources.update(source.id, { packagePrefix })
      return undefined
    }
    const treatment = {
      ...source.treatment,
      ...(omissions.length > 0 && { omissions }),
      ...(further.size > 0 && { further: withMade(source.treatment, further) }),
    }
    await tx.sources.update(source.id, { packagePrefix, treatment })
    await enqueueSprites({ tx, source, nowMs }, source.media, treatment)
    return treatment
  }

  /**
   * Renditions were made besides, by the profiles that `names` has theirs of. Their files lie in the source's package.
   * Those that it has by now under the same name are not taken again. A film that plays early is ready with them.
   * `omissions` are added to those that are known. Returns which were taken; undefined: the source is gone.
   */
  async extended(
    job: ClaimedJob,
    made: readonly Omit<EncodedRendition, 'files'>[],
    names: ReadonlyMap<string, readonly string[]>,
    omissions: readonly string[] = [],
  ): Promise<readonly string[] | undefined> {
    let taken: readonly string[] | undefined
    await this.#finish(job, async (living) => {
      const { tx, asset, source, nowMs } = living
      const known = await tx.sources.renditions([source.id])
      const added = made
        .filter(({ name }) => !known.some((other) => other.name === name))
        .map((rendition) => ({ ...rendition, id: newId('rendition', nowMs, this.#parts.random), sourceId: source.id }))
      if (added.length > 0) {
        await tx.sources.setRenditions(source.id, inPlayingOrder([...known, ...added]))
      }
      taken = added.map(({ playlist }) => playlist)
      if (source.readyAtMs === undefined) await this.#becomeReady(living)
      else if (added.length > 0) {
        const event = { type: 'asset.updated', assetId: asset.id, changes: ['renditions'] } as const
        await tx.outbox.append(source.projectId, event, nowMs)
      }
      if (source.treatment === undefined) return
      const before = source.treatment.omissions ?? []
      const treatment = {
        ...source.treatment,
        further: withMade(source.treatment, names),
        ...(omissions.length > 0 && { omissions: [...new Set([...before, ...omissions])] }),
      }
      await tx.sources.update(source.id, { treatment })
      await this.#enqueueDownloads(living, treatment, job)
    })
    return taken
  }

  /** `cause` is the job whose renditions are to become files too. */
  async #enqueueDownloads(
    { tx, source, nowMs }: Living,
    treatment: Treatment | undefined,
    cause: ClaimedJob,
  ): Promise<void> {
    if (treatment === undefined || !hasDownloads(treatment)) return
    const { projectId, assetId, id: sourceId } = source
    const job = { kind: 'downloads', projectId, assetId, sourceId } as const
    await tx.jobs.enqueue(job, { key: `downloads:${sourceId}:${cause.id}`, nowMs })
  }

  async #becomeReady({ tx, asset, source, nowMs }: Living): Promise<void> {
    await tx.sources.update(source.id, { readyAtMs: nowMs, failure: undefined })
    await tx.splits.delete(source.id)
    await becomeReady(tx, asset, source, { nowMs, random: this.#parts.random })
  }

  /** The small pictures are stored under their prefix. False: the source is gone, and they are the caller's to delete. */
  spritesMade(job: ClaimedJob, sprites: Sprites): Promise<boolean> {
    return this.#finish(job, async ({ tx, source }) => tx.sources.update(source.id, { sprites }))
  }

  /**
   * The MP4 files are stored. Those of renditions that have one by now, and of those that are gone, are not taken.
   * Returns which were; the others are the caller's to delete, and all where the source is gone.
   */
  async downloadsMade(job: ClaimedJob, made: readonly Download[]): Promise<readonly Download[]> {
    let taken: readonly Download[] = []
    await this.#finish(job, async ({ tx, source }) => {
      const { downloads = [] } = source
      const names = (await tx.sources.renditions([source.id])).map(({ name }) => name)
      taken = made.filter(({ name }) => names.includes(name) && !downloads.some((other) => other.name === name))
      const all = [...downloads, ...taken].toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
      await tx.sources.update(source.id, { downloads: all })
    })
    return taken
  }

  /** The texts inside the file become subtitles of the asset, except where it has one of that label already. */
  async textsFound(job: ClaimedJob, found: readonly EmbeddedSubtitle[]): Promise<void> {
    await this.#finish(job, async ({ tx, asset, nowMs }) => {
      const labels = new Set((await tx.subtitles.listAll(asset.id)).map(({ label }) => label))
      for (const [i, { vtt, ...subtitle }] of found.entries()) {
        if (labels.has(subtitle.label) || labels.size >= MAX_SUBTITLES) continue
        labels.add(subtitle.label)
        // Later ids in the order of the file.
        const id = newId('subtitle', nowMs + i, this.#parts.random)
        const row = { ...subtitle, id, assetId: asset.id, isDefault: false, createdAtMs: nowMs }
        await tx.subtitles.insert(row, vtt)
      }
    })
  }

  /** Everything that was stored for a deleted source is gone. */
  async purged(job: ClaimedJob): Promise<void> {
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction((tx) => tx.jobs.finish(job, nowMs))
  }

  /** Ends a job that has nothing to work on any more, because its source is gone. */
  async abandoned(job: ClaimedJob): Promise<void> {
    await this.#finish(job, async () => undefined)
  }

  /**
   * The job failed for good. Without ingest or encode a source will never play, so that their failure is the source's
   * unless it plays already; a missing picture or a stored remainder harms nobody who watches.
   */
  async failed(job: ClaimedJob, error: JobError): Promise<void> {
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction(async (tx) => {
      const living = await this.#lock(tx, job, nowMs)
      await tx.jobs.fail(job, error, nowMs)
      if (living === undefined || !ESSENTIAL_KINDS.includes(job.kind)) return
      const { asset, source } = living
      if (source.readyAtMs !== undefined) return
      const { logTail: _, ...failure } = error
      await tx.sources.update(source.id, { failure })
      const event = { type: 'asset.failed', assetId: asset.id, sourceId: source.id, reason: error.reason } as const
      await tx.outbox.append(source.projectId, event, nowMs)
    })
  }

  /** @returns whether the source was there to be changed */
  async #finish(job: ClaimedJob, change: (living: Living) => Promise<void>): Promise<boolean> {
    const nowMs = this.#parts.clock.now()
    return this.#parts.work.transaction(async (tx) => {
      const living = await this.#lock(tx, job, nowMs)
      await tx.jobs.finish(job, nowMs)
      if (living === undefined) return false
      await change(living)
      return true
    })
  }

  /** The asset's lock comes first, as in every transaction about an asset, so that none wait for each other. */
  async #lock(tx: Repositories, job: ClaimedJob, nowMs: number): Promise<Living | undefined> {
    const asset = await tx.assets.lock(job.assetId)
    const source = asset && (await tx.sources.get(job.sourceId))
    return asset && source && { tx, asset, source, nowMs }
  }
}

/** What was asked for besides, with the names of what was made of it now. */
function withMade(
  { further }: Treatment,
  names: ReadonlyMap<string, readonly string[]>,
): readonly FurtherProfile[] | undefined {
  return further?.map((one) => ({ ...one, made: one.made ?? names.get(one.profileKey) }))
}

/** Small pictures for the seek bar, as soon as there is something to seek in: until then the encoder has the machine. */
async function enqueueSprites(
  { tx, source, nowMs }: Pick<Living, 'tx' | 'source' | 'nowMs'>,
  info: MediaInfo | undefined,
  { sprites, delivery }: Treatment,
): Promise<void> {
  if (info?.video === undefined || !sprites || delivery === 'audio') return
  const { projectId, assetId, id: sourceId } = source
  await tx.jobs.enqueue({ kind: 'sprites', projectId, assetId, sourceId }, { key: `sprites:${sourceId}`, nowMs })
}
