import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import { finishUpload } from './completion.ts'
import { HeadCheck } from './content-type-check.ts'
import { wantedDigests } from './file-digest.ts'
import { addRange, contiguousBytes, overlaps } from './ranges.ts'
import { type DurableStep, RunReceiver } from './run-receiver.ts'
import type { RunRequest, RunResult } from './run-request.ts'
import { RunWatch } from './run-watch.ts'
import { ensureStaged } from './staged-place.ts'
import type { FileDigest, Upload } from './upload.ts'
import { known, type UploadContext } from './upload-context.ts'
import type { UploadFinisher } from './upload-finisher.ts'
import type { ActiveRun } from './upload-gate.ts'
import {
  assertHasNoParts,
  assertMayCommit,
  assertOpen,
  assertRunFits,
  assertTakesFromClients,
  isAllThere,
  renewedExpiry,
  resolveSize,
  runLimit,
  runTooLong,
} from './upload-rules.ts'

/** Takes bytes: who may write where, what is committed after each durable step, and what the last one leads to. */
export class UploadIntake {
  readonly #context: UploadContext
  readonly #finisher: UploadFinisher
  readonly #watch: RunWatch
  readonly #receiver: RunReceiver

  constructor(context: UploadContext, finisher: UploadFinisher) {
    this.#context = context
    this.#finisher = finisher
    this.#watch = new RunWatch(context.clock, context.limits)
    this.#receiver = new RunReceiver(context)
  }

  async receive(id: UploadId, request: RunRequest): Promise<RunResult> {
    const { gate } = this.#context
    // A body may break off before anybody reads it; its error comes to the pump all the same.
    request.body.on('error', () => undefined)
    // Before anybody has to make room for it.
    if (request.isPull !== true && gate.activeRuns(id).length > 0) {
      assertTakesFromClients(await this.#context.current(id))
    }
    const offset = request.offset === 'append' ? contiguousBytes((await this.takeOver(id)).ranges) : request.offset
    const lengthBytes = request.lengthBytes ?? request.limitBytes ?? (request.isOneOfMany === true ? 1 : undefined)
    const end = lengthBytes === undefined ? undefined : offset + lengthBytes
    const run = await gate.enter(id, { start: offset, end })
    try {
      return await this.#receiveRun(id, run, request)
    } finally {
      run.leave()
    }
  }

  async takeOver(id: UploadId): Promise<Upload> {
    const { gate } = this.#context
    if (gate.activeRuns(id).length > 0) {
      const upload = await this.#context.current(id)
      // Who only watches interrupts nothing.
      if (upload.policy.isPulled === true) return upload
      await gate.stopAll(id)
    }
    return this.#context.current(id)
  }

  async #receiveRun(id: UploadId, run: ActiveRun, request: RunRequest): Promise<RunResult> {
    const { clock, gate, fileDigests } = this.#context
    const found = await this.#context.current(id)
    assertOpen(found, clock.now())
    if (request.isPull !== true) assertTakesFromClients(found)
    if (request.isJoining !== true) assertHasNoParts(found)
    const upload = request.startsOver === true ? await this.#startOver(found) : found
    const here = contiguousBytes(upload.ranges)
    if ((request.mustContinue === true || request.offset === 'append') && run.start !== here) {
      throw new DomainError('offset_mismatch', `The upload continues at byte ${here}, not at ${run.start}.`, {
        details: { offset: here },
      })
    }
    const sizeBytes = resolveSize(upload, request.sizeBytes ?? (request.isLast === true ? run.end : undefined))
    // Parts are as large as they are; only what clients send has a smallest size.
    if (request.isJoining !== true) assertRunFits(upload, sizeBytes, run)
    const staging = await ensureStaged(this.#context, upload, sizeBytes)
    const sequence = gate.sequenceAfter(id, upload.sequence)
    const digests = wantedDigests(upload, request.fileDigest)
    const mayFinish = request.isLast !== false
    const { fileName, alongside, isJoining = false } = request
    const facts = { sizeBytes, sequence, fileName, digests, mayFinish, alongside, isJoining }
    const touched = { start: run.start, end: run.end ?? runLimit(upload, sizeBytes) }
    const head = headCheck(upload, sizeBytes, run)
    const unwatch = this.#watch.watch(run, upload.policy.expiry === 'deadline' ? upload.expiresAtMs : undefined)
    const received = await this.#receiver
      .receive(run, request, {
        staging,
        sequence,
        ...bounds(upload, sizeBytes, run.start, request.limitBytes),
        rewritesAcknowledged: overlaps(upload.ranges, touched),
        onChunk: (position, chunk) => {
          const algorithm = digests[0]?.algorithm
          if (algorithm !== undefined) fileDigests.update(id, algorithm, position, chunk)
          head?.see(chunk)
          request.onChunk?.(chunk)
        },
        beforeWrite: head && (() => head.assert()),
        commit: async (step) => {
          const committed = await this.#commit(id, step, facts)
          request.onDurable?.(contiguousBytes(committed.ranges))
        },
      })
      .finally(unwatch)
    const { last, error } = received
    const total = request.isLast === true && error === undefined ? last.end : sizeBytes
    const after = await this.#commitLast(id, run, last, { ...facts, sizeBytes: total })
    if (error !== undefined) throw error
    return { upload: after, offset: run.start, receivedBytes: last.end - last.start }
  }

  /** Forgets what has arrived. The run that asks for it is the only one here: it claims every byte. */
  async #startOver(upload: Upload): Promise<Upload> {
    if (upload.ranges.length === 0) return upload
    const { work, clock, fileDigests } = this.#context
    await work.transaction(async (tx) => {
      assertOpen(known(await tx.uploads.lock(upload.id)), clock.now())
      await tx.uploads.clearRanges(upload.id)
    })
    fileDigests.forget(upload.id)
    return { ...upload, ranges: [] }
  }

