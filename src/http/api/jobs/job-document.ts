import type { Job, JobKind } from '../../../core/jobs/job.ts'
import type { JobDocument } from './job-schema.ts'

/** What is shown of a job: neither its worker nor its lease, which are nobody's business but ours. */
export function jobDocument(job: Job<JobKind>): JobDocument {
  const { id, assetId, kind, state, progress, attempt, maxAttempts, priority, error } = job
  return {
    id,
    assetId,
    sourceId: 'sourceId' in job ? job.sourceId : null,
    uploadId: 'uploadId' in job ? job.uploadId : null,
    kind,
    state,
    progress,
    attempt,
    maxAttempts,
    priority,
    error: error === undefined ? null : { ...error, logTail: error.logTail ?? null },
    createdAt: new Date(job.createdAtMs).toISOString(),
    runAt: new Date(job.runAtMs).toISOString(),
    startedAt: time(job.startedAtMs),
    finishedAt: time(job.finishedAtMs),
  }
}

function time(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString()
}
