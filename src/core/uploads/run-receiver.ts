import { DomainError, isDomainError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { StagingRef, StagingStore, StagingWriter } from '../ports/staging-store.ts'
import { type PumpSink, pumpBody } from './body-pump.ts'
import { assertDigest, type ChunkDigest, type RunningDigest, runningDigest } from './digests.ts'
import { GatherPool } from './gather-pool.ts'
import type { RunRequest } from './run-request.ts'
import type { StagedPlace } from './upload.ts'
import type { ActiveRun } from './upload-gate.ts'
import type { UploadLimits } from './upload-limits.ts'

/** What a step of a run leaves behind: bytes [start, end) are on stable storage, proved by `receipts`. */
export type DurableStep = Readonly<{ start: number; end: number; receipts: readonly string[] }>

type Target = Readonly<{
  staging: StagedPlace
  sequence: number
  /** First byte that may not be written, and the error for a body that tries. */
  limit: number
  overflow: () => DomainError
  /** True when the run covers bytes that were acknowledged before; with a digest they may only change once it fits. */
  rewritesAcknowledged: boolean
  onChunk: (offset: number, chunk: Uint8Array) => void
  /** Throws when what has passed `onChunk` may not be written; undefined: everything may. */
  beforeWrite: (() => void) | undefined
  /** Commits a durable step while the body is still coming. */
  commit: (step: DurableStep) => Promise<void>
}>

/** Where the bytes are written first. `digested` holds back every commit until the digest is known to fit. */
type Place = Readonly<{ staging: StagedPlace; start: number; digested: boolean }>

const GATHER_MS = 1_000

/** The byte path of one request: socket → gathered buffers → staging, synced in steps. */
export class RunReceiver {
  readonly #staging: StagingStore
  readonly #clock: Clock
  readonly #limits: UploadLimits
  readonly #buffers: GatherPool

  constructor(parts: Readonly<{ staging: StagingStore; clock: Clock; limits: UploadLimits }>) {
    this.#staging = parts.staging
    this.#clock = parts.clock
    this.#limits = parts.limits
    this.#buffers = new GatherPool(parts.limits.bufferBytes)
  }

  /**
   * Writes the body. Resolves with the last step (not yet committed) and the error that cut the body short, if any;
   * rejects when nothing of the run may be kept (a digest that does not fit, a store that cannot say what it has).
   */
  async receive(run: ActiveRun, request: RunRequest, target: Target): Promise<{ last: DurableStep; error: unknown }> {
    const leave = this.#buffers.join()
    try {
      const digested = request.digest !== undefined || request.digestAfter !== undefined
      if (digested && target.rewritesAcknowledged) return await this.#viaScratch(run, request, target)
      return await this.#direct(run, request, target, { staging: target.staging, start: run.start, digested })
    } finally {
      leave()
    }
  }

  async #direct(run: ActiveRun, request: RunRequest, target: Target, { staging, start, digested }: Place) {
    const writer = await this.#open(staging, start, target.sequence)
    try {
      const steps = new SyncSteps(writer, start, this.#limits, this.#clock, digested ? undefined : target.commit)
      const digest = request.digest && runningDigest(request.digest.algorithm)
      const startByte = start + (staging.startByte ?? 0)
      const { writtenBytes, error } = await this.#pump(run, request, target, { steps, digest, startByte })
      if (digested && error !== undefined) throw error
      const last = await steps.finish().catch((cause: unknown) => {
        throw error ?? cause
      })
      if (digest && request.digest) assertDigest(request.digest.value, digest.value(), request.digest.algorithm)
      else if (request.digestAfter) await this.#verifyAfter(request.digestAfter(), staging, start, writtenBytes, last)
      return { last, error }
    } finally {
      await writer.close()
    }
  }

  /** Digested bytes over acknowledged ones: they wait in a file of their own until the digest is known to fit. */
  async #viaScratch(run: ActiveRun, request: RunRequest, target: Target) {
    const scratch = await this.#staging.create(`${target.staging.key}.scratch-${target.sequence}`, {})
    try {
      const { last } = await this.#direct(run, request, target, { staging: scratch, start: 0, digested: true })
      const writer = await this.#open(target.staging, run.start, target.sequence)
      try {
        if (last.end > 0) {
          const range = { start: 0, end: last.end }
          const body = await this.#staging.read(scratch, range, { receipts: last.receipts, signal: run.signal })
          for await (const chunk of body) await writer.write([chunk as Uint8Array])
        }
        const { durableEnd, receipts } = await writer.sync()
        return { last: { start: run.start, end: durableEnd, receipts }, error: undefined }
      } finally {
        await writer.close()
      }
    } finally {
      await this.#staging.discard(scratch)
    }
  }

  #open(staging: StagingRef, offset: number, sequence: number): Promise<StagingWriter> {
    // The pump stops at the run's signal by itself, and what it wrote until then is worth keeping.
    return this.#staging.openWriter(staging, { offset, sequence, signal: NEVER })
  }

  #pump(
    run: ActiveRun,
    request: RunRequest,
    target: Target,
    { steps, digest, startByte }: Readonly<{ steps: SyncSteps; digest: RunningDigest | undefined; startByte: number }>,
  ) {
    return pumpBody(request.body, target.beforeWrite ? checkedSink(steps, target.beforeWrite) : steps, {
      buffers: this.#buffers,
      startByte,
      gatherMs: GATHER_MS,
      nowMs: () => this.#clock.now(),
      limitBytes: target.limit - run.start,
      overflow: target.overflow,
      signal: run.signal,
      onChunk: (chunk) => {
        target.onChunk(run.position, chunk)
        digest?.update(chunk)
        run.position += chunk.length
      },
    })
  }

  async #verifyAfter(
    expected: ChunkDigest | undefined,
    staging: StagingRef,
    start: number,
    writtenBytes: number,
    last: DurableStep,
  ): Promise<void> {
    if (expected === undefined)
      throw new DomainError('checksum_mismatch', 'The announced checksum trailer did not come.')
    const digest = runningDigest(expected.algorithm)
    if (writtenBytes > 0) {
      const range = { start, end: start + writtenBytes }
      const body = await this.#staging.read(staging, range, { receipts: last.receipts, signal: NEVER })
      for await (const chunk of body) digest.update(chunk as Uint8Array)
    }
    assertDigest(expected.value, digest.value(), expected.algorithm)
  }
}

