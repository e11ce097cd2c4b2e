import { isDomainError } from '../../core/errors.ts'
import type { UploadId } from '../../core/ids.ts'
import type { JoinState } from '../../core/uploads/join-parts.ts'
import { isOpen, type Upload } from '../../core/uploads/upload.ts'
import type { TusExchange } from './operation.ts'

/** Joins what can be joined at once; what has to be copied is, after the answer. */
export async function settleInBackground(exchange: TusExchange, id: UploadId): Promise<void> {
  copyIfScattered(exchange, id, await exchange.services.uploads.settleParts(id))
}

/** Starts the copy that a scattered join needs. A process that dies over it leaves it to the sweeper. */
export function copyIfScattered({ services, request }: TusExchange, id: UploadId, state: JoinState): void {
  if (state !== 'scattered') return
  request.log.info({ uploadId: id }, 'the parts are scattered and have to be copied together')
  services.uploads.copyParts(id).catch((error: unknown) => {
    request.log.warn({ err: error, uploadId: id }, 'copying parts together failed; it will be tried again')
  })
}

/** A part that is being sent keeps the upload alive that it is meant for. */
export async function noteActivity({ services }: TusExchange, part: Upload): Promise<void> {
  if (part.partOf === undefined) return
  try {
    const { upload } = await services.uploads.get(part.projectId, part.partOf)
    const isHalfOver = upload.expiresAtMs - services.clock.now() < upload.policy.leaseMs / 2
    if (isOpen(upload.state) && upload.policy.expiry === 'lease' && isHalfOver) {
      await services.uploads.renew(upload.id, upload.policy.leaseMs)
    }
  } catch (error) {
    // It was ended meanwhile; the part's bytes are stored all the same, and joining it will say so.
    if (!isDomainError(error)) throw error
  }
}
