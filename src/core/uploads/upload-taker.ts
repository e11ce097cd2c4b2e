import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import type { Upload } from './upload.ts'
import { known, type UploadContext } from './upload-context.ts'

/** Hands the whole file of an upload to somebody who keeps it elsewhere: pictures, texts, and what else is no source. */
export class UploadTaker {
  readonly #context: UploadContext

  constructor(context: UploadContext) {
    this.#context = context
  }

  async take<T>(id: UploadId, use: (body: Readable, upload: Upload) => Promise<T>): Promise<T> {
    const { work, staging, clock } = this.#context
    const upload = await this.#context.current(id)
    assertUnused(upload)
    const receipts = await work.read.uploads.receipts(id)
    const range = { start: 0, end: upload.sizeBytes ?? 0 }
    const body = await staging.read(upload.staging, range, { receipts, signal: new AbortController().signal })
    let result: T
    try {
      result = await use(body, upload)
    } finally {
      body.destroy()
    }
    const taken = await work.transaction(async (tx) => {
      const locked = known(await tx.uploads.lock(id))
      assertUnused(locked)
      await tx.uploads.update(id, { state: 'consumed' }, clock.now())
      return { ...locked, state: 'consumed' } as const
    })
    await this.#context.discard(taken)
    await this.#context.announce(taken)
    return result
  }
}

function assertUnused({ state, assetId }: Upload): void {
  if (state === 'complete' && assetId === undefined) return
  throw new DomainError('state_conflict', `The upload is ${state}; only a complete one without an asset can be taken.`)
}
