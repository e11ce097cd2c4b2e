import type { AssetId, JobId, ProjectId, SourceId, UploadId } from '../ids.ts'

/**
 * Every kind of background work; a handler in workers/ for each.
 * `ingest`: publish the staged file, probe it, refuse or go on. `encode`: make the HLS package. `poster`: make the
 * picture. `sprites`: make the small pictures for the seek bar. `subtitles`: find the texts inside the file. `downloads`:
 * put each rendition into one MP4 file. `piece`: encode one piece of a film whose encode job waits for all of them.
 * `purge`: remove every stored byte of a source whose asset was deleted. `pull`: get an upload's file from an address.
 * `copy`: give an asset the file of another one's upload, once it is there.
 */
export const JOB_KINDS = [
  'ingest',
  'encode',
  'poster',
  'sprites',
  'subtitles',
  'downloads',
  'piece',
  'purge',
  'pull',
  'copy',
] as const
export type JobKind = (typeof JOB_KINDS)[number]
/** Work for a file that has arrived; the other kinds are about an upload. */
export type SourceJobKind = Exclude<JobKind, 'pull' | 'copy'>

/** Kinds whose limits are counted together are in one lane, which has the name of one of them. */
export type JobLane = Exclude<JobKind, 'piece'>

/** A piece of a film is as much work as a whole one. */
export function laneOf(kind: JobKind): JobLane {
  return kind === 'piece' ? 'encode' : kind
}

/**
 * The kinds without whose result a source never plays: their end is the source's end. What the others fail to make
 * harms nobody who watches.
 */
export const ESSENTIAL_KINDS: readonly JobKind[] = ['ingest', 'encode', 'piece']

/**
 * queued → running → done; running → queued (retried, released, lease expired); running → failed (for good);
 * queued, running → cancelled; failed, cancelled → queued (asked for once more).
 */
export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof JOB_STATES)[number]

/** What a job says when it failed for good or will be retried. `code` and `reason` are machine-readable. */
export type JobError = Readonly<{
  code: string
  reason: string
  message: string
  /** The last that the tool of a failed attempt had to say, for people; without places on our disks. */
  logTail?: string | undefined
}>

/** Of a job that somebody stopped. */
export const CANCELLED: JobError = {
  code: 'cancelled',
  reason: 'cancelled',
  message: 'The work was stopped on request.',
}

type JobFacts = Readonly<{
  id: JobId
  projectId: ProjectId
  assetId: AssetId
  state: JobState
  /** Lower runs first. */
  priority: number
  /** 0…1 */
  progress: number
  /** How often it was started. */
  attempt: number
  maxAttempts: number
  /** Grows with every claim; a result is accepted only with the current one. */
  fence: number
  runAtMs: number
  leaseUntilMs: number | undefined
  workerId: string | undefined
  /** Of the last attempt that failed. */
  error: JobError | undefined
  /** Which piece of the film, from 0; of the kind `piece` alone. */
  piece: number | undefined
  createdAtMs: number
  startedAtMs: number | undefined
  finishedAtMs: number | undefined
}>

/** What a job of that kind is about, besides its asset. */
export type JobSubject<Kind extends JobKind> =
  | ([Kind & SourceJobKind] extends [never] ? never : Readonly<{ kind: Kind & SourceJobKind; sourceId: SourceId }>)
  | ([Kind & 'pull'] extends [never] ? never : Readonly<{ kind: Kind & 'pull'; uploadId: UploadId }>)
  | ([Kind & 'copy'] extends [never] ? never : Readonly<{ kind: Kind & 'copy'; uploadId: UploadId }>)

export type Job<Kind extends JobKind = SourceJobKind> = JobFacts & JobSubject<Kind>

/**
 * A job in the hands of a worker. `attempt > maxAttempts` means that the worker of the last attempt died: the job is
 * not to be run again but failed.
 */
export type ClaimedJob<Kind extends JobKind = SourceJobKind> = Job<Kind> &
  Readonly<{ state: 'running'; leaseUntilMs: number; workerId: string }>

/** Each this much waiting makes a job as urgent as one whose priority is lower by one. */
export const AGEING_MS = 60_000

/** What claiming sorts by: the same order at every moment, since all waiting jobs age alike. */
export function dueOrder(priority: number, runAtMs: number): number {
  return priority * AGEING_MS + runAtMs
}

/** Waiting time after attempt number `attempt` failed: 5 s, 20 s, 80 s … at most ten minutes. */
export function retryDelayMs(attempt: number): number {
  return Math.min(5_000 * 4 ** Math.max(0, attempt - 1), 600_000)
}
