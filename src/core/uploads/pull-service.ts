import { DomainError, isDomainError } from '../errors.ts'
import type { ClaimedJob, JobError, JobState } from '../jobs/job.ts'
import type { Clock } from '../ports/clock.ts'
import type { RemoteFile, RemoteFiles } from '../ports/remote-file.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Pull } from './pull.ts'
import { contiguousBytes } from './ranges.ts'
import { readAtMost } from './read-at-most.ts'
import { isOpen, type Upload } from './upload.ts'
import type { IssuedUpload } from './upload-issuer.ts'
import type { NewUpload } from './upload-plan.ts'
import type { UploadService } from './upload-service.ts'

/** How a pull stands. */
export type PullStatus = Readonly<{
  state: JobState
  attempt: number
  maxAttempts: number
  /** When it is tried next; undefined unless it waits for that. */
  nextAttemptAtMs: number | undefined
  /** Of the file, as far as the other server says; undefined too when the pull is over. */
  totalBytes: number | undefined
  /** What ended the last attempt. */
  problem: JobError | undefined
}>

type ClaimedPull = ClaimedJob<'pull'>

/** What an attempt gets besides its job. */
type Attempt = Readonly<{ signal: AbortSignal; reportProgress: (fraction: number) => void }>

type Parts = Readonly<{ uploads: UploadService; remote: RemoteFiles; work: UnitOfWork; clock: Clock }>

/** The whole transfer must end within this time, unless the caller gives it another. */
const DEFAULT_LIFE_MS = 24 * 60 * 60_000
/** For a file that somebody waits for. */
const FETCH_LIMIT_MS = 20_000
/** A connection that brought this much was worth it: another one follows at once and does not count as an attempt. */
const WORTHWHILE_BYTES = 1024 * 1024

/**
 * Uploads whose files the server gets from an address. The bytes go the way of all uploads, so that what is stored
 * survives, and the next attempt goes on from there if the file is the same still.
 */
