import { isDomainError } from '../core/errors.ts'
import type { ClaimedJob } from '../core/jobs/job.ts'
import type { Source } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { EncodedRendition, EncodePlan, VideoStep } from '../core/transcoding/encode-plan.ts'
import { planFurther } from '../core/transcoding/further-renditions.ts'
import type { MediaInfo } from '../core/transcoding/media-info.ts'
import type { Treatment } from '../core/transcoding/treatment.ts'
import { adoptFiles } from './adopt-files.ts'
import { earlierFences } from './attempt-keys.ts'
import { drawingOf } from './drawing.ts'
import { packageEncryption } from './package-keys.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobAttempt } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  lifecycle: SourceLifecycle
  scratch: ScratchSpace
}>

/** A source that plays, as far as its package can be added to. */
type Packaged = Source & Readonly<{ media: MediaInfo; treatment: Treatment; packagePrefix: string }>
type Made = Omit<EncodedRendition, 'files'>

/** The share of the work that is done once everything is encoded and only has to be stored. */
const ENCODED = 0.97

/** Whether there is a package to add to. */
export function isPackaged(source: Source): source is Packaged {
  return source.media !== undefined && source.treatment !== undefined && source.packagePrefix !== undefined
}

/**
 * Makes further renditions of a source that has its package. They come to lie in that package, each in a folder that no
 * other attempt writes to; nobody sees them before all are there, and if it does not come to that, they are deleted.
 */
export function furtherEncoder({ work, blobs, media, lifecycle, scratch }: Parts) {
  return async (job: ClaimedJob, attempt: JobAttempt, source: Packaged): Promise<void> => {
    const { packagePrefix, treatment } = source
    const wanted = (treatment.further ?? []).filter(({ made }) => made === undefined)
    const renditions = await work.read.sources.renditions([source.id])
    const { segmentDurationMs } = treatment.profile
    const further = planFurther(source.media, wanted, { segmentDurationMs, renditions }, media.videoCodecs)
    const steps = further.plan.video
    const remove = async (folders: readonly string[]): Promise<void> => {
      for (const folder of folders) await blobs.deletePrefix(`${packagePrefix}${folder}/`)
    }
    const inUse = new Set(renditions.map(({ playlist }) => folderOfFile(playlist)))
    for (const fence of earlierFences(job)) {
      await remove(steps.map((step) => folderOf(step, job, fence)).filter((folder) => !inUse.has(folder)))
    }
    const folders = steps.map((step) => folderOf(step, job))
    const made = await encodeInto(job, attempt, source, further.plan).catch(async (error: unknown) => {
      await remove(folders)
      throw error
    })
    const taken = await lifecycle.extended(job, made, further.names).catch(async (error: unknown) => {
      // Any other error may have come after the commit; then they are the package's.
      if (isDomainError(error)) await remove(folders)
      throw error
    })
    const kept = new Set(taken?.map(folderOfFile))
    await remove(folders.filter((folder) => !kept.has(folder)))
  }

  async function encodeInto(
    job: ClaimedJob,
    { signal, reportProgress }: JobAttempt,
    source: Packaged,
    plan: EncodePlan,
  ): Promise<readonly Made[]> {
    if (plan.video.length === 0) return []
    const { packagePrefix: prefix, blobKey } = source
    const named = { ...plan, video: plan.video.map((step) => ({ ...step, name: folderOf(step, job) })) }
    const nameOf = new Map(plan.video.map((step) => [folderOf(step, job), step.name]))
    const encryption = await packageEncryption(work, source)
    const onProgress = (fraction: number): void => reportProgress(fraction * ENCODED)
    return scratch.withDirectory(job, async (directory) => {
      const { renditions } = await blobs.withLocalFile(blobKey, signal, async (path) => {
        const { drawing } = await drawingOf(source, { work, media }, { path, directory, signal })
        return media.encode(path, named, directory, { signal, onProgress, encryption, drawing })
      })
      const files = renditions.flatMap((rendition) => [...rendition.files, rendition.playlist])
      const onStored = (count: number): void => reportProgress(ENCODED + (1 - ENCODED) * (count / files.length))
      await adoptFiles(blobs, files, { directory, prefix, signal, onStored })
      return renditions.map(({ files: _, ...rendition }) => ({
        ...rendition,
        name: nameOf.get(rendition.name) ?? rendition.name,
      }))
    })
  }
}

/** Not the rendition's name alone: attempts never write under the same key. */
function folderOf({ name }: Pick<VideoStep, 'name'>, job: ClaimedJob, fence = job.fence): string {
  return `${name}-${fence}-${job.id.slice(-8)}`
}

function folderOfFile(file: string): string {
  return file.slice(0, file.indexOf('/'))
}
