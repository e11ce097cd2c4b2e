import type { UploadId } from '../../../core/ids.ts'
import type { Clock } from '../../../core/ports/clock.ts'
import type { Repositories } from '../../../core/ports/unit-of-work.ts'
import type { Upload } from '../../../core/uploads/upload.ts'

/** In an upload's echo: Content-Length of the request that brings its file. */
const REQUEST_BYTES = 'kollus.request_bytes'

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

  /**
   * Whole percent from 0 to 99: what has arrived is not stored yet. Of a transfer through another process, what that
   * one has stored so far. 0 when nothing is under way.
   */
  percent(upload: Upload): number {
    const transfer = this.#running.get(upload.id) ?? storedTransfer(upload)
    if (transfer.lengthBytes === 0) return 0
    return Math.min(99, Math.floor((transfer.receivedBytes / transfer.lengthBytes) * 100))
  }
}

/**
 * Lets every process know how long the request is: a part of each transaction that stores some of the file. Undefined
 * for a chunked body.
 */
export function noteRequestBytes(upload: Upload, lengthBytes: number | undefined, clock: Clock) {
  if (lengthBytes === undefined) return undefined
  const echo = { ...upload.echo, [REQUEST_BYTES]: String(lengthBytes) }
  return (tx: Repositories): Promise<void> => tx.uploads.update(upload.id, { echo }, clock.now())
}

/** Takes the note back: the transfer has broken off and will begin anew. */
export const NO_REQUEST: Readonly<Record<string, string>> = { [REQUEST_BYTES]: '' }

function storedTransfer({ ranges, echo }: Upload): Readonly<{ receivedBytes: number; lengthBytes: number }> {
  const receivedBytes = ranges.reduce((sum, range) => sum + range.end - range.start, 0)
  return { receivedBytes, lengthBytes: Number(echo[REQUEST_BYTES] ?? '') }
}
