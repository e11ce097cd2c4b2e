import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import { isOpen, type UploadFailure } from './upload.ts'
import type { UploadContext } from './upload-context.ts'

/** Ends uploads that come to nothing: given up, deleted, expired. Their bytes are freed, their watchers told. */
export class UploadEnder {
  readonly #context: UploadContext

  constructor(context: UploadContext) {
    this.#context = context
  }

  async fail(id: UploadId, failure: UploadFailure, alongside?: (tx: Repositories) => Promise<void>): Promise<void> {
    const { work, clock, gate, fileDigests } = this.#context
    const failed = await gate.whileClosed(id, undefined, () =>
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
    fileDigests.forget(id)
    if (failed === undefined) return
    await this.#context.discard(failed)
    await this.#context.announce(failed)
  }

  async remove(id: UploadId): Promise<void> {
    await this.#end(id, 'deleted', 'upload.deleted')
  }

  /** @returns whether it was ended: one that is busy, or was renewed meanwhile, stays */
  async expire(id: UploadId): Promise<boolean> {
    if (this.#context.gate.activeRuns(id).length > 0) return false
    return this.#end(id, 'expired', 'upload.expired')
  }

  async #end(id: UploadId, state: 'deleted' | 'expired', type: 'upload.deleted' | 'upload.expired'): Promise<boolean> {
    const { work, clock, gate, fileDigests } = this.#context
    const ended = await gate.whileClosed(id, undefined, () =>
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
    fileDigests.forget(id)
    if (ended === undefined) return false
    await this.#context.discard(ended)
    await this.#context.announce(ended)
    return true
  }
}
