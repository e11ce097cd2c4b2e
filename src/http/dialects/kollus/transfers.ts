import type { UploadId } from '../../../core/ids.ts'

/** One form that is coming in. */
export type Transfer = Readonly<{
  /** Counts bytes of the request's body. */
  received(bytes: number): void
  end(): void
}>

/**
 * How far the forms that this process is receiving have come. The share is of the whole request, as the vendor counts:
 * the size of the file within is not known before the form's end.
 */
export class Transfers {
  readonly #running = new Map<UploadId, { receivedBytes: number; lengthBytes: number }>()

  /** Starts counting. `lengthBytes` is the Content-Length, undefined for a chunked body. The caller ends it. */
  begin(id: UploadId, lengthBytes: number | undefined): Transfer {
    const transfer = { receivedBytes: 0, lengthBytes: lengthBytes ?? Number.POSITIVE_INFINITY }
    this.#running.set(id, transfer)
    return {
      received: (bytes) => {
        transfer.receivedBytes += bytes
      },
      end: () => {
        if (this.#running.get(id) === transfer) this.#running.delete(id)
      },
    }
  }

  /** Whole percent from 0 to 99: what has arrived is not stored yet. 0 when nothing is under way. */
  percent(id: UploadId): number {
    const transfer = this.#running.get(id)
    if (transfer === undefined || transfer.lengthBytes === 0) return 0
    return Math.min(99, Math.floor((transfer.receivedBytes / transfer.lengthBytes) * 100))
  }
}
