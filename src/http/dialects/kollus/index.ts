import type { FastifyPluginAsync } from 'fastify'
import type { Random } from '../../../core/ports/random.ts'
import { SystemRandom } from '../../../system/system-random.ts'
import type { Services } from '../../services.ts'
import { allowBrowsers } from './cors.ts'
import { createUploadSession } from './create-upload-session.ts'
import { createUrl } from './create-url.ts'
import { failure } from './errors.ts'
import { getUploadingProgress } from './get-uploading-progress.ts'
import { OPERATIONS } from './operations.ts'
import { takeSmallBodies } from './parameters.ts'
import { Transfers } from './transfers.ts'
import { uploadChunkCommit } from './upload-chunk-commit.ts'
import { uploadFileChunk } from './upload-file-chunk.ts'
import { uploadMultiParts } from './upload-multi-parts.ts'

/** Paths below these that no operation has are answered in the vendor's form. */
const OWN_PREFIXES = ['/0', '/api']

/** The Kollus VOD protocols, all generations on one origin: docs/dialects/kollus.md. */
export const kollusDialect: FastifyPluginAsync<Readonly<{ services: Services; random?: Random }>> = async (
  app,
  { services, random = new SystemRandom() },
) => {
  allowBrowsers(app)
  takeSmallBodies(app)
  const transfers = new Transfers()
  await app.register(createUrl, { services, random })
  await app.register(uploadMultiParts, { services, transfers })
  await app.register(getUploadingProgress, { services, transfers })
  await app.register(createUploadSession, { services, random })
  await app.register(uploadFileChunk, { services })
  await app.register(uploadChunkCommit, { services })
  for (const operation of OPERATIONS) await app.register(operation, { services })
  for (const prefix of OWN_PREFIXES) {
    await app.register(
      async (scope) => {
        scope.setNotFoundHandler((_request, reply) => reply.code(404).send(failure('There is no such operation here.')))
      },
      { prefix },
    )
  }
}
