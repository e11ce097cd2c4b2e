import type { ClaimedJob, JobError } from '../jobs/job.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { isFinished, isOpen, type Upload } from '../uploads/upload.ts'
import type { Source } from './asset.ts'
import { shareAll, shareOriginal } from './copy-source.ts'

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random }>

/** How often it is looked whether the file has come. */
const LOOK_AGAIN_MS = 3_000

/**
 * Copies that were made of an asset while its file was on its way get it once it has been looked at. Each method is one
 * transaction that ends the job, or puts it off, with its fence.
 */
export class CopyLifecycle {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Gives the copy its file if it is there by now; puts the job off while it may still come. */
  async attempt(job: ClaimedJob<'copy'>): Promise<void> {
    const { work, clock, random } = this.#parts
    const nowMs = clock.now()
    await work.transaction(async (tx) => {
      const awaited = await tx.uploads.get(job.uploadId)
      // In the order of their ids, as everywhere that two are locked.
      for (const id of [job.assetId, awaited?.assetId ?? job.assetId].toSorted()) await tx.assets.lock(id)
      const into = await tx.assets.find(job.assetId)
      const waiting = await waitingUpload(tx, job)
      if (into === undefined || waiting === undefined) return tx.jobs.finish(job, nowMs)
      const source = awaited && (await sourceOf(tx, awaited))
      if (awaited !== undefined && source?.media === undefined && mayCome(awaited, source)) {
        return tx.jobs.park(job, nowMs + LOOK_AGAIN_MS)
      }
      await tx.jobs.finish(job, nowMs)
      if (awaited === undefined || source?.media === undefined) {
        const failure = { code: 'copied_file_missing', message: 'The file that was to be copied did not come.' }
        return tx.uploads.update(waiting.id, { state: 'failed', failure }, nowMs)
      }
      const { fileName, sizeBytes } = source
      const { sha256 } = awaited
      const there = { state: 'consumed', fileName, sizeBytes, sha256, completedAtMs: nowMs } as const
      await tx.uploads.update(waiting.id, there, nowMs)
      if (into.title === '') await tx.assets.update(into.id, { title: fileName }, nowMs)
      const version = { into, upload: waiting, activation: 'automatic' } as const
      if (source.readyAtMs !== undefined) await shareAll(tx, source, version, { nowMs, random })
      else await shareOriginal(tx, source, source, version, { nowMs, random })
    })
  }

  /** The job failed for good; what waits ends by itself. */
  async failed(job: ClaimedJob<'copy'>, error: JobError): Promise<void> {
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction((tx) => tx.jobs.fail(job, error, nowMs))
  }
}

/** Undefined once the copy was given up or got another file. */
async function waitingUpload(tx: Repositories, { assetId }: ClaimedJob<'copy'>): Promise<Upload | undefined> {
  if ((await tx.sources.listForAsset(assetId)).length > 0) return undefined
  const newest = await tx.uploads.newestForAsset(assetId)
  return newest?.kind === 'reused' && isOpen(newest.state) ? newest : undefined
}

async function sourceOf(tx: Repositories, { id, assetId }: Upload): Promise<Source | undefined> {
  const versions = assetId === undefined ? [] : await tx.sources.listForAsset(assetId)
  return versions.find(({ uploadId }) => uploadId === id)
}

function mayCome({ state }: Upload, source: Source | undefined): boolean {
  if (source !== undefined) return source.failure === undefined
  // A consumed one without a source was of an asset, or a version, that is gone.
  return isOpen(state) || (isFinished(state) && state !== 'consumed')
}
