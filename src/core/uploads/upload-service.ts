import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import { type AssetId, newId, type ProjectId, parseId, type UploadId } from '../ids.ts'
import type { ByteRange } from '../ports/blob-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { MessageBus } from '../ports/message-bus.ts'
import type { Random } from '../ports/random.ts'
import type { StagingStore } from '../ports/staging-store.ts'
import type { Page, Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { admitPart } from './admit-part.ts'
import { consumeUpload, finishUpload } from './completion.ts'
import { HEAD_BYTES } from './content-type.ts'
import { assertTypeAllowed, HeadCheck } from './content-type-check.ts'
import { FileDigests } from './file-digest.ts'
import { type HeldBody, holdBody } from './held-body.ts'
import { recordAnswer, recordedAnswer } from './idempotent-create.ts'
import { type Joined, type JoinNote, type JoinState, PartJoiner } from './join-parts.ts'
import { enqueuePull } from './pull.ts'
import { addRange, contiguousBytes, overlaps } from './ranges.ts'
import { type DurableStep, RunReceiver } from './run-receiver.ts'
import type { RunRequest, RunResult } from './run-request.ts'
import { RunWatch } from './run-watch.ts'
import { SparedRoom } from './spared-room.ts'
import { StagedWindows } from './staged-windows.ts'
import {
  type FileDigest,
  isFinished,
  isOpen,
  type StagedPlace,
  type Upload,
  type UploadFailure,
  type UploadState,
} from './upload.ts'
import { type ActiveRun, UploadGate } from './upload-gate.ts'
import type { UploadLimits } from './upload-limits.ts'
import { type NewUpload, planUpload } from './upload-plan.ts'
import {
  assertAllThere,
  assertHasNoParts,
  assertOpen,
  assertRunFits,
  assertTakesFromClients,
  completionSize,
  isAllThere,
  renewedExpiry,
  resolveSize,
  runLimit,
  runTooLong,
} from './upload-rules.ts'
import { UploadSpace } from './upload-space.ts'
import { newUploadToken, uploadTokenHash } from './upload-token.ts'

/** What a caller needs after issuing: the token is shown this once. */
export type IssuedUpload = Readonly<{
  upload: Upload
  token: string
  /** The answer of an earlier request with the same idempotency key, given again. */
  isRepeated: boolean
}>

/** An upload as it stands this moment, including bytes that are on their way and not yet durable. */
export type LiveUpload = Readonly<{ upload: Upload; sentBytes: number; isActive: boolean }>

export type CompleteRequest = Readonly<{
  /** Of the whole file, where the caller states it. */
  sizeBytes?: number | undefined
  /** Verified besides the token's own. */
  digest?: FileDigest | undefined
  /** How long to wait for bytes that are still missing (parallel chunks in flight); 0 waits not at all. */
  waitMs?: number
  /** The server itself ends a pulled upload. */
  isPull?: boolean
}>

/** What a client says about its file; absent members stay as they are. */
export type Description = Readonly<{
  sizeBytes?: number | undefined
  fileName?: string | undefined
  /** Added to what is there. */
  echo?: Readonly<Record<string, string>>
}>

type Parts = Readonly<{
  work: UnitOfWork
  staging: StagingStore
  bus: MessageBus
  clock: Clock
  random: Random
  limits: UploadLimits
  /** Called after a commit that enqueued jobs. */
  wakeWorkers: () => Promise<void>
}>

/**
 * Everything that can happen to an upload. One instance per process; all transports and dialects go through it.
 * An acknowledged byte is on stable storage and its range committed before the promise of `receive` resolves.
 */
export class UploadService {
  readonly #parts: Parts
  readonly #gate = new UploadGate()
  readonly #watch: RunWatch
  readonly #receiver: RunReceiver
  readonly #space: UploadSpace
  readonly #joiner: PartJoiner
  readonly #fileDigests = new FileDigests()

  constructor(parts: Parts) {
    const { clock, limits } = parts
    const spared = new SparedRoom(parts.staging, { clock, headroomBytes: limits.headroomBytes })
    this.#parts = { ...parts, staging: new StagedWindows(spared) }
    this.#watch = new RunWatch(parts.clock, parts.limits)
    this.#receiver = new RunReceiver(this.#parts)
    this.#space = new UploadSpace(parts)
    this.#joiner = new PartJoiner({
      ...this.#parts,
      reserve: (sizeBytes) => this.#space.reserve(sizeBytes),
      receive: (id, request) => this.receive(id, request),
    })
  }

  /** The operator's bounds. */
  get limits(): UploadLimits {
    return this.#parts.limits
  }

  /**
   * Issues a token. Throws invalid_argument, too_large, storage_full, not_found (an asset to replace that does not
   * exist). The asset it will become exists from now on, but is listed only once it has a file.
   *
   * With an `idempotencyKey` a repeated request gets the first answer again, token included; the key's use for another
   * request throws state_conflict. A `token` of the caller's must be as hard to guess as one of ours, and new.
   */
  async create(
    request: NewUpload,
    options: Readonly<{ idempotencyKey?: string | undefined; token?: string }> = {},
  ): Promise<IssuedUpload> {
    const { idempotencyKey } = options
    if (idempotencyKey === undefined) return this.#issue(request, undefined, options.token)
    const repeated = async (): Promise<IssuedUpload | undefined> => {
      const recorded = await recordedAnswer(this.#parts.work.read, request, idempotencyKey)
      return recorded && { ...recorded, isRepeated: true }
    }
    const before = await repeated()
    if (before !== undefined) return before
    return this.#issue(request, idempotencyKey).catch(async (error: unknown) => {
      const rival = await repeated()
      if (rival === undefined) throw error
      return rival
    })
  }

  async #issue(
    request: NewUpload,
    idempotencyKey: string | undefined,
    token = newUploadToken(this.#parts.random),
  ): Promise<IssuedUpload> {
    const { work, random, clock, limits } = this.#parts
    const nowMs = clock.now()
    const plan = planUpload(request, limits, nowMs, random)
    const { partOf } = plan.upload
    const whole = partOf && (await work.read.uploads.get(partOf))
    // The bytes of a part are those of the upload that it is meant for, and may be promised with that.
    await this.#space.reserve(whole?.sizeBytes === undefined ? (plan.upload.sizeBytes ?? 0) : 0)
    const tokenHash = uploadTokenHash(token)
    if (tokenHash === undefined) throw new Error('a new token must have the form of one')
    if (partOf !== undefined)
      return { upload: await this.#issuePart(plan.upload, partOf, tokenHash), token, isRepeated: false }
    await work.transaction(async (tx) => {
      if (idempotencyKey !== undefined) await recordAnswer(tx, request, idempotencyKey, { upload: plan.upload, token })
      if (request.target?.replaceAssetId !== undefined) await assertAsset(tx, request, request.target.replaceAssetId)
      if (plan.asset !== undefined) await tx.assets.insert(plan.asset)
      await tx.uploads.insert(plan.upload, tokenHash)
      const { id: uploadId, assetId, projectId } = plan.upload
      for (const { of, ...name } of request.externalKeys ?? []) {
        await tx.externalKeys.insert({ projectId, ...name, subjectId: (of === 'asset' && assetId) || uploadId })
      }
      if (request.pull !== undefined) await enqueuePull(tx, plan.upload, request.pull.url)
      if (plan.upload.kind === 'part') return
      await tx.outbox.append(projectId, { type: 'upload.created', uploadId, assetId }, nowMs)
    })
    if (request.pull !== undefined) await this.#parts.wakeWorkers()
    return { upload: plan.upload, token, isRepeated: false }
  }

  /** Makes a part for an upload; what its sender announced before may have to go for it. */
  async #issuePart(plan: Upload, wholeId: UploadId, tokenHash: string): Promise<Upload> {
    const { work, clock } = this.#parts
    const { part, removed } = await work.transaction(async (tx) => {
      const admitted = await admitPart(tx, plan, wholeId, clock.now())
      await tx.uploads.insert(admitted.part, tokenHash)
      return admitted
    })
    for (const gone of removed) await this.#gate.stopAll(gone.id)
    for (const gone of removed) await this.#discard(gone)
    return part
  }

  /** Frees the bytes of an upload that has ended. The last part to go takes the shared file with it. */
  async #discard({ kind, staging: { key, layout } }: Upload): Promise<void> {
    const { work, staging } = this.#parts
    if (kind === 'part' && (await work.read.uploads.partsIn(key)).length > 0) return
    await staging.discard({ key, layout })
  }

  /**
   * The upload that this token opens. Throws token_invalid for anything unknown, revoked or malformed, forbidden for
   * a browser origin that the token does not allow, and token_expired when its time is over and it was not used.
   * A part is admitted only by a transport that says it knows of them.
   */
  async authorize(
    token: string,
    options: Readonly<{ origin?: string | undefined; admitParts?: boolean }> = {},
  ): Promise<Upload> {
    const hash = uploadTokenHash(token)
    const upload = hash === undefined ? undefined : await this.#parts.work.read.uploads.findByTokenHash(hash)
    const isAdmitted = upload?.kind === 'file' || options.admitParts === true
    if (upload === undefined || upload.state === 'deleted' || !isAdmitted) {
      throw new DomainError('token_invalid', 'The upload token is not valid.')
    }
    const { origins } = upload.policy
    if (options.origin !== undefined && origins.length > 0 && !origins.includes(options.origin)) {
      throw new DomainError('forbidden', 'The upload token may not be used from this origin.')
    }
    if (upload.state === 'expired' || (isOpen(upload.state) && upload.expiresAtMs <= this.#parts.clock.now())) {
      throw new DomainError('token_expired', 'The upload token has expired.')
    }
    return upload
  }

  /** The upload as it stands. Throws not_found for another project's. */
  async get(projectId: ProjectId, id: UploadId): Promise<LiveUpload> {
    const upload = await this.#parts.work.read.uploads.get(id)
    if (upload === undefined || upload.projectId !== projectId || upload.kind !== 'file') {
      throw new DomainError('not_found', 'No such upload.')
    }
    return this.live(upload)
  }

  /** The upload that a dialect's key names, whatever its state. */
  async findByKey(projectId: ProjectId, namespace: string, key: string): Promise<Upload | undefined> {
    const { read } = this.#parts.work
    const entry = await read.externalKeys.find(namespace, key, projectId)
    const id = entry && parseId('upload', entry.subjectId)
    return id && read.uploads.get(id)
  }

  /**
   * Bytes of an unfinished upload, or of a part, that are stored already. The caller reads the body to its end or
   * destroys it. Throws not_found for an upload that is over, length_mismatch when a byte of `range` has not arrived.
   */
  async read(projectId: ProjectId, id: UploadId, range: ByteRange): Promise<Readable> {
    const { work, staging } = this.#parts
    const upload = await work.read.uploads.get(id)
    if (upload === undefined || upload.projectId !== projectId || !isOpen(upload.state)) {
      throw new DomainError('not_found', 'No such upload is open.')
    }
    if (!upload.ranges.some((own) => own.start <= range.start && range.end <= own.end)) {
      throw new DomainError('length_mismatch', 'Not all of these bytes have arrived.')
    }
    const receipts = await work.read.uploads.receipts(id)
    return staging.read(upload.staging, range, { receipts, signal: new AbortController().signal })
  }

  /** Adds what this process knows about bytes on their way. */
  live(upload: Upload): LiveUpload {
    const runs = this.#gate.activeRuns(upload.id)
    const inFlight = runs.map((run) => ({ start: run.start, end: run.position }))
    const sent = inFlight.reduce(addRange, upload.ranges)
    const sentBytes = sent.reduce((sum, range) => sum + range.end - range.start, 0)
    return { upload, sentBytes, isActive: runs.length > 0 }
  }

  /** Newest first. `states` empty means all. */
  list(
    projectId: ProjectId,
    filter: Readonly<{ states: readonly UploadState[]; ownerId?: string }>,
    page: Page,
  ): Promise<readonly Upload[]> {
    return this.#parts.work.read.uploads.list(projectId, filter, page)
  }

  /**
   * Takes one request's bytes. Resolves when they are durable and committed; the upload is finished by then if they
   * were the last ones and the token's policy says so. Rejects with the reason when the body ended early, and what
   * had arrived is kept and committed all the same (unless the request carried a digest).
   */
  async receive(id: UploadId, request: RunRequest): Promise<RunResult> {
    // A body may break off before anybody reads it; its error comes to the pump all the same.
    request.body.on('error', () => undefined)
    // Before anybody has to make room for it.
    if (request.isPull !== true && this.#gate.activeRuns(id).length > 0) assertTakesFromClients(await this.#current(id))
    const offset = request.offset === 'append' ? contiguousBytes((await this.takeOver(id)).ranges) : request.offset
    const lengthBytes = request.lengthBytes ?? request.limitBytes ?? (request.isOneOfMany === true ? 1 : undefined)
    const end = lengthBytes === undefined ? undefined : offset + lengthBytes
    const run = await this.#gate.enter(id, { start: offset, end })
    try {
      return await this.#receiveRun(id, run, request)
    } finally {
      run.leave()
    }
  }

  async #receiveRun(id: UploadId, run: ActiveRun, request: RunRequest): Promise<RunResult> {
    const found = await this.#current(id)
    assertOpen(found, this.#parts.clock.now())
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
    const staging = await this.#ensureStaged(upload, sizeBytes)
    const sequence = this.#gate.sequenceAfter(id, upload.sequence)
    const digests = fileDigests(upload, request.fileDigest)
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
          if (algorithm !== undefined) this.#fileDigests.update(id, algorithm, position, chunk)
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
    await this.#parts.work.transaction(async (tx) => {
      const row = await tx.uploads.lock(upload.id)
      if (row === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
      assertOpen(row, this.#parts.clock.now())
      await tx.uploads.clearRanges(upload.id)
    })
    this.#fileDigests.forget(upload.id)
    return { ...upload, ranges: [] }
  }

  /** The last commit of a run, which may complete the upload. */
  async #commitLast(id: UploadId, run: ActiveRun, step: DurableStep, facts: StepFacts): Promise<Upload> {
    const isAlone = !this.#gate.isClosing(id) && this.#gate.activeRuns(id).every((other) => other === run)
    // Alone, range and completion share one transaction, hence one sync of the database.
    const upload = isAlone
      ? await this.#gate.whileClosed(id, run, () => this.#commit(id, step, facts, facts.mayFinish))
      : await this.#commit(id, step, facts)
    return facts.mayFinish ? this.#autoComplete(upload, run, facts.digests) : upload
  }

  async #autoComplete(upload: Upload, run: ActiveRun, digests: readonly FileDigest[]): Promise<Upload> {
    if (!isOpen(upload.state) || upload.policy.completion !== 'automatic') return upload
    const { sizeBytes } = upload
    if (sizeBytes === undefined || !isAllThere(upload, sizeBytes) || this.#gate.isClosing(upload.id)) return upload
    return this.#gate.whileClosed(upload.id, run, () => this.#finish(upload.id, sizeBytes, digests))
  }

  /** Commits a durable step; with `mayFinish`, also finishes the upload if that was the last byte. */
  async #commit(id: UploadId, step: DurableStep, facts: StepFacts, mayFinish = false): Promise<Upload> {
    const { work, clock, random } = this.#parts
    const nowMs = clock.now()
    const upload = await work.transaction(async (tx) => {
      const before = await tx.uploads.lock(id)
      if (before === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
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
    await this.#announce(upload)
    return upload
  }

  /**
   * Ends the upload with what has arrived. Repeated, it gives the same answer. Throws length_mismatch when bytes are
   * missing (after waiting `waitMs` for them), checksum_mismatch when the whole file has another digest.
   */
  async complete(id: UploadId, request: CompleteRequest = {}): Promise<Upload> {
    const { clock } = this.#parts
    const untilMs = clock.now() + (request.waitMs ?? 0)
    for (;;) {
      const upload = await this.#current(id)
      if (isFinished(upload.state)) return upload
      assertOpen(upload, clock.now())
      if (request.isPull !== true) assertTakesFromClients(upload)
      if (upload.sizeBytes === undefined) assertHasNoParts(upload)
      const sizeBytes = completionSize(upload, request.sizeBytes)
      const leftMs = untilMs - clock.now()
      // Who waited in vain leaves the requests alone that still bring the missing bytes.
      if (leftMs <= 0 && (request.waitMs ?? 0) > 0) assertAllThere(upload, sizeBytes)
      if (isAllThere(upload, sizeBytes) || leftMs <= 0) {
        await this.#ensureStaged(upload, sizeBytes)
        const digests = fileDigests(upload, request.digest)
        return this.#gate.whileClosed(id, undefined, () => this.#finish(id, sizeBytes, digests))
      }
      await this.#moved(id, leftMs)
    }
  }

  /** Verifies and finishes. The gate is closed: nothing changes meanwhile. */
  async #finish(id: UploadId, sizeBytes: number, digests: readonly FileDigest[]): Promise<Upload> {
    const { work, clock, random, staging } = this.#parts
    await this.#assertType(id, sizeBytes)
    for (const digest of digests) {
      const upload = await this.#current(id)
      if (isFinished(upload.state)) return upload
      const receipts = await work.read.uploads.receipts(id)
      const signal = new AbortController().signal
      const range = { start: 0, end: sizeBytes }
      const actual = await this.#fileDigests.finish(id, digest.algorithm, sizeBytes, () =>
        staging.read(upload.staging, range, { receipts, signal }),
      )
      if (actual !== digest.hex) {
        throw new DomainError('checksum_mismatch', `The file has another ${digest.algorithm} than the announced one.`, {
          details: { algorithm: digest.algorithm, actual },
        })
      }
    }
    const finished = await work.transaction(async (tx) => {
      const upload = await tx.uploads.lock(id)
      if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
      if (isFinished(upload.state)) return upload
      const nowMs = clock.now()
      assertMayCommit(upload, nowMs)
      return finishUpload(tx, upload, resolveSize(upload, sizeBytes) ?? sizeBytes, { nowMs, random })
    })
    await this.#announce(finished)
    return finished
  }

  /** Throws type_not_allowed unless the stored bytes begin like a file that the token allows. */
  async #assertType(id: UploadId, sizeBytes: number): Promise<void> {
    const { work, staging } = this.#parts
    const upload = await this.#current(id)
    const { policy, staging: place } = upload
    if (isFinished(upload.state) || policy.allowedTypes.length === 0) return
    assertAllThere(upload, sizeBytes)
    const range = { start: 0, end: Math.min(HEAD_BYTES, sizeBytes) }
    const receipts = await work.read.uploads.receipts(id)
    const signal = new AbortController().signal
    const chunks: Uint8Array[] = []
    if (range.end > 0)
      for await (const chunk of await staging.read(place, range, { receipts, signal })) chunks.push(chunk)
    assertTypeAllowed(Buffer.concat(chunks), policy.allowedTypes, sizeBytes)
  }

  /**
   * Says which asset the file is for, after the token was issued. A complete upload becomes the asset's newest source at
   * once, an open one when it is complete. Throws token_invalid, not_found for an asset that is not the project's,
   * state_conflict when the upload was used or belongs to another asset already, token_expired.
   */
  async attach(id: UploadId, assetId: AssetId): Promise<Upload> {
    const { work, clock, random } = this.#parts
    const attached = await this.#gate.whileClosed(id, undefined, () =>
      work.transaction(async (tx) => {
        const upload = await tx.uploads.lock(id)
        if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
        const nowMs = clock.now()
        if (upload.state === 'consumed' || (upload.assetId !== undefined && upload.assetId !== assetId)) {
          throw new DomainError('state_conflict', 'The upload is the file of an asset already.')
        }
        if (upload.state !== 'complete') assertOpen(upload, nowMs)
        const asset = await tx.assets.lock(assetId)
        if (asset?.projectId !== upload.projectId) throw new DomainError('not_found', 'No such asset.')
        await disownEnded(tx, assetId, nowMs)
        await tx.uploads.update(id, { assetId }, nowMs)
        const meant: Upload = { ...upload, assetId, updatedAtMs: nowMs }
        return meant.state === 'complete' ? consumeUpload(tx, meant, { nowMs, random }) : meant
      }),
    )
    await this.#announce(attached)
    return attached
  }

  /**
   * Keeps a body outside of any upload until it is known where it belongs. Throws too_large past `limitBytes`. The
   * caller calls `discard`; what a crash leaves is swept away.
   */
  hold(body: Readable, options: Readonly<{ limitBytes?: number }> = {}): Promise<HeldBody> {
    const { clock, random, limits, staging } = this.#parts
    const key = `${newId('upload', clock.now(), random)}.held`
    return holdBody(staging, body, { key, limitBytes: options.limitBytes ?? limits.maxSizeBytes })
  }

  /** Lets the newest holder of the token take over: ends running requests so that the stored offset stands still. */
  async takeOver(id: UploadId): Promise<Upload> {
    if (this.#gate.activeRuns(id).length > 0) {
      const upload = await this.#current(id)
      // Who only watches interrupts nothing.
      if (upload.policy.isPulled === true) return upload
      await this.#gate.stopAll(id)
    }
    return this.#current(id)
  }

  /** States the size of the file, once. Throws length_mismatch when another size was stated before. */
  async declareSize(id: UploadId, sizeBytes: number): Promise<Upload> {
    const { work, clock } = this.#parts
    return work.transaction(async (tx) => {
      const upload = await tx.uploads.lock(id)
      if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
      assertOpen(upload, clock.now())
      assertTakesFromClients(upload)
      const resolved = resolveSize(upload, sizeBytes)
      await tx.uploads.update(id, { sizeBytes: resolved }, clock.now())
      return { ...upload, sizeBytes: resolved }
    })
  }

  /** Notes what the client says about its file; an open upload only. Throws as `declareSize` does. */
  async describe(id: UploadId, { sizeBytes, fileName, echo }: Description): Promise<Upload> {
    const { work, clock } = this.#parts
    return work.transaction(async (tx) => {
      const upload = await tx.uploads.lock(id)
      if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
      const nowMs = clock.now()
      assertOpen(upload, nowMs)
      assertTakesFromClients(upload)
      const change = {
        sizeBytes: resolveSize(upload, sizeBytes),
        fileName: fileName ?? upload.fileName,
        echo: { ...upload.echo, ...echo },
      }
      await tx.uploads.update(id, change, nowMs)
      return { ...upload, ...change }
    })
  }

  /**
   * Makes the upload of these parts, in this order; its size is the sum of theirs. Parts that lie in order in one staged
   * file are joined at once, or as soon as `settleParts` finds that they have all their bytes. Otherwise `scattered` asks
   * for `copyParts`. Repeated with the same parts it gives the same answer. Throws state_conflict when the upload has
   * bytes or other parts already or a part belongs to another upload, not_found for a part that is none.
   */
  async joinParts(id: UploadId, partIds: readonly UploadId[], note: JoinNote = {}): Promise<JoinState> {
    return this.#afterJoining(id, await this.#joiner.join(id, partIds, note))
  }

  /** Looks again at an upload that waits for its parts, and completes it when it can be. */
  async settleParts(id: UploadId): Promise<JoinState> {
    return this.#afterJoining(id, await this.#joiner.settle(id))
  }

  async #afterJoining(id: UploadId, { state, finished }: Joined): Promise<JoinState> {
    if (finished !== undefined) await this.#announce(finished)
    else if (state === 'done') await this.#completeJoined(id)
    return state
  }

  /** Copies scattered parts together; takes as long as the file is large, and goes on where a crash ended it. */
  async copyParts(id: UploadId): Promise<void> {
    if (await this.#joiner.copy(id)) await this.#completeJoined(id)
  }

  async #completeJoined(id: UploadId): Promise<void> {
    const { state, policy, sizeBytes } = await this.#current(id)
    if (isOpen(state) && policy.completion === 'automatic') await this.complete(id, { sizeBytes })
  }

  /** Moves the expiry to now + `leaseMs`, at most to the hard end of the upload. */
  async renew(id: UploadId, leaseMs: number): Promise<Upload> {
    const { work, clock } = this.#parts
    return work.transaction(async (tx) => {
      const upload = await tx.uploads.lock(id)
      if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
      const nowMs = clock.now()
      assertOpen(upload, nowMs)
      const expiresAtMs = Math.max(upload.expiresAtMs, Math.min(nowMs + leaseMs, upload.hardExpiresAtMs))
      await tx.uploads.update(id, { expiresAtMs }, nowMs)
      return { ...upload, expiresAtMs }
    })
  }

  /** Forgets what has arrived of an open upload; `alongside` is part of the transaction. */
  async restart(id: UploadId, alongside: (tx: Repositories) => Promise<void>): Promise<void> {
    const { work, clock } = this.#parts
    await this.#gate.whileClosed(id, undefined, () =>
      work.transaction(async (tx) => {
        const upload = await tx.uploads.lock(id)
        if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
        assertOpen(upload, clock.now())
        await tx.uploads.clearRanges(id)
        await alongside(tx)
      }),
    )
    this.#fileDigests.forget(id)
  }

  /** Throws storage_full when so many bytes more would not fit. They are not kept free for long. */
  assertRoom(sizeBytes: number): Promise<void> {
    return this.#space.reserve(sizeBytes)
  }

  /**
   * Gives up an open upload whose bytes cannot be trusted: nobody may add to it or read its offset any more.
   * `alongside` is part of the transaction, whatever the state of the upload.
   */
  async fail(id: UploadId, failure: UploadFailure, alongside?: (tx: Repositories) => Promise<void>): Promise<void> {
    const { work, clock } = this.#parts
    const failed = await this.#gate.whileClosed(id, undefined, () =>
      work.transaction(async (tx) => {
        const upload = await tx.uploads.lock(id)
        await alongside?.(tx)
        if (upload === undefined || !isOpen(upload.state)) return undefined
        const nowMs = clock.now()
        await tx.uploads.update(id, { state: 'failed', failure }, nowMs)
        const { assetId, projectId } = upload
        const event = { type: 'upload.failed', uploadId: id, assetId, reason: failure.code } as const
        if (upload.kind === 'file') await tx.outbox.append(projectId, event, nowMs)
        return { ...upload, state: 'failed', failure } as const
      }),
    )
    this.#fileDigests.forget(id)
    if (failed === undefined) return
    await this.#discard(failed)
    await this.#announce(failed)
  }

  /** Ends an unfinished upload and forgets its bytes; its token is void. A finished one throws state_conflict. */
  async remove(id: UploadId): Promise<void> {
    await this.#end(id, 'deleted', 'upload.deleted')
  }

  /** Marks an open upload as expired and frees its bytes; one that was renewed meanwhile stays. */
  async expire(id: UploadId): Promise<boolean> {
    if (this.#gate.activeRuns(id).length > 0) return false
    return this.#end(id, 'expired', 'upload.expired')
  }

  async #end(id: UploadId, state: 'deleted' | 'expired', type: 'upload.deleted' | 'upload.expired'): Promise<boolean> {
    const { work, clock } = this.#parts
    const ended = await this.#gate.whileClosed(id, undefined, () =>
      work.transaction(async (tx) => {
        const upload = await tx.uploads.lock(id)
        const nowMs = clock.now()
        if (upload === undefined || upload.state === 'deleted' || upload.state === 'expired') return undefined
        if (state === 'expired' && (!isOpen(upload.state) || upload.expiresAtMs > nowMs)) return undefined
        if (upload.state === 'consumed') {
          throw new DomainError('state_conflict', 'The upload has become an asset; delete the asset instead.')
        }
        await tx.uploads.update(id, { state }, nowMs)
        const { assetId, projectId } = upload
        if (upload.kind === 'file') await tx.outbox.append(projectId, { type, uploadId: id, assetId }, nowMs)
        return { ...upload, state }
      }),
    )
    this.#fileDigests.forget(id)
    if (ended === undefined) return false
    await this.#discard(ended)
    await this.#announce(ended)
    return true
  }

  /** Calls `listener` when something about the upload changed, on any node; returns the function that stops it. */
  subscribe(id: UploadId, listener: () => void): () => void {
    return this.#parts.bus.subscribe(topic(id), listener)
  }

  /** How many requests are sending bytes to this process. */
  get activeRunCount(): number {
    return this.#gate.size
  }

  /** Ends all running requests at a durable offset (drain). */
  async stopAll(): Promise<void> {
    const runs = this.#gate.allRuns()
    for (const run of runs)
      run.stop(new DomainError('unavailable', 'The server is stopping; what had arrived is kept.'))
    await Promise.all(runs.map((run) => run.settled))
  }

  async #current(id: UploadId): Promise<Upload> {
    const upload = await this.#parts.work.read.uploads.get(id)
    if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
    return upload
  }

  /** Makes the staged file exist before its first byte; several first requests at once agree on one. */
  async #ensureStaged(upload: Upload, sizeBytes: number | undefined): Promise<StagedPlace> {
    const { staging, work, clock } = this.#parts
    if (upload.state !== 'pending') return upload.staging
    const { layout } = await staging.create(upload.staging.key, sizeBytes === undefined ? {} : { sizeBytes })
    const created = { ...upload.staging, layout }
    if (created.layout === upload.staging.layout) return created
    const agreed = await work.transaction(async (tx) => {
      const row = await tx.uploads.lock(upload.id)
      if (row === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
      if (row.staging.layout !== '') return row.staging
      await tx.uploads.update(upload.id, { staging: created }, clock.now())
      return created
    })
    if (agreed.layout !== created.layout) await staging.discard(created)
    return agreed
  }

  async #announce(upload: Upload): Promise<void> {
    if (upload.state === 'consumed') await this.#parts.wakeWorkers()
    await this.#parts.bus.publish(topic(upload.id), upload.state)
  }

  async #moved(id: UploadId, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const unsubscribe = this.subscribe(id, () => done())
      const cancel = this.#parts.clock.after(Math.min(timeoutMs, 1_000), () => done())
      const done = (): void => {
        unsubscribe()
        cancel()
        resolve()
      }
    })
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

