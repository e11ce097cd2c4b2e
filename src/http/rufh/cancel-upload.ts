import { assertNoStateFields } from './state-fields.ts'
import { namedUpload, type RufhOperation } from './upload-resource.ts'

/** `DELETE`: ends the upload and frees its bytes. One that has become an asset stays (state_conflict). */
export const cancelUpload: RufhOperation = async (exchange) => {
  assertNoStateFields(exchange)
  const { id } = await namedUpload(exchange)
  await exchange.services.uploads.remove(id)
  return exchange.reply.code(204).send()
}
