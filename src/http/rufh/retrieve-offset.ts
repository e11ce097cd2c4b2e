import { isFinished } from '../../core/uploads/upload.ts'
import { assertNoStateFields } from './state-fields.ts'
import { namedUpload, type RufhOperation, tellState } from './upload-resource.ts'

/**
 * `HEAD` or `GET`: how far the upload is. A request that is still sending ends first, so that the offset told is one the
 * client can use.
 */
export const retrieveOffset: RufhOperation = async (exchange) => {
  const { reply, services } = exchange
  assertNoStateFields(exchange)
  const { id } = await namedUpload(exchange)
  const upload = await services.uploads.takeOver(id)
  tellState(exchange, upload, isFinished(upload.state))
  if (upload.sizeBytes !== undefined) reply.header('upload-length', String(upload.sizeBytes))
  return reply.code(204).send()
}
