import { isDomainError } from '../core/errors.ts'
import type { ClaimedJob } from '../core/jobs/job.ts'
import type { Source } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { Random } from '../core/ports/random.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import { earlyPart } from '../core/transcoding/early-part.ts'
import type { EncodedPackage } from '../core/transcoding/encode-plan.ts'
import type { FurtherPlan } from '../core/transcoding/further-renditions.ts'
import { omissionsOf } from '../core/transcoding/omissions.ts'
import { keysNeeded, type PackageEncryption } from '../core/transcoding/package-encryption.ts'
import { planSource } from '../core/transcoding/plan-source.ts'
import { adoptFiles } from './adopt-files.ts'
import { earlierFences, packagePrefix } from './attempt-keys.ts'
import { deletingOnFailure } from './deleting-on-failure.ts'
import { drawingOf } from './drawing.ts'
import { furtherEncoder, isPackaged } from './encode-further.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobAttempt, JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  random: Random
  lifecycle: SourceLifecycle
  scratch: ScratchSpace
}>

type Wanted = Readonly<{ prefix: string; encryption: PackageEncryption | undefined }>

/** The share of the work that is done once everything is encoded and only has to be stored. */
const ENCODED = 0.97

/**
 * Makes the HLS package of a source: encodes into a directory of its own, moves the files into the store under a prefix
 * of its own, and makes that prefix the source's package. Nobody sees the prefix before; if it does not come to that,
 * it is deleted. Of a film that plays early only the smallest size at first. Of a source that has a package already,
 * makes what is missing.
 */
export function encodeHandler({ work, blobs, media, lifecycle, scratch, random }: Parts): JobHandler {
  const encodeFurther = furtherEncoder({ work, blobs, media, lifecycle, scratch })
  return async (job, attempt) => {
    const source = await work.read.sources.get(job.sourceId)
    if (source === undefined) return lifecycle.abandoned(job)
    if (isPackaged(source)) return encodeFurther(job, attempt, source)
    await deleteEarlierAttempts(blobs, job, source)
    const prefix = packagePrefix(job)
    const encryption = encryptionOf(source, random)
    const made = await deletingOnFailure(blobs, prefix, () =>
      scratch.withDirectory(job, (directory) => encodeInto(source, directory, { ...attempt, prefix, encryption })),
    )
    const noted = () =>
      source.treatment?.playsEarly === true
        ? lifecycle.playable(job, made, prefix, encryption?.keys)
        : lifecycle.encoded(job, made, prefix, encryption?.keys)
    const isTaken = await deletingOnFailure(blobs, prefix, noted, isDomainError)
    if (!isTaken) await blobs.deletePrefix(prefix)
  }

  async function encodeInto(
    source: Source,
    directory: string,
    { prefix, encryption, signal, reportProgress }: JobAttempt & Wanted,
  ): Promise<EncodedPackage> {
    const { plan: whole, names } = planOf(source, media)
    const isEarly = source.treatment?.playsEarly === true
    const plan = isEarly ? earlyPart(whole) : whole
    const onProgress = (fraction: number): void => reportProgress(fraction * ENCODED)
    const made = await blobs.withLocalFile(source.blobKey, signal, async (path) => {
      const { drawing, omissions } = await drawingOf(source, { work, media }, { path, directory, signal })
      const encoded = await media.encode(path, plan, directory, { signal, onProgress, encryption, drawing })
      const noted = { omissions: [...omissionsOf(source.treatment, media.videoCodecs), ...omissions] }
      return isEarly ? { ...encoded, ...noted } : { ...encoded, ...noted, further: names }
    })
    const files = made.renditions.flatMap((rendition) => [...rendition.files, rendition.playlist])
    const onStored = (count: number): void => reportProgress(ENCODED + (1 - ENCODED) * (count / files.length))
    await adoptFiles(blobs, files, { directory, prefix, signal, onStored })
    return made
  }
}

/** What is to be made of a source on this machine. */
export function planOf(source: Source, { videoCodecs }: Pick<MediaTools, 'videoCodecs'>): FurtherPlan {
  if (source.media === undefined) throw new Error(`source ${source.id} was never probed`)
  return planSource(source.media, source.treatment, videoCodecs)
}

/** New keys for each attempt: what an earlier one stored is never opened by those of a later one. */
export function encryptionOf({ treatment, media }: Source, random: Random): PackageEncryption | undefined {
  if (treatment?.encryption === undefined || media === undefined) return undefined
  const { segmentsPerKey } = treatment.encryption
  const count = keysNeeded(media.durationMs, treatment.profile.segmentDurationMs, segmentsPerKey)
  const keys = Array.from({ length: count }, () => random.bytes(16))
  return { keys, segmentsPerKey: segmentsPerKey ?? Number.POSITIVE_INFINITY }
}

async function deleteEarlierAttempts(blobs: BlobStore, job: ClaimedJob, source: Source): Promise<void> {
  for (const fence of earlierFences(job)) {
    const prefix = packagePrefix(job, fence)
    if (prefix !== source.packagePrefix) await blobs.deletePrefix(prefix)
  }
}
