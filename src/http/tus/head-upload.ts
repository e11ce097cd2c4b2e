import { isDomainError } from '../../core/errors.ts'
import { isFinished, type Upload } from '../../core/uploads/upload.ts'
import type { TusExchange, TusOperation } from './operation.ts'
import { ECHO } from './protocol.ts'
import { namedUpload, tellExpiry, uploadOffset } from './upload-resource.ts'

/**
 * `HEAD`: how far the upload is. A request that is still sending ends first, so that the offset stands still until the
 * client's next one; an upload that is finished goes on answering.
 */
export const headUpload: TusOperation = async (exchange) => {
  const { reply, services } = exchange
  const named = await namedUpload(exchange)
  const upload =
    named.partIds === undefined ? await services.uploads.takeOver(named.id) : await settled(exchange, named)
  // What a final upload's offset is before it is joined, nobody can say.
  if (upload.partIds === undefined || isFinished(upload.state)) {
    reply.header('upload-offset', String(uploadOffset(upload)))
  }
  if (upload.sizeBytes !== undefined) reply.header('upload-length', String(upload.sizeBytes))
  else if (upload.partIds === undefined) reply.header('upload-defer-length', '1')
  const metadata = upload.echo[ECHO.metadata]
  if (metadata !== undefined) reply.header('upload-metadata', metadata)
  const concat = upload.echo[ECHO.concat]
  if (concat !== undefined) reply.header('upload-concat', concat)
  tellExpiry(reply, upload)
  return reply.header('cache-control', 'no-store').code(200).send()
}

async function settled({ services }: TusExchange, upload: Upload): Promise<Upload> {
  // Why it cannot be finished, its creation has been told; it is still there.
  await services.uploads.settleParts(upload.id).catch((error: unknown) => {
    if (!isDomainError(error)) throw error
  })
  return (await services.uploads.get(upload.projectId, upload.id)).upload
}
