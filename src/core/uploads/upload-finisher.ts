import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import { finishUpload } from './completion.ts'
import { HEAD_BYTES } from './content-type.ts'
import { assertTypeAllowed } from './content-type-check.ts'
import { wantedDigests } from './file-digest.ts'
import { ensureStaged } from './staged-place.ts'
import { type FileDigest, isFinished, isOpen, type Upload } from './upload.ts'
import { known, type UploadContext } from './upload-context.ts'
import type { ActiveRun } from './upload-gate.ts'
import {
  assertAllThere,
  assertHasNoParts,
  assertMayCommit,
  assertOpen,
  assertTakesFromClients,
  completionSize,
  isAllThere,
  resolveSize,
} from './upload-rules.ts'

export type CompleteRequest = Readonly<{
  /** Of the whole file, where the caller states it. */
  sizeBytes?: number | undefined
  /** Verified besides the token's own. */
  digest?: FileDigest | undefined
  /** How long to wait for bytes that are still missing (parallel chunks in flight); 0 waits not at all. */
  waitMs?: number
  /** The server itself ends a pulled upload. */
  isPull?: boolean
  /** Nothing is replaced: of two files for one asset that end at once, one is refused with state_conflict. */
  mustBeFirst?: boolean
}>

/** How long a waiting completion goes without looking, should the news of other nodes be lost. */
const LOOK_AGAIN_MS = 1_000

/** Completes uploads: when asked to, or by itself with the last byte, once everything that was promised is verified. */
export class UploadFinisher {
  readonly #context: UploadContext

  constructor(context: UploadContext) {
    this.#context = context
  }

  async complete(id: UploadId, request: CompleteRequest): Promise<Upload> {
    const { clock, gate } = this.#context
    const untilMs = clock.now() + (request.waitMs ?? 0)
    for (;;) {
      const upload = await this.#context.current(id)
      if (isFinished(upload.state)) return upload
      assertOpen(upload, clock.now())
      if (request.isPull !== true) assertTakesFromClients(upload)
      if (upload.sizeBytes === undefined) assertHasNoParts(upload)
      const sizeBytes = completionSize(upload, request.sizeBytes)
      const leftMs = untilMs - clock.now()
      // Who waited in vain leaves the requests alone that still bring the missing bytes.
      if (leftMs <= 0 && (request.waitMs ?? 0) > 0) assertAllThere(upload, sizeBytes)
      if (isAllThere(upload, sizeBytes) || leftMs <= 0) {
        await ensureStaged(this.#context, upload, sizeBytes)
        const digests = wantedDigests(upload, request.digest)
        return gate.whileClosed(id, undefined, () => this.#finish(id, sizeBytes, digests, request.mustBeFirst))
      }
      await this.#moved(id, leftMs)
    }
  }

  /** After a commit of `run`: completes an upload that has all its bytes now and needs nobody to say so. */
  async completeByItself(upload: Upload, run: ActiveRun, digests: readonly FileDigest[]): Promise<Upload> {
    const { gate } = this.#context
    if (!isOpen(upload.state) || upload.policy.completion !== 'automatic') return upload
    const { sizeBytes } = upload
    if (sizeBytes === undefined || !isAllThere(upload, sizeBytes) || gate.isClosing(upload.id)) return upload
    return gate.whileClosed(upload.id, run, () => this.#finish(upload.id, sizeBytes, digests))
  }

  /** Verifies and finishes. The gate is closed: nothing changes meanwhile. */
  async #finish(
    id: UploadId,
    sizeBytes: number,
    digests: readonly FileDigest[],
    mustBeFirst?: boolean,
  ): Promise<Upload> {
    const { work, clock, random } = this.#context
    await this.#assertType(id, sizeBytes)
    for (const digest of digests) {
      const upload = await this.#context.current(id)
      if (isFinished(upload.state)) return upload
      await this.#assertDigest(upload, sizeBytes, digest)
    }
    const finished = await work.transaction(async (tx) => {
      const upload = known(await tx.uploads.lock(id))
      if (isFinished(upload.state)) return upload
      const nowMs = clock.now()
      assertMayCommit(upload, nowMs)
      const context = { nowMs, random, mustBeFirst, verified: digests }
      return finishUpload(tx, upload, resolveSize(upload, sizeBytes) ?? sizeBytes, context)
    })
    await this.#context.announce(finished)
    return finished
  }

  async #assertDigest({ id, staging }: Upload, sizeBytes: number, digest: FileDigest): Promise<void> {
    const { work, fileDigests, staging: files } = this.#context
    const receipts = await work.read.uploads.receipts(id)
    const signal = new AbortController().signal
    const range = { start: 0, end: sizeBytes }
    const actual = await fileDigests.finish(id, digest.algorithm, sizeBytes, () =>
      files.read(staging, range, { receipts, signal }),
    )
    if (actual === digest.hex) return
    throw new DomainError('checksum_mismatch', `The file has another ${digest.algorithm} than the announced one.`, {
      details: { algorithm: digest.algorithm, actual },
    })
  }

  /** Throws type_not_allowed unless the stored bytes begin like a file that the token allows. */
  async #assertType(id: UploadId, sizeBytes: number): Promise<void> {
    const { work, staging } = this.#context
    const upload = await this.#context.current(id)
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

  async #moved(id: UploadId, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const unsubscribe = this.#context.subscribe(id, () => done())
      const cancel = this.#context.clock.after(Math.min(timeoutMs, LOOK_AGAIN_MS), () => done())
      const done = (): void => {
        unsubscribe()
        cancel()
        resolve()
      }
    })
  }
}
