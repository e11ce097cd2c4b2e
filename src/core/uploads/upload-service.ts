import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import { type AssetId, newId, type ProjectId, type UploadId } from '../ids.ts'
import type { ByteRange } from '../ports/blob-store.ts'
import type { Page, Repositories } from '../ports/unit-of-work.ts'
import { type HeldBody, HeldRoom, holdBody } from './held-body.ts'
import { type Joined, type JoinNote, type JoinState, PartJoiner } from './join-parts.ts'
import type { RunRequest, RunResult } from './run-request.ts'
import { isOpen, type Upload, type UploadFailure, type UploadState } from './upload.ts'
import { type AttachWishes, UploadAttacher } from './upload-attacher.ts'
import { UploadContext, type UploadPorts } from './upload-context.ts'
import { type LiveUpload, UploadDirectory } from './upload-directory.ts'
import { type Description, UploadEditor } from './upload-editor.ts'
import { UploadEnder } from './upload-ender.ts'
import { type CompleteRequest, UploadFinisher } from './upload-finisher.ts'
import { UploadIntake } from './upload-intake.ts'
import { type IssuedOrHeld, type IssuedUpload, UploadIssuer } from './upload-issuer.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { NewUpload } from './upload-plan.ts'
import { UploadTaker } from './upload-taker.ts'

/**
 * Everything that can happen to an upload, as transports and dialects see it. One instance per process; how each thing
 * is done stands in the piece that does it. An acknowledged byte is on stable storage and its range committed before
 * the promise of `receive` resolves.
 */
export class UploadService {
  readonly #context: UploadContext
  readonly #issuer: UploadIssuer
  readonly #directory: UploadDirectory
  readonly #intake: UploadIntake
  readonly #finisher: UploadFinisher
  readonly #attacher: UploadAttacher
  readonly #editor: UploadEditor
  readonly #ender: UploadEnder
  readonly #taker: UploadTaker
  readonly #joiner: PartJoiner
  readonly #heldRoom: HeldRoom

