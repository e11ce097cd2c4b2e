import type { UploadId } from '../ids.ts'
import type { Repositories, UploadChange } from '../ports/unit-of-work.ts'
import type { Upload } from './upload.ts'
import { known, type UploadContext } from './upload-context.ts'
import { assertOpen, assertTakesFromClients, resolveSize } from './upload-rules.ts'

/** What a client says about its file; absent members stay as they are. */
export type Description = Readonly<{
  sizeBytes?: number | undefined
  fileName?: string | undefined
  /** Added to what is there. */
  echo?: Readonly<Record<string, string>>
}>

/** Changes what is known of an open upload, besides its bytes. */
export class UploadEditor {
  readonly #context: UploadContext

  constructor(context: UploadContext) {
    this.#context = context
  }

  declareSize(id: UploadId, sizeBytes: number): Promise<Upload> {
    return this.#change(id, (upload) => {
      assertTakesFromClients(upload)
      return { sizeBytes: resolveSize(upload, sizeBytes) }
    })
  }

  describe(id: UploadId, { sizeBytes, fileName, echo }: Description): Promise<Upload> {
    return this.#change(id, (upload) => {
      assertTakesFromClients(upload)
      return {
        sizeBytes: resolveSize(upload, sizeBytes),
        fileName: fileName ?? upload.fileName,
        echo: { ...upload.echo, ...echo },
      }
    })
  }

  renew(id: UploadId, leaseMs: number): Promise<Upload> {
    return this.#change(id, (upload, nowMs) => ({
      expiresAtMs: Math.max(upload.expiresAtMs, Math.min(nowMs + leaseMs, upload.hardExpiresAtMs)),
    }))
  }

  async restart(id: UploadId, alongside: (tx: Repositories) => Promise<void>): Promise<void> {
    const { work, clock, gate, fileDigests } = this.#context
    await gate.whileClosed(id, undefined, () =>
      work.transaction(async (tx) => {
        assertOpen(known(await tx.uploads.lock(id)), clock.now())
        await tx.uploads.clearRanges(id)
        await alongside(tx)
      }),
    )
    fileDigests.forget(id)
  }

  #change<C extends UploadChange & Partial<Upload>>(
    id: UploadId,
    decide: (upload: Upload, nowMs: number) => C,
  ): Promise<Upload> {
    const { work, clock } = this.#context
    return work.transaction(async (tx) => {
      const upload = known(await tx.uploads.lock(id))
      const nowMs = clock.now()
      assertOpen(upload, nowMs)
      const change = decide(upload, nowMs)
      await tx.uploads.update(id, change, nowMs)
      return { ...upload, ...change }
    })
  }
}