/** The token's digest and one that a request states; who holds the token cannot talk his way around the first. */
function fileDigests(upload: Upload, stated: FileDigest | undefined): readonly FileDigest[] {
  const own = upload.policy.digest
  const all =
    own === undefined
      ? [stated]
      : [own, stated?.algorithm === own.algorithm && stated.hex === own.hex ? undefined : stated]
  return all.filter((digest) => digest !== undefined)
}

/** The first byte that a run may not write, and the error for a body that tries. */
function bounds(upload: Upload, sizeBytes: number | undefined, start: number, limitBytes = Number.POSITIVE_INFINITY) {
  const limit = runLimit(upload, sizeBytes)
  if (start + limitBytes >= limit) return { limit, overflow: () => runTooLong(upload, sizeBytes) }
  const overflow = (): DomainError =>
    new DomainError('length_mismatch', `The body goes past the ${limitBytes} bytes that are expected here.`)
  return { limit: start + limitBytes, overflow }
}

/** Uploads that came to nothing are the asset's no more: its newest one is what its state is derived from. */
async function disownEnded(tx: Repositories, assetId: AssetId, nowMs: number): Promise<void> {
  for (;;) {
    const newest = await tx.uploads.newestForAsset(assetId)
    if (newest === undefined || isOpen(newest.state) || isFinished(newest.state)) return
    await tx.uploads.update(newest.id, { assetId: undefined }, nowMs)
  }
}

function topic(id: UploadId): string {
  return `upload:${id}`
}

/** As `assertOpen`, but a lease that ran out while bytes were on their way is forgiven: they are the activity. */
function assertMayCommit(upload: Upload, nowMs: number): void {
  assertOpen(upload, upload.policy.expiry === 'lease' && upload.state !== 'expired' ? 0 : nowMs)
}

async function assertAsset(
  tx: Repositories,
  request: NewUpload,
  assetId: NonNullable<Upload['assetId']>,
): Promise<void> {
  if ((await tx.assets.get(request.projectId, assetId)) === undefined) {
    throw new DomainError('not_found', 'The asset to replace does not exist.')
  }
}
