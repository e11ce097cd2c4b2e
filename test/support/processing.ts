import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { DiskBlobStore } from '../../src/blobs/disk-blob-store.ts'
import { DiskStagingStore } from '../../src/blobs/disk-staging-store.ts'
import { MemoryBus } from '../../src/bus/memory-bus.ts'
import type { ClaimedJob, JobKind, SourceJobKind } from '../../src/core/jobs/job.ts'
import type { Asset, Source } from '../../src/core/library/asset.ts'
import { LibraryService } from '../../src/core/library/library-service.ts'
import { SourceLifecycle } from '../../src/core/library/source-lifecycle.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import { finishUpload } from '../../src/core/uploads/completion.ts'
import { PullService } from '../../src/core/uploads/pull-service.ts'
import type { Upload } from '../../src/core/uploads/upload.ts'
import { DEFAULT_UPLOAD_LIMITS } from '../../src/core/uploads/upload-limits.ts'
import { UploadService } from '../../src/core/uploads/upload-service.ts'
import { HttpRemoteFiles } from '../../src/pull/http-remote-files.ts'
import { DatabaseJobQueue } from '../../src/queue/database-job-queue.ts'
import { SystemRandom } from '../../src/system/system-random.ts'
import type { JobAttempt, JobHandler } from '../../src/workers/worker-pool.ts'
import { freshDatabase, unitOfWorkOn } from './database.ts'
import { ManualClock } from './manual-clock.ts'
import { anAsset, anUpload, aProject, START_MS } from './rows.ts'

export const LEASE_MS = 15_000
const NEVER = new AbortController().signal

/** As `openProcessingWith`, with a clock that stands still until it is told to move. */
export function openProcessing(): Promise<Processing> {
  return openProcessingWith(new ManualClock(START_MS))
}

/**
 * All that workers work with, for one test: a database, stores in a temporary directory, a queue. The files and the rows
 * are made by the same code as in the product.
 */
export async function openProcessingWith<AnyClock extends Clock>(clock: AnyClock) {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-processing-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const database = (await freshDatabase()).open()
  const work = unitOfWorkOn(database)
  const random = new SystemRandom()
  const bus = new MemoryBus({ onHandlerError: () => undefined })
  const queue = new DatabaseJobQueue({ database, clock, bus })
  const lifecycle = new SourceLifecycle({ work, clock, random })
  const library = new LibraryService({ work, clock, random, wakeWorkers: () => queue.wake() })
  const blobs = new DiskBlobStore({ directory: join(directory, 'blobs') })
  const staging = new DiskStagingStore({ directory: join(directory, 'blobs', '~staging'), blobs })
  const limits = { ...DEFAULT_UPLOAD_LIMITS, headroomBytes: 0 }
  const uploads = new UploadService({ work, staging, bus, clock, random, limits, wakeWorkers: () => queue.wake() })
  const remote = new HttpRemoteFiles({ allow: ['127.0.0.1'] })
  const pulls = new PullService({ uploads, remote, work, clock })
  const scratchDirectory = join(directory, 'scratch')
  const project = aProject()
  await work.read.projects.insert(project)

  /** Uploads `bytes`, for a new asset unless one is given; its ingest job waits in the queue. */
  const upload = async (bytes: Uint8Array, into?: Asset): Promise<{ asset: Asset; source: Source; upload: Upload }> => {
    const asset = into ?? anAsset(project.id)
    if (into === undefined) await work.read.assets.insert(asset)
    const created = anUpload(project.id, { assetId: asset.id, state: 'receiving', sizeBytes: bytes.length })
    const ref = await staging.create(created.staging.key, { sizeBytes: bytes.length })
    const writer = await staging.openWriter(ref, { offset: 0, sequence: 1, signal: NEVER })
    await writer.write([bytes])
    await writer.sync()
    await writer.close()
    const range = { start: 0, end: bytes.length }
    const ranges = bytes.length > 0 ? [range] : []
    await work.read.uploads.insert({ ...created, staging: ref }, `token of ${created.id}`)
    await work.transaction(async (tx) => {
      await tx.uploads.lock(created.id)
      await tx.uploads.addRange(created.id, range, [])
      await finishUpload(tx, { ...created, staging: ref, ranges }, bytes.length, { nowMs: clock.now(), random })
    })
    const [source] = await work.read.sources.listForAsset(asset.id)
    if (source === undefined) throw new Error('the upload was not consumed')
    return { asset, source, upload: { ...created, staging: ref } }
  }

  /** The next job of that kind, in the hands of `workerId`. */
  const claim = async <Kind extends JobKind>(kind: Kind, workerId = 'here'): Promise<ClaimedJob<Kind>> => {
    const job = await queue.claim({ kinds: [kind], workerId, leaseMs: LEASE_MS })
    if (job === undefined) throw new Error(`there is no ${kind} job`)
    return job
  }

  /** Claims the next job of that kind and has `handler` do it. */
  const run = async (kind: SourceJobKind, handler: JobHandler, attempt: Partial<JobAttempt> = {}): Promise<void> =>
    handler(await claim(kind), { signal: NEVER, reportProgress: () => undefined, ...attempt })

  /** Everything that is stored, in order. */
  const storedKeys = async (): Promise<string[]> => {
    const keys: string[] = []
    for await (const key of blobs.list('')) keys.push(key)
    return keys.toSorted()
  }
  const stagedKeys = async (): Promise<string[]> => {
    const keys: string[] = []
    for await (const { key } of staging.list()) keys.push(key)
    return keys
  }
  const scratchNames = (): Promise<string[]> => readdir(scratchDirectory).catch(() => [])

  const stores = { directory, blobs, staging, scratchDirectory, storedKeys, stagedKeys, scratchNames }
  const services = { work, clock, random, queue, lifecycle, library, uploads, pulls, project }
  return { ...services, ...stores, upload, claim, run }
}

export type Processing = Awaited<ReturnType<typeof openProcessingWith<ManualClock>>>