  constructor(ports: UploadPorts) {
    const context = new UploadContext(ports)
    this.#context = context
    this.#issuer = new UploadIssuer(context)
    this.#heldRoom = new HeldRoom(context.limits.heldBytes)
    this.#directory = new UploadDirectory(context)
    this.#finisher = new UploadFinisher(context)
    this.#intake = new UploadIntake(context, this.#finisher)
    this.#attacher = new UploadAttacher(context)
    this.#editor = new UploadEditor(context)
    this.#ender = new UploadEnder(context)
    this.#taker = new UploadTaker(context)
    this.#joiner = new PartJoiner({
      work: context.work,
      staging: context.staging,
      clock: context.clock,
      random: context.random,
      reserve: (sizeBytes) => context.space.reserve(sizeBytes),
      receive: (id, request) => this.#intake.receive(id, request),
    })
  }

  /** The operator's bounds. */
  get limits(): UploadLimits {
    return this.#context.limits
  }

  // Issuing and finding

  /**
   * Issues a token. Throws invalid_argument, too_large, storage_full, not_found (an asset to replace that does not
   * exist). The asset it will become exists from now on, but is listed only once it has a file.
   *
   * With an `idempotencyKey` a repeated request gets the first answer again, token included; the key's use for another
   * request throws state_conflict. A `token` of the caller's must be as hard to guess as one of ours, and new.
   */
  create(
    request: NewUpload,
    options: Readonly<{ idempotencyKey?: string | undefined; token?: string }> = {},
  ): Promise<IssuedUpload> {
    return this.#issuer.create(request, options)
  }

  /**
   * As `create`, unless this project holds a file of the wish's SHA-256 (and size, where that is said): then no token is
   * issued, and the asset that has it is named. Throws invalid_argument besides, for a wish without a SHA-256 and one that
   * replaces an asset's file. Two who ask at once, before the file is here, both get a token.
   */
  createUnlessHeld(
    request: NewUpload,
    options: Readonly<{ idempotencyKey?: string | undefined }> = {},
  ): Promise<IssuedOrHeld> {
    return this.#issuer.createUnlessHeld(request, options)
  }

  /** Throws storage_full when so many bytes more would not fit. They are not kept free for long. */
  assertRoom(sizeBytes: number): Promise<void> {
    return this.#context.space.reserve(sizeBytes)
  }

  /**
   * The upload that this token opens. Throws token_invalid for anything unknown, revoked or malformed, forbidden for
   * a browser origin that the token does not allow, and token_expired when its time is over and it was not used.
   * A part is admitted only by a transport that says it knows of them.
   */
  authorize(
    token: string,
    options: Readonly<{ origin?: string | undefined; admitParts?: boolean }> = {},
  ): Promise<Upload> {
    return this.#directory.authorize(token, options)
  }

  /** The upload as it stands. Throws not_found for another project's. */
  get(projectId: ProjectId, id: UploadId): Promise<LiveUpload> {
    return this.#directory.get(projectId, id)
  }

  /** The upload that a dialect's key names, whatever its state. */
  findByKey(projectId: ProjectId, namespace: string, key: string): Promise<Upload | undefined> {
    return this.#directory.findByKey(projectId, namespace, key)
  }

  /** Adds what this process knows about bytes on their way. */
  live(upload: Upload): LiveUpload {
    return this.#directory.live(upload)
  }

  /** Newest first. `states` empty means all. */
  list(
    projectId: ProjectId,
    filter: Readonly<{ states: readonly UploadState[]; ownerId?: string }>,
    page: Page,
  ): Promise<readonly Upload[]> {
    return this.#directory.list(projectId, filter, page)
  }

  /**
   * Bytes of an unfinished upload, or of a part, that are stored already. The caller reads the body to its end or
   * destroys it. Throws not_found for an upload that is over, length_mismatch when a byte of `range` has not arrived.
   */
  read(projectId: ProjectId, id: UploadId, range: ByteRange): Promise<Readable> {
    return this.#directory.read(projectId, id, range)
  }

  /** Calls `listener` when something about the upload changed, on any node; returns the function that stops it. */
  subscribe(id: UploadId, listener: () => void): () => void {
    return this.#context.subscribe(id, listener)
  }

  // Bytes

  /**
   * Takes one request's bytes. Resolves when they are durable and committed; the upload is finished by then if they
   * were the last ones and the token's policy says so. Rejects with the reason when the body ended early, and what
   * had arrived is kept and committed all the same (unless the request carried a digest).
   */
  receive(id: UploadId, request: RunRequest): Promise<RunResult> {
    return this.#intake.receive(id, request)
  }

  /** Lets the newest holder of the token take over: ends running requests so that the stored offset stands still. */
  takeOver(id: UploadId): Promise<Upload> {
    return this.#intake.takeOver(id)
  }

  /**
   * Keeps a body outside of any upload until it is known where it belongs. Throws too_large past `limitBytes`, and
   * unavailable when all that is held together would be more than the operator's `heldBytes`. The
   * caller calls `discard`; what a crash leaves is swept away.
   */
  hold(body: Readable, options: Readonly<{ limitBytes?: number }> = {}): Promise<HeldBody> {
    const { clock, random, limits, staging } = this.#context
    const key = `${newId('upload', clock.now(), random)}.held`
    const { limitBytes = limits.maxSizeBytes } = options
    return holdBody(staging, body, { key, limitBytes, room: this.#heldRoom })
  }

  /** How many requests are sending bytes to this process. */
  get activeRunCount(): number {
    return this.#context.gate.size
  }

  /** Ends all running requests at a durable offset (drain). */
  async stopAll(): Promise<void> {
    const runs = this.#context.gate.allRuns()
    for (const run of runs)
      run.stop(new DomainError('unavailable', 'The server is stopping; what had arrived is kept.'))
    await Promise.all(runs.map((run) => run.settled))
  }

  // What is known of an open upload

  /** States the size of the file, once. Throws length_mismatch when another size was stated before. */
  declareSize(id: UploadId, sizeBytes: number): Promise<Upload> {
    return this.#editor.declareSize(id, sizeBytes)
  }

  /** Notes what the client says about its file; an open upload only. Throws as `declareSize` does. */
  describe(id: UploadId, description: Description): Promise<Upload> {
    return this.#editor.describe(id, description)
  }

  /** Moves the expiry to now + `leaseMs`, at most to the hard end of the upload. */
  renew(id: UploadId, leaseMs: number): Promise<Upload> {
    return this.#editor.renew(id, leaseMs)
  }

  /** Forgets what has arrived of an open upload; `alongside` is part of the transaction. */
  restart(id: UploadId, alongside: (tx: Repositories) => Promise<void>): Promise<void> {
    return this.#editor.restart(id, alongside)
  }

  // Parts

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

  /** Copies scattered parts together; takes as long as the file is large, and goes on where a crash ended it. */
  async copyParts(id: UploadId): Promise<void> {
    if (await this.#joiner.copy(id)) await this.#completeJoined(id)
  }

  async #afterJoining(id: UploadId, { state, finished }: Joined): Promise<JoinState> {
    if (finished !== undefined) await this.#context.announce(finished)
    else if (state === 'done') await this.#completeJoined(id)
    return state
  }

  async #completeJoined(id: UploadId): Promise<void> {
    const { state, policy, sizeBytes } = await this.#context.current(id)
    if (isOpen(state) && policy.completion === 'automatic') await this.complete(id, { sizeBytes })
  }

  // The end

  /**
   * Ends the upload with what has arrived. Repeated, it gives the same answer. Throws length_mismatch when bytes are
   * missing (after waiting `waitMs` for them), checksum_mismatch when the whole file has another digest.
   */
  complete(id: UploadId, request: CompleteRequest = {}): Promise<Upload> {
    return this.#finisher.complete(id, request)
  }

  /**
   * Says which asset the file is for, after the token was issued. A complete upload becomes the asset's newest source at
   * once, an open one when it is complete. Throws token_invalid, not_found for an asset that is not the project's,
   * state_conflict when the upload was used or belongs to another asset already, token_expired. `activation` says when it
   * plays in place of a file that the asset has, the keys how it is treated; repeated with other wishes for an open
   * upload, the last ones count.
   */
  attach(id: UploadId, assetId: AssetId, wishes?: AttachWishes): Promise<Upload> {
    return this.#attacher.attach(id, assetId, wishes)
  }

  /**
   * Lends the whole file of a complete upload to `use`, which keeps it elsewhere. Afterwards the upload is consumed and
   * its bytes are freed; when `use` rejects, all stays as it was. Throws state_conflict for one that is not complete or
   * has an asset.
   */
  take<T>(id: UploadId, use: (body: Readable, upload: Upload) => Promise<T>): Promise<T> {
    return this.#taker.take(id, use)
  }

  /** Takes `attach` back for an open upload; one whose file is an asset's already stays as it is. Throws token_invalid. */
  detach(id: UploadId): Promise<Upload> {
    return this.#attacher.detach(id)
  }

  /**
   * Gives up an open upload whose bytes cannot be trusted: nobody may add to it or read its offset any more.
   * `alongside` is part of the transaction, whatever the state of the upload.
   */
  fail(id: UploadId, failure: UploadFailure, alongside?: (tx: Repositories) => Promise<void>): Promise<void> {
    return this.#ender.fail(id, failure, alongside)
  }

  /** Ends an unfinished upload and forgets its bytes; its token is void. A finished one throws state_conflict. */
  remove(id: UploadId): Promise<void> {
    return this.#ender.remove(id)
  }

  /** Marks an open upload as expired and frees its bytes; one that was renewed meanwhile stays. */
  expire(id: UploadId): Promise<boolean> {
    return this.#ender.expire(id)
  }
}
