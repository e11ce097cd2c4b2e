import { DomainError } from '../errors.ts'
import type { AssetId, UploadId } from '../ids.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import { consumeUpload } from './completion.ts'
import { isFinished, isOpen, type Upload, type UploadTarget } from './upload.ts'
import { known, type UploadContext } from './upload-context.ts'
import { assertOpen } from './upload-rules.ts'

/** What is said of a file together with the asset it is for; absent members stay what the token was issued with. */
export type AttachWishes = Partial<Pick<UploadTarget, 'activation' | 'profileKey' | 'workflowKey'>>

/** Says which asset a file is for, after its token was issued. */
export class UploadAttacher {
  readonly #context: UploadContext

  constructor(context: UploadContext) {
    this.#context = context
  }

  async attach(id: UploadId, assetId: AssetId, wishes: AttachWishes = {}): Promise<Upload> {
    const { work, clock, random, gate } = this.#context
    const attached = await gate.whileClosed(id, undefined, () =>
      work.transaction(async (tx) => {
        const upload = known(await tx.uploads.lock(id))
        const nowMs = clock.now()
        if (upload.state === 'consumed' || (upload.assetId !== undefined && upload.assetId !== assetId)) {
          throw new DomainError('state_conflict', 'The upload is the file of an asset already.')
        }
        if (upload.state !== 'complete') assertOpen(upload, nowMs)
        const asset = await tx.assets.lock(assetId)
        if (asset?.projectId !== upload.projectId) throw new DomainError('not_found', 'No such asset.')
        await disownEnded(tx, assetId, nowMs)
        const target: UploadTarget = { ...upload.target, ...stated(wishes) }
        await tx.uploads.update(id, { assetId, target }, nowMs)
        const meant: Upload = { ...upload, assetId, target, updatedAtMs: nowMs }
        return meant.state === 'complete' ? consumeUpload(tx, meant, { nowMs, random }) : meant
      }),
    )
    await this.#context.announce(attached)
    return attached
  }

  async detach(id: UploadId): Promise<Upload> {
    const { work, clock, gate } = this.#context
    return gate.whileClosed(id, undefined, () =>
      work.transaction(async (tx) => {
        const upload = known(await tx.uploads.lock(id))
        if (!isOpen(upload.state) || upload.assetId === undefined) return upload
        const target = { ...upload.target, activation: undefined, replaceAssetId: undefined }
        await tx.uploads.update(id, { assetId: undefined, target }, clock.now())
        return { ...upload, assetId: undefined, target }
      }),
    )
  }
}

function stated(wishes: AttachWishes): AttachWishes {
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined))
}

/** Uploads that came to nothing are the asset's no more: its newest one is what its state is derived from. */
async function disownEnded(tx: Repositories, assetId: AssetId, nowMs: number): Promise<void> {
  for (;;) {
    const newest = await tx.uploads.newestForAsset(assetId)
    if (newest === undefined || isOpen(newest.state) || isFinished(newest.state)) return
    await tx.uploads.update(newest.id, { assetId: undefined }, nowMs)
  }
}
