import { isDomainError } from '../core/errors.ts'
import type { ClaimedJob } from '../core/jobs/job.ts'
import type { Rendition, Source } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { EncodedRendition, EncodePlan, VideoStep } from '../core/transcoding/encode-plan.ts'
import type { MediaInfo } from '../core/transcoding/media-info.ts'
import { planMissing } from '../core/transcoding/plan-source.ts'
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

/** A source that has its package, as far as that can be added to. */
export type Packaged = Source & Readonly<{ media: MediaInfo; treatment: Treatment; packagePrefix: string }>
export type Made = Omit<EncodedRendition, 'files'>
/** `omissions`: what was to be drawn into the pictures and cannot, a sentence each. */
type Added = Readonly<{ made: readonly Made[]; omissions: readonly string[] }>

/** The share of the work that is done once everything is encoded and only has to be stored. */
const ENCODED = 0.97

/** Whether there is a package to add to. */
export function isPackaged(source: Source): source is Packaged {
  return source.media !== undefined && source.treatment !== undefined && source.packagePrefix !== undefined
}

/**
 * Makes further renditions of a source that has its package: the other sizes of a film that plays early, or what was
 * asked for later. They come to lie in that package, each in a folder that no other attempt writes to; nobody sees them
 * before all are there, and if it does not come to that, they are deleted.
 */
export function furtherEncoder({ work, blobs, media, lifecycle, scratch }: Parts) {
  return async (job: ClaimedJob, attempt: JobAttempt, source: Packaged): Promise<void> => {
    const { packagePrefix } = source
    const renditions = await work.read.sources.renditions([source.id])
    const further = planMissing(source, renditions, media.videoCodecs)
    const steps = further.plan.video
    const remove = async (folders: readonly string[]): Promise<void> => {
      for (const folder of folders) await blobs.deletePrefix(`${packagePrefix}${folder}/`)
    }
    const inUse = new Set(renditions.map(({ playlist }) => folderOfFile(playlist)))
    for (const fence of earlierFences(job)) {
      await remove(steps.map((step) => folderOf(step, job, fence)).filter((folder) => !inUse.has(folder)))
    }
    const folders = steps.map((step) => folderOf(step, job))
    const encode = async (): Promise<Added> => {
      const added = await encodeInto(job, attempt, source, further.plan)
      assertSameLength(renditions, added.made)
      return added
    }
    const { made, omissions } = await encode().catch(async (error: unknown) => {
      await remove(folders)
      throw error
    })
    const taken = await lifecycle.extended(job, made, further.names, omissions).catch(async (error: unknown) => {
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
  ): Promise<Added> {
    if (plan.video.length === 0) return { made: [], omissions: [] }
    const { packagePrefix: prefix, blobKey } = source
    const named = inFolders(plan, job)
    const encryption = await packageEncryption(work, source)
    const onProgress = (fraction: number): void => reportProgress(fraction * ENCODED)
    return scratch.withDirectory(job, async (directory) => {
      const { renditions, omissions } = await blobs.withLocalFile(blobKey, signal, async (path) => {
        const drawn = await drawingOf(source, { work, media }, { path, directory, signal })
        const { drawing } = drawn
        const encoded = await media.encode(path, named, directory, { signal, onProgress, encryption, drawing })
        return { ...encoded, omissions: drawn.omissions }
      })
      const files = renditions.flatMap((rendition) => [...rendition.files, rendition.playlist])
      const onStored = (count: number): void => reportProgress(ENCODED + (1 - ENCODED) * (count / files.length))
      await adoptFiles(blobs, files, { directory, prefix, signal, onStored })
      return { made: outOfFolders(renditions), omissions }
    })
  }
}

/** The plan with folders of this attempt's own in place of the renditions' names. */
export function inFolders(plan: EncodePlan, job: ClaimedJob): EncodePlan {
  return { ...plan, video: plan.video.map((step) => ({ ...step, name: folderOf(step, job) })) }
}

/** Undoes `inFolders` for what was made. */
export function outOfFolders(made: readonly EncodedRendition[]): readonly Made[] {
  return made.map(({ files: _, ...rendition }) => ({ ...rendition, name: rendition.name.replace(ATTEMPT, '') }))
}

/**
 * Throws for pictures that last longer or shorter than those which are there, half a picture being allowed for rounding:
 * players could not change between them.
 */
export function assertSameLength(there: readonly Rendition[], made: readonly Made[]): void {
  const known = there.find(({ widthPx }) => widthPx !== undefined)
  if (known === undefined) return
  for (const { name, durationMs, frameRate = 1 } of made) {
    if (Math.abs(durationMs - known.durationMs) <= 500 / frameRate) continue
    throw new Error(`rendition ${name} lasts ${durationMs} ms, ${known.name} lasts ${known.durationMs} ms`)
  }
}

const ATTEMPT = /-\d+-[0-9a-z]{8}$/

/** Not the rendition's name alone: attempts never write under the same key. */
function folderOf({ name }: Pick<VideoStep, 'name'>, job: ClaimedJob, fence = job.fence): string {
  return `${name}-${fence}-${job.id.slice(-8)}`
}

export function folderOfFile(file: string): string {
  return file.slice(0, file.indexOf('/'))
}
