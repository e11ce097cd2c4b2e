import { isDomainError } from '../../core/errors.ts'
import { grantPreflight, isPreflight } from '../cross-origin.ts'
import type { TusOperation } from './operation.ts'
import { TUS_CHECKSUM_ALGORITHMS, TUS_CROSS_ORIGIN, TUS_EXTENSIONS, TUS_VERSION } from './protocol.ts'
import { namedUpload } from './upload-resource.ts'

/** `OPTIONS`: what this server can do, and the browser's question whether a page may ask for it. */
export const discover: TusOperation = async (exchange) => {
  const { request, reply, services } = exchange
  if (isPreflight(request)) {
    // What else is wrong with a token the request itself will be told; here only its origins matter.
    if ((request.params as { token?: string }).token !== undefined) {
      await namedUpload(exchange).catch((error: unknown) => {
        if (!isDomainError(error) || error.code === 'forbidden') throw error
      })
    }
    grantPreflight(request, reply, TUS_CROSS_ORIGIN)
  }
  reply.header('tus-version', TUS_VERSION)
  reply.header('tus-extension', TUS_EXTENSIONS.join(','))
  reply.header('tus-max-size', String(services.uploads.limits.maxSizeBytes))
  reply.header('tus-checksum-algorithm', TUS_CHECKSUM_ALGORITHMS.join(','))
  return reply.code(204).send()
}
