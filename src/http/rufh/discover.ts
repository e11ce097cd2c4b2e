import { isDomainError } from '../../core/errors.ts'
import { grantPreflight, isPreflight } from '../cross-origin.ts'
import { PARTIAL_UPLOAD, RUFH_CROSS_ORIGIN } from './protocol.ts'
import { namedUpload, type RufhOperation, uploadLimits } from './upload-resource.ts'

/** `OPTIONS`: the limits of uploads here, and the browser's question whether a page may ask for it. */
export const discover: RufhOperation = async (exchange) => {
  const { request, reply } = exchange
  if (isPreflight(request)) {
    // What else is wrong with a token the request itself will be told; here only its origins matter.
    if ((request.params as { token?: string }).token !== undefined) {
      await namedUpload(exchange).catch((error: unknown) => {
        if (!isDomainError(error) || error.code === 'forbidden') throw error
      })
    }
    grantPreflight(request, reply, RUFH_CROSS_ORIGIN)
  }
  reply.headers(uploadLimits(exchange)).header('accept-patch', PARTIAL_UPLOAD)
  return reply.code(204).send()
}
