import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import { isCovered } from '../../../../core/uploads/ranges.ts'
import { isFinished, type Upload } from '../../../../core/uploads/upload.ts'
import { announcedLength } from '../../../request-body.ts'
import type { Services } from '../../../services.ts'

/**
 * Content-Range without bytes: how far is it? Stating the size that was unknown until now completes the upload if all
 * is there. Resolves with the upload as it stands then.
 */
export async function answerQuery(
  request: FastifyRequest,
  upload: Upload,
  sizeBytes: number | undefined,
  { uploads }: Services,
): Promise<Upload> {
  if (announcedLength(request) !== 0) {
    throw new DomainError('invalid_argument', 'Content-Range without a range goes with an empty body.')
  }
  if (sizeBytes === undefined) return upload
  if (isFinished(upload.state) && upload.sizeBytes === sizeBytes) return upload
  const declared = await uploads.declareSize(upload.id, sizeBytes)
  const completes = declared.policy.completion === 'automatic' && isCovered(declared.ranges, sizeBytes)
  return completes ? uploads.complete(upload.id, { sizeBytes }) : declared
}
