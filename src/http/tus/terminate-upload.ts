import type { TusOperation } from './operation.ts'
import { namedUpload } from './upload-resource.ts'

/** `DELETE`: ends the upload and frees its bytes. One that has become an asset stays (state_conflict). */
export const terminateUpload: TusOperation = async (exchange) => {
  const { reply, services, groups } = exchange
  const upload = await namedUpload(exchange)
  if (upload.kind === 'part') groups.close(upload.staging.key)
  await services.uploads.remove(upload.id)
  return reply.code(204).send()
}