const NEVER = new AbortController().signal

function checkedSink(sink: PumpSink, check: () => void): PumpSink {
  const write = async (buffers: readonly Uint8Array[]): Promise<void> => {
    check()
    await sink.write(buffers)
  }
  return { write, wrote: (totalBytes) => sink.wrote(totalBytes) }
}

/** Syncs beside the writing, a step behind, and commits each step where that is allowed. */
class SyncSteps implements PumpSink {
  readonly #writer: StagingWriter
  readonly #start: number
  readonly #limits: UploadLimits
  readonly #clock: Clock
  readonly #commit: ((step: DurableStep) => Promise<void>) | undefined
  #step: Promise<void> | undefined
  #failure: unknown
  #stepBytes = 0
  #stepAtMs: number
  readonly #held: string[] = []

  constructor(
    writer: StagingWriter,
    start: number,
    limits: UploadLimits,
    clock: Clock,
    commit: ((step: DurableStep) => Promise<void>) | undefined,
  ) {
    this.#writer = writer
    this.#start = start
    this.#limits = limits
    this.#clock = clock
    this.#commit = commit
    this.#stepAtMs = clock.now()
  }

  write(buffers: readonly Uint8Array[]): Promise<void> {
    return this.#writer.write(buffers)
  }

  async wrote(totalBytes: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const nowMs = this.#clock.now()
    const isDue =
      totalBytes - this.#stepBytes >= this.#limits.syncStepBytes || nowMs - this.#stepAtMs >= this.#limits.syncStepMs
    if (!isDue) return
    // At most one step behind: a disk slower than the network holds the network back here.
    await this.#step
    if (this.#failure !== undefined) throw this.#failure
    this.#stepBytes = totalBytes
    this.#stepAtMs = nowMs
    this.#step = this.#sync().catch((error: unknown) => {
      this.#failure = error
    })
  }

  /** The last sync. Its step is for the caller to commit. */
  async finish(): Promise<DurableStep> {
    await this.#step
    // A failed commit in between (the upload was ended by somebody) outweighs what is left to sync.
    if (isDomainError(this.#failure) && this.#failure.code !== 'storage_full') throw this.#failure
    const { durableEnd, receipts } = await this.#writer.sync()
    return { start: this.#start, end: durableEnd, receipts: [...this.#held, ...receipts] }
  }

  async #sync(): Promise<void> {
    const { durableEnd, receipts } = await this.#writer.sync()
    if (this.#commit === undefined) this.#held.push(...receipts)
    else await this.#commit({ start: this.#start, end: durableEnd, receipts })
  }
}