export class PullService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Issues an upload and the job that gets its file. Throws as `UploadService.create`, and invalid_argument for the address. */
  async create(
    request: NewUpload & Readonly<{ pull: Readonly<{ url: string }> }>,
    options: Readonly<{ idempotencyKey?: string | undefined }> = {},
  ): Promise<IssuedUpload> {
    const { remote, uploads } = this.#parts
    remote.assertAddress(request.pull.url)
    return uploads.create({ ...request, leaseMs: request.leaseMs ?? DEFAULT_LIFE_MS }, options)
  }

  /**
   * Lends a small file of another server to `use`, at once and without an upload. Throws invalid_argument for the
   * address, too_large, and what `RemoteFiles.open` throws.
   */
  async fetch<T>(url: string, maxBytes: number, use: (bytes: Buffer) => Promise<T>): Promise<T> {
    const { remote } = this.#parts
    remote.assertAddress(url)
    const file = await remote.open(url, { signal: AbortSignal.timeout(FETCH_LIMIT_MS) })
    try {
      return await use(await readAtMost(file.body, maxBytes))
    } finally {
      file.body.destroy()
    }
  }

  /** Undefined for an upload that is not pulled. */
  async status({ id, policy }: Upload): Promise<PullStatus | undefined> {
    if (policy.isPulled !== true) return undefined
    const { read } = this.#parts.work
    const job = await read.jobs.pullOf(id)
    if (job === undefined) return undefined
    const pull = await read.pulls.get(id)
    const { state, attempt, maxAttempts, error } = job
    const nextAttemptAtMs = state === 'queued' && attempt > 0 ? job.runAtMs : undefined
    return { state, attempt, maxAttempts, nextAttemptAtMs, totalBytes: pull?.totalBytes, problem: error }
  }

  /**
   * Gets the file, or as much of it as comes, and ends the job when there is nothing left to get: the upload is complete,
   * or is over for another reason. Otherwise rejects, and what has arrived is kept.
   */
  async attempt(job: ClaimedPull, { signal, reportProgress }: Attempt): Promise<void> {
    const { uploads, work } = this.#parts
    const over = new AbortController()
    const lookAgain = async (): Promise<void> => {
      const upload = await work.read.uploads.get(job.uploadId)
      if (upload === undefined || !isOpen(upload.state))
        over.abort(new DomainError('superseded', 'The upload is over.'))
    }
    // A look that fails is not the last one.
    const unsubscribe = uploads.subscribe(job.uploadId, () => void lookAgain().catch(() => undefined))
    try {
      const attempt = { signal: AbortSignal.any([signal, over.signal]), reportProgress }
      while (await this.#connect(job, attempt)) signal.throwIfAborted()
    } finally {
      unsubscribe()
    }
    await this.#finish(job)
  }

  /** The job failed for good, and the upload with it. */
  async failed(job: ClaimedPull, error: JobError): Promise<void> {
    const { uploads, clock } = this.#parts
    const { code, message } = error
    await uploads.fail(job.uploadId, { code, message }, async (tx) => {
      await tx.jobs.fail(job, error, clock.now())
      await tx.pulls.delete(job.uploadId)
    })
  }

  /** One connection. @returns whether another one should follow at once */
  async #connect(job: ClaimedPull, attempt: Attempt): Promise<boolean> {
    const { read } = this.#parts.work
    const upload = await read.uploads.get(job.uploadId)
    const pull = await read.pulls.get(job.uploadId)
    if (upload === undefined || pull === undefined || !isOpen(upload.state)) return false
    try {
      await this.#transfer(job, upload, pull, attempt)
      return false
    } catch (error) {
      const after = await read.uploads.get(job.uploadId)
      // Deleted, expired, or finished by an attempt that was believed dead.
      if (after === undefined || !isOpen(after.state)) return false
      if (attempt.signal.aborted || isDomainError(error, 'lease_lost')) throw error
      const gainedBytes = contiguousBytes(after.ranges) - contiguousBytes(upload.ranges)
      if (isBreak(error) && gainedBytes >= WORTHWHILE_BYTES) return true
      throw isDomainError(error, 'client_aborted') ? brokeOff(error) : error
    }
  }

  async #transfer(job: ClaimedPull, upload: Upload, pull: Pull, attempt: Attempt): Promise<void> {
    const { uploads, remote } = this.#parts
    const storedBytes = contiguousBytes(upload.ranges)
    if (storedBytes > 0 && storedBytes === pull.totalBytes) {
      await uploads.complete(upload.id, { sizeBytes: storedBytes, isPull: true })
      return
    }
    const { version } = pull
    const resume = storedBytes === 0 || version === undefined ? undefined : { startByte: storedBytes, version }
    const file = await remote.open(pull.url, { resume, signal: attempt.signal })
    try {
      await this.#assertWanted(upload, file)
      if (file.startByte === 0) await this.#begin(job, upload, file)
      const endByte = await this.#receive(job, file, attempt)
      if (file.totalBytes !== undefined && endByte < file.totalBytes) throw brokeOff(undefined)
      await uploads.complete(upload.id, { sizeBytes: endByte, isPull: true })
    } finally {
      file.body.destroy()
    }
  }

  /** Refuses what can be refused before it has come. */
  async #assertWanted({ sizeBytes, policy, ranges }: Upload, file: RemoteFile): Promise<void> {
    const { totalBytes } = file
    if (totalBytes === undefined) return
    if (totalBytes > policy.maxSizeBytes) {
      throw new DomainError(
        'too_large',
        `The file has ${totalBytes} bytes; at most ${policy.maxSizeBytes} are taken.`,
        {
          details: { maxSizeBytes: policy.maxSizeBytes },
        },
      )
    }
    if (sizeBytes !== undefined && sizeBytes !== totalBytes) {
      throw new DomainError('length_mismatch', `The file has ${totalBytes} bytes; ${sizeBytes} were declared.`, {
        details: { declaredBytes: sizeBytes, statedBytes: totalBytes },
      })
    }
    // Room for a declared size was kept from the beginning.
    if (sizeBytes === undefined) await this.#parts.uploads.assertRoom(totalBytes - contiguousBytes(ranges))
  }

  /** Of this version nothing is stored: what is stored of another goes in the transaction that notes the new one. */
  async #begin(job: ClaimedPull, { id }: Upload, { totalBytes, version }: RemoteFile): Promise<void> {
    await this.#parts.uploads.restart(id, async (tx) => {
      await assertHeld(tx, job)
      await tx.pulls.describe(id, { totalBytes, version })
    })
  }

  /** @returns where the stored bytes end now */
  async #receive(job: ClaimedPull, file: RemoteFile, { reportProgress }: Attempt): Promise<number> {
    const { startByte, totalBytes, body } = file
    const run = await this.#parts.uploads.receive(job.uploadId, {
      offset: startByte,
      body,
      limitBytes: totalBytes === undefined ? undefined : totalBytes - startByte,
      // Whether that was all is decided here, where the announced length is known.
      isLast: false,
      isPull: true,
      mustContinue: true,
      alongside: (tx) => assertHeld(tx, job),
      onDurable: (storedBytes) => reportProgress(totalBytes ? storedBytes / totalBytes : 0),
    })
    return run.offset + run.receivedBytes
  }

  async #finish(job: ClaimedPull): Promise<void> {
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction(async (tx) => {
      await tx.jobs.finish(job, nowMs)
      await tx.pulls.delete(job.uploadId)
    })
  }
}

/** Bytes of a worker that lost its job must not mix with those of the next one. Throws lease_lost. */
async function assertHeld(tx: Repositories, { id, fence }: ClaimedPull): Promise<void> {
  const job = await tx.jobs.get(id)
  if (job?.fence !== fence || job.state !== 'running') {
    throw new DomainError('lease_lost', `Job ${id} belongs to somebody else by now.`)
  }
}

/** The connection ended, or was ended for being too slow; nothing is wrong with the file. */
function isBreak(error: unknown): boolean {
  return isDomainError(error, 'client_aborted') || isDomainError(error, 'client_too_slow') || isBrokenOff(error)
}

function isBrokenOff(error: unknown): boolean {
  return isDomainError(error, 'unavailable') && error.details['reason'] === 'remote_broke_off'
}

function brokeOff(cause: unknown): DomainError {
  return new DomainError('unavailable', 'The other server broke off; what had arrived is kept.', {
    cause,
    details: { reason: 'remote_broke_off' },
  })
}
