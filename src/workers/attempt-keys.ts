import type { ClaimedJob } from '../core/jobs/job.ts'
import { sourceFolder } from '../core/library/asset.ts'

/**
 * Attempts never write under the same key: a worker that has lost its job without noticing cannot spoil what its
 * successor stores, nor delete it when it clears up after itself.
 */
function attemptName(job: ClaimedJob, fence: number): string {
  return `${fence}-${job.id.slice(-16)}`
}

/** Where this attempt stores its package; ends in '/'. */
export function packagePrefix(job: ClaimedJob, fence = job.fence): string {
  return `${sourceFolder(job.sourceId)}packages/${attemptName(job, fence)}/`
}

/** Where this attempt stores its picture. */
export function posterKey(job: ClaimedJob, fence = job.fence): string {
  return `${sourceFolder(job.sourceId)}posters/${attemptName(job, fence)}.jpg`
}

/** Where this attempt stores its small pictures; ends in '/'. */
export function spritesPrefix(job: ClaimedJob, fence = job.fence): string {
  return `${sourceFolder(job.sourceId)}sprites/${attemptName(job, fence)}/`
}

/** Where this attempt stores its MP4 files; ends in '/'. */
export function downloadsPrefix(job: ClaimedJob, fence = job.fence): string {
  return `${sourceFolder(job.sourceId)}downloads/${attemptName(job, fence)}/`
}

/** The fences of earlier attempts, of which each may have died and left something behind. */
export function earlierFences(job: ClaimedJob): readonly number[] {
  return Array.from({ length: job.fence - 1 }, (_, i) => i + 1)
}