  /** The last commit of a run, which may complete the upload. */
  async #commitLast(id: UploadId, run: ActiveRun, step: DurableStep, facts: StepFacts): Promise<Upload> {
    const { gate } = this.#context
    const isAlone = !gate.isClosing(id) && gate.activeRuns(id).every((other) => other === run)
    // Alone, range and completion share one transaction, hence one sync of the database.
    const upload = isAlone
      ? await gate.whileClosed(id, run, () => this.#commit(id, step, facts, facts.mayFinish))
      : await this.#commit(id, step, facts)
    return facts.mayFinish ? this.#finisher.completeByItself(upload, run, facts.digests) : upload
  }

  /** Commits a durable step; with `mayFinish`, also finishes the upload if that was the last byte. */
  async #commit(id: UploadId, step: DurableStep, facts: StepFacts, mayFinish = false): Promise<Upload> {
    const { work, clock, random } = this.#context
    const nowMs = clock.now()
    const upload = await work.transaction(async (tx) => {
      const before = known(await tx.uploads.lock(id))
      assertMayCommit(before, nowMs)
      // The parts may have been named while these bytes were on their way.
      if (!facts.isJoining) assertHasNoParts(before)
      await facts.alongside?.(tx)
      const sizeBytes = resolveSize(before, facts.sizeBytes)
      await tx.uploads.addRange(id, step, step.receipts)
      const change = {
        state: 'receiving',
        sizeBytes,
        sequence: Math.max(before.sequence, facts.sequence),
        expiresAtMs: renewedExpiry(before, nowMs),
        ...(facts.fileName === undefined ? {} : { fileName: facts.fileName }),
      } as const
      await tx.uploads.update(id, change, nowMs)
      const after: Upload = { ...before, ...change, ranges: addRange(before.ranges, step), updatedAtMs: nowMs }
      const finishesHere =
        mayFinish &&
        sizeBytes !== undefined &&
        after.policy.completion === 'automatic' &&
        facts.digests.length === 0 &&
        after.policy.allowedTypes.length === 0 &&
        isAllThere(after, sizeBytes)
      return finishesHere ? finishUpload(tx, after, sizeBytes, { nowMs, random }) : after
    })
    await this.#context.announce(upload)
    return upload
  }
}

type StepFacts = Readonly<{
  sizeBytes: number | undefined
  sequence: number
  fileName: string | undefined
  /** What the whole file must have if this step completes it. */
  digests: readonly FileDigest[]
  /** The run may complete the upload. */
  mayFinish: boolean
  /** The bytes come from the upload's parts. */
  isJoining: boolean
  alongside: RunRequest['alongside']
}>

/** Of a run that brings the beginning of a file whose type matters. */
function headCheck({ policy }: Upload, sizeBytes: number | undefined, run: ActiveRun): HeadCheck | undefined {
  const { allowedTypes } = policy
  return run.start === 0 && allowedTypes.length > 0 ? new HeadCheck(allowedTypes, sizeBytes) : undefined
}

/** The first byte that a run may not write, and the error for a body that tries. */
function bounds(upload: Upload, sizeBytes: number | undefined, start: number, limitBytes = Number.POSITIVE_INFINITY) {
  const limit = runLimit(upload, sizeBytes)
  if (start + limitBytes >= limit) return { limit, overflow: () => runTooLong(upload, sizeBytes) }
  const overflow = (): DomainError =>
    new DomainError('length_mismatch', `The body goes past the ${limitBytes} bytes that are expected here.`)
  return { limit: start + limitBytes, overflow }
}
