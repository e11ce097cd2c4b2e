import type { ClaimedJob } from '../core/jobs/job.ts'
import type { Source } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { SplitLifecycle } from '../core/library/split-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { Random } from '../core/ports/random.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { EncodedPackage, EncodePlan } from '../core/transcoding/encode-plan.ts'
import { omissionsOf } from '../core/transcoding/omissions.ts'
import { isSplittable, planPieces } from '../core/transcoding/piece.ts'
import { planMissing } from '../core/transcoding/plan-source.ts'
import type { Split } from '../core/transcoding/split.ts'
import { adoptFiles } from './adopt-files.ts'
import { packagePrefix } from './attempt-keys.ts'
import { encryptionOf, planOf } from './encode.ts'
import { assertSameLength, folderOfFile, inFolders, isPackaged, outOfFolders, type Packaged } from './encode-further.ts'
import { packageEncryption } from './package-keys.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobAttempt, JobHandler } from './worker-pool.ts'

/** When films are encoded in pieces. */
export type Splitting = Readonly<{
  /** Films that last this long or longer are; undefined: none. */
  fromMs: number | undefined
}>

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  random: Random
  lifecycle: SourceLifecycle
  splits: SplitLifecycle
  scratch: ScratchSpace
  splitting: Splitting
  /** Encodes everything else. */
  whole: JobHandler<'encode'>
}>

/** Which plan is cut, where its segments go, and the keys of the package. */
type Cut = Readonly<{ packagePrefix: string; plan: EncodePlan; keys: readonly Uint8Array[] }>

/** So many pieces has the shortest film that is split. */
const FEWEST_PIECES = 4

/**
 * Encodes long films in pieces, which are jobs of their own, and has `whole` encode the others. The job of such a film
 * runs twice: first it cuts the film, and when all pieces are made it writes the playlists that name their segments. Of
 * one that plays early all other sizes are made like that, once its smallest is there.
 */
export function filmHandler(parts: Parts): JobHandler<'encode'> {
  const { work, blobs, media, random, lifecycle, splits, scratch, splitting, whole } = parts
  return async (job, attempt) => {
    const source = await work.read.sources.get(job.sourceId)
    if (source === undefined || source.readyAtMs !== undefined) return whole(job, attempt)
    const split = await work.read.splits.get(source.id)
    if (split !== undefined) return join(job, attempt, source, split)
    const { fromMs } = splitting
    // Texts that somebody changes meanwhile would be in some pieces and not in others.
    const isFixed = source.treatment?.burnInLanguage === undefined
    const isLong = fromMs !== undefined && source.media !== undefined && source.media.durationMs >= fromMs && isFixed
    if (!isLong || source.media === undefined || !isSplittable(source.media)) return whole(job, attempt)
    // What plays early is one small size, which is there sooner than pieces could be joined.
    const isEarly = source.treatment?.playsEarly === true && source.packagePrefix === undefined
    if (isEarly) return whole(job, attempt)
    const cut = isPackaged(source) ? await restOf(job, source) : firstOf(job, source)
    if (cut.plan.video.length === 0) return whole(job, attempt)
    const { keys, ...folder } = cut
    await splits.begun(job, { ...folder, pieces: planPieces(cut.plan, fromMs / FEWEST_PIECES) }, keys)
  }

  function firstOf(job: ClaimedJob<'encode'>, source: Source): Cut {
    const { keys = [] } = encryptionOf(source, random) ?? {}
    return { packagePrefix: packagePrefix(job), plan: planOf(source, media).plan, keys }
  }

  /** What a film that plays early lacks goes into the same package, in folders of this attempt's own. */
  async function restOf(job: ClaimedJob<'encode'>, source: Packaged): Promise<Cut> {
    const renditions = await work.read.sources.renditions([source.id])
    const { plan } = planMissing(source, renditions, media.videoCodecs)
    const { keys = [] } = (await packageEncryption(work, source)) ?? {}
    return { packagePrefix: source.packagePrefix, plan: inFolders(plan, job), keys }
  }

  async function join(job: ClaimedJob<'encode'>, attempt: JobAttempt, source: Source, split: Split): Promise<void> {
    const { signal } = attempt
    const pieces = await splits.gathered(job)
    if (pieces === undefined) return
    const prefix = split.packagePrefix
    const encryption = await packageEncryption(work, source)
    const made = await scratch.withDirectory(job, async (directory) => {
      const joined = await media.joinPieces(split.plan, pieces, directory, { encryption })
      const files = joined.renditions.map(({ playlist }) => playlist)
      await adoptFiles(blobs, files, { directory, prefix, signal, onStored: () => undefined })
      return joined
    })
    await deleteStrays(split, made)
    if (isPackaged(source)) await extend(job, source, made)
    else {
      const omissions = omissionsOf(source.treatment, media.videoCodecs)
      const { names: further } = planOf(source, media)
      const isTaken = await lifecycle.encoded(job, { ...made, omissions, further }, prefix, encryption?.keys)
      if (!isTaken) await blobs.deletePrefix(prefix)
    }
  }

  async function extend(job: ClaimedJob<'encode'>, source: Packaged, { renditions }: EncodedPackage): Promise<void> {
    const there = await work.read.sources.renditions([source.id])
    const made = outOfFolders(renditions)
    assertSameLength(there, made)
    const { names } = planMissing(source, there, media.videoCodecs)
    const taken = await lifecycle.extended(job, made, names)
    for (const { playlist } of made) {
      if (taken?.includes(playlist) !== true) {
        await blobs.deletePrefix(`${source.packagePrefix}${folderOfFile(playlist)}/`)
      }
    }
  }

  /** What attempts left that died, in the folders of what was made now. */
  async function deleteStrays({ packagePrefix: prefix, plan }: Split, { renditions }: EncodedPackage): Promise<void> {
    const named = new Set(renditions.flatMap(({ files, playlist }) => [...files, playlist]))
    const strays: string[] = []
    for (const { name } of [...plan.video, ...plan.audio]) {
      for await (const key of blobs.list(`${prefix}${name}/`)) {
        if (!named.has(key.slice(prefix.length))) strays.push(key)
      }
    }
    for (const key of strays) await blobs.delete(key)
  }
}
